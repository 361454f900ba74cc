package tests

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

var versionPattern = regexp.MustCompile(`\d{8}T\d{6}Z-[0-9a-f]{12}`)

// models runs a command about versions.
func models(t *testing.T, env []string, args ...string) (string, error) {
	t.Helper()
	command := exec.CommandContext(t.Context(), binary, append([]string{"models"}, args...)...)
	command.Env = env
	output, err := command.CombinedOutput()
	return string(output), err
}

func with(env []string, more ...string) []string { return slices.Concat(env, more) }

// trained trains a model that is used and returns its version.
func trained(t *testing.T, env []string, args ...string) string {
	t.Helper()
	output, err := train(t, env, args...)
	require.NoError(t, err, output)
	versions := versionPattern.FindAllString(output, -1)
	require.NotEmpty(t, versions, output)
	return versions[len(versions)-1]
}

// states are the versions of a list and what became of them, the newest first.
func states(t *testing.T, env []string) []string {
	t.Helper()
	output, err := models(t, env, "list")
	require.NoError(t, err, output)
	lines := strings.Split(strings.TrimSpace(output), "\n")
	require.Regexp(t, `^VERSION +TRAINED +ACCURACY +ROWS +STATE$`, lines[0])
	all := make([]string, 0, len(lines))
	for _, line := range lines[1:] {
		fields := regexp.MustCompile(` {2,}`).Split(line, 5)
		require.Len(t, fields, 5, line)
		all = append(all, fields[0]+" "+fields[4])
	}
	return all
}

// TestVersions has a model replaced, a worse one rejected, and goes back and forth, while a
// service follows and another one keeps to one version; first in a folder and then in a
// real MinIO.
//
// Proves N14 by the real server: every version is kept, one that is worse is not used, and
// people promote and roll back in seconds without a lost request.
func TestVersions(t *testing.T) {
	t.Parallel()
	store := startStore(t)
	for name, env := range map[string][]string{
		"folder": {"MODEL_URI=file://" + t.TempDir()},
		"bucket": append([]string{"MODEL_URI=s3://models/tenants/tenant-a/m"}, store.env...),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			goBackAndForth(t, env)
		})
	}
}

func goBackAndForth(t *testing.T, env []string) {
	t.Helper()
	first := trained(t, env, "--seed=1")
	follows := start(t, with(env, "MODEL_REFRESH=100ms")...)
	pinned := start(t, with(env, "MODEL_REFRESH=100ms", "MODEL_VERSION="+first)...)
	uses := func(s *service, version string) {
		t.Helper()
		eventually(t, version+" is in use", func() bool { return s.version(t) == version })
	}
	uses(follows, first)
	uses(pinned, first)
	lost, stop := request(t, follows)

	time.Sleep(time.Second) // versions are named by the second
	second := trained(t, env, "--seed=2")
	uses(follows, second)
	time.Sleep(time.Second)
	output, err := train(t, env, "--seed=2", "--margin=0.1")
	require.Error(t, err, output)
	require.Regexp(t, `has 0\.\d{3} on the same rows: must be at least 0\.\d{3}; nothing was published, and the model is kept as \S+, rejected\n$`, output)
	found := versionPattern.FindAllString(output, -1)
	worse := found[len(found)-1]
	time.Sleep(200 * time.Millisecond)
	uses(follows, second)
	list := states(t, env)
	require.Len(t, list, 3)
	assert.Equal(t, []string{second + " in use", first + " was in use"}, list[1:])
	assert.Regexp(t, "^"+worse+" rejected: the accuracy is ", list[0])

	output, err = models(t, env, "promote", worse)
	require.Error(t, err)
	assert.Regexp(t, `^inference: the version was rejected: the accuracy is .*; --force takes it into use all the same\n$`, output)
	output, err = models(t, env, "promote", worse, "--force")
	require.NoError(t, err, output)
	uses(follows, worse)
	for _, back := range []string{second, first} {
		output, err = models(t, env, "rollback")
		require.NoError(t, err, output)
		assert.Regexp(t, `^in use: `+back+` \(accuracy 0\.\d{3}\) instead of \S+; replicas follow at their next look, within MODEL_REFRESH\n$`, output)
		uses(follows, back)
	}
	output, err = models(t, env, "rollback")
	require.Error(t, err)
	assert.Equal(t, "inference: no version was in use before "+first+"\n", output)
	output, err = models(t, env, "promote", second)
	require.NoError(t, err, output)
	uses(follows, second)
	uses(pinned, first)
	stop()
	assert.Empty(t, lost(), "requests were lost")
	showsAll(t, env, first)
	refusesVersions(t, env)
}

