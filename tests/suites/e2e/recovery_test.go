package e2e_test

import (
	"encoding/json"
	"fmt"
	"hash/fnv"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// whole says that the run takes as long as it needs.
func whole() bool { return os.Getenv("E2E") == "full" }

// moments are how many resources the engine has made when it is killed, in their order:
// three, or ten in a whole run. They are as good as random, and the same in every run.
func moments(resources int) []int {
	count := 3
	if whole() {
		count = 10
	}
	chosen, hash := map[int]bool{}, fnv.New32a()
	for len(chosen) < count {
		_, _ = hash.Write([]byte("killed")) // it never returns an error
		chosen[1+int(hash.Sum32()%uint32(resources-1))] = true
	}
	var list []int
	for moment := range chosen {
		list = append(list, moment)
	}
	slices.Sort(list)
	return list
}

// inPeace are the resources of an `up` that nobody disturbed.
var inPeace resources

// rememberResources keeps what TestPlatform's first `up` made, for TestRecovery.
func rememberResources(t *testing.T, p platform) {
	t.Helper()
	inPeace = p.resources(t)
}

// undisturbedResources are those of TestPlatform, or of a platform for this alone.
func undisturbedResources(t *testing.T) resources {
	t.Helper()
	if len(inPeace.engine) == 0 {
		folder := newFolder(t)
		rememberResources(t, connect(t, folder, succeed(t, "up", folder, "--nodes", "real")))
		succeed(t, "down", folder)
	}
	return inPeace
}

// TestRecovery kills `up` again and again, then parts of what runs, and then all of it
// at once: everything goes on where it was, and nothing is left in the end.
//
// Proves C10 by real pods on real nodes: an up that was killed at any moment is finished
// by the next one, and killed parts come back with all they had.
func TestRecovery(t *testing.T) {
	want := undisturbedResources(t)
	folder := newFolder(t)
	before := footprint(t, folder)
	for _, moment := range moments(len(want.engine)) {
		timed(t, fmt.Sprintf("up killed at resource %d of %d", moment, len(want.engine)), func(t *testing.T) {
			killUp(t, folder, moment)
		})
	}
	p, _ := newPlatform(t, folder)
	require.NoError(t, p.hasResources(t.Context(), want), "nothing is missing, and nothing is there twice")
	timed(t, "API server killed", p.testKilledAPIServer)
	timed(t, "kubelet killed", p.testKilledKubelet)
	timed(t, "store killed", p.testKilledStore)
	timed(t, "checks", p.testChecks)
	timed(t, "supervisor killed", func(t *testing.T) { killSupervisor(t, folder, before) })
}

// killUp starts `up` and kills it, with the engine and the provider, once so many
// resources are recorded. What runs the platform is a process of its own and stays.
func killUp(t *testing.T, folder string, moment int) {
	cmd, shown := start(t, "up", folder, "--nodes", "real")
	ended := make(chan error, 1)
	go func() { ended <- cmd.Wait() }()
	for len(recorded(folder)) < moment {
		select {
		case err := <-ended:
			require.Fail(t, "it ended before it could be killed", "%v:\n%s", err, shown)
		case <-time.After(20 * time.Millisecond):
		}
	}
	require.NoError(t, syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL))
	require.EqualError(t, <-ended, "signal: killed")
}

// recorded are the resources in the state of the engine.
func recorded(folder string) []string {
	files, _ := filepath.Glob(filepath.Join(folder, "pulumi", "state", ".pulumi", "stacks", "*", "local.json"))
	var state struct {
		Checkpoint struct {
			Latest struct {
				Resources []struct{ URN string }
			}
		}
	}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil || json.Unmarshal(text, &state) != nil {
			return nil // it is being written
		}
	}
	var urns []string
	for _, resource := range state.Checkpoint.Latest.Resources {
		urns = append(urns, resource.URN)
	}
	return urns
}

// killSupervisor kills it with a signal that it cannot handle, while pods run.
func killSupervisor(t *testing.T, folder, before string) {
	text, err := os.ReadFile(filepath.Join(folder, "instance.json"))
	require.NoError(t, err)
	var record struct{ PID int }
	require.NoError(t, json.Unmarshal(text, &record))
	require.NoError(t, syscall.Kill(record.PID, syscall.SIGKILL))
	shown := succeed(t, "down", folder)
	assert.Contains(t, shown, "No control plane runs; removing "+folder)
	nothingIsLeft(t, folder, before)
}

// TestInterrupted presses Ctrl-C while pods start.
func TestInterrupted(t *testing.T) {
	folder := newFolder(t)
	before := footprint(t, folder)
	timed(t, "up", func(t *testing.T) {
		cmd, shown := start(t, "up", folder, "--nodes", "real")
		eventually(t, 5*time.Minute, func() error {
			if strings.Contains(shown.String(), "ready, ") {
				return nil
			}
			return fmt.Errorf("no pod was counted yet")
		})
		interrupt(t, cmd, shown)
		nothingIsLeft(t, folder, before)
	})
}

func interrupt(t *testing.T, cmd *exec.Cmd, shown *screen) {
	t.Helper()
	require.NoError(t, cmd.Process.Signal(os.Interrupt))
	require.Error(t, cmd.Wait())
	assert.Contains(t, shown.String(), "mlops: interrupted; everything that was started has ended")
}