// request asks a service all the time, until stop, and keeps what is no answer.
func request(t *testing.T, s *service) (lost func() []string, stop func()) {
	t.Helper()
	var failed []string
	ended, done := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(done)
		for {
			select {
			case <-ended:
				return
			case <-time.After(5 * time.Millisecond):
				if code, _, err := post(http.DefaultClient, s.url); err != nil || code != http.StatusOK {
					failed = append(failed, fmt.Sprint(code, err))
				}
			}
		}
	}()
	return func() []string { return failed }, func() { close(ended); <-done }
}

// showsAll looks at everything that is kept of a version.
func showsAll(t *testing.T, env []string, version string) {
	t.Helper()
	output, err := models(t, env, "show", version)
	require.NoError(t, err, output)
	var manifest map[string]any
	require.NoError(t, json.Unmarshal([]byte(output), &manifest))
	assert.Equal(t, version, manifest["version"])
	keys := make([]string, 0, len(manifest))
	for key := range manifest {
		keys = append(keys, key)
	}
	assert.ElementsMatch(t, []string{
		"format", "kind", "file", "sha256", "size", "version", "trainedAt", "classes", "samples", "heldOut", "accuracy",
		"holdout", "seed", "split", "scores", "dataSha256", "code", "environment",
	}, keys)
}

func refusesVersions(t *testing.T, env []string) {
	t.Helper()
	for name, want := range map[string]string{
		"20200101T000000Z-0123456789ab": "no such version: 20200101T000000Z-0123456789ab",
		"../manifest":                   `no such version: "../manifest": must be of the form "20260102T150405Z-0123456789ab"`,
	} {
		for _, action := range []string{"show", "promote"} {
			output, err := models(t, env, action, name)
			require.Error(t, err)
			assert.Equal(t, "inference: "+want+"\n", output)
		}
	}
	output, err := models(t, nil, "list")
	require.Error(t, err)
	assert.Contains(t, output, "MODEL_URI: Required value")
}

// TestPublishersMeet has runs end at the same time, some of them killed: the model in use
// is always whole, and all versions of runs that ended well are there.
func TestPublishersMeet(t *testing.T) {
	t.Parallel()
	env := append([]string{"MODEL_URI=s3://models/tenants/tenant-a/meet"}, startStore(t).env...)
	trained(t, env)
	var wait sync.WaitGroup
	for i := range 8 {
		wait.Go(func() {
			ctx, cancel := t.Context(), context.CancelFunc(func() {})
			if i%2 == 1 { // killed in the middle
				ctx, cancel = context.WithTimeout(ctx, time.Duration(100*i)*time.Millisecond)
			}
			defer cancel()
			command := exec.CommandContext(ctx, binary, "train", fmt.Sprintf("--seed=%d", i+1), "--keep-better=false")
			command.Env = env
			output, err := command.CombinedOutput()
			var ended *exec.ExitError
			if errors.As(err, &ended) && ended.ExitCode() > 0 {
				assert.Contains(t, string(output), "were taken into use 5 times in the meantime")
			}
		})
	}
	for range 20 {
		s := start(t, with(env, "MODEL_REFRESH=100ms")...)
		eventually(t, "a whole model", func() bool { return s.status("/ready") == http.StatusOK })
		_ = s.command.Process.Kill()
	}
	wait.Wait()
	inUse := 0
	for _, line := range states(t, env) {
		if strings.HasSuffix(line, " in use") && !strings.HasSuffix(line, "was in use") {
			inUse++
		}
	}
	assert.Equal(t, 1, inUse)
}

// TestModelOfAnEarlierRelease has nothing but its manifest, which a rollback must find.
func TestModelOfAnEarlierRelease(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	env := []string{"MODEL_URI=file://" + folder}
	first := trained(t, env)
	require.NoError(t, os.RemoveAll(filepath.Join(folder, "versions")))
	assert.Equal(t, []string{first + " in use"}, states(t, env))
	time.Sleep(time.Second)
	second := trained(t, env, "--seed=2")
	assert.Equal(t, []string{second + " in use", first + " was in use"}, states(t, env))
	output, err := models(t, env, "rollback")
	require.NoError(t, err, output)
	assert.Equal(t, []string{second + " not used", first + " in use"}, states(t, env))
}

// TestARejectedModelLeavesTheSeed has the first run of a tenant rejected: replicas that
// start later answer with the seed as before.
func TestARejectedModelLeavesTheSeed(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	env := []string{"MODELS_URI=file://" + folder, "MODEL_URI=file://" + folder + "/m", "MODEL_SEED=true"}
	output, err := train(t, env, "--minimum-accuracy=0.999")
	require.Error(t, err, output)
	s := start(t, env...)
	eventually(t, "the seed answers", func() bool { return strings.HasPrefix(s.version(t), "seed-") })
}
