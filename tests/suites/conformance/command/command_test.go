// Package command_test uses `mlops up`, `status` and `down` as a person would:
// the built command, its output, and what it leaves on the machine.
package command_test

import (
	"bytes"
	"context"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/tools/clientcmd"
)

// command is the built command.
var command string

// patience is how long a platform may take on a machine that runs other suites too.
const patience = 5 * time.Minute

// machine lets two platforms run at a time: four of them take longer than two
// after two, and each of them as long as all.
var machine = make(chan struct{}, 2)

// besideAnother waits until the machine has room for a platform of this test.
func besideAnother(t *testing.T) {
	t.Helper()
	t.Parallel()
	machine <- struct{}{}
	t.Cleanup(func() { <-machine })
}

func TestMain(m *testing.M) { os.Exit(run(m)) }

func run(m *testing.M) int {
	folder, err := os.MkdirTemp("", "mlops-command-")
	if err != nil {
		panic(err)
	}
	defer os.RemoveAll(folder)
	command = filepath.Join(folder, "mlops")
	build := exec.Command("go", "build", "-o", command, ".")
	build.Dir, build.Stdout, build.Stderr = filepath.Join("..", "..", "..", "..", "cmd", "mlops"), os.Stderr, os.Stderr
	if err := build.Run(); err != nil {
		panic(err)
	}
	return m.Run()
}

// screen collects the output of a command while it runs.
type screen struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (s *screen) Write(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.text.Write(p)
}

func (s *screen) String() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.text.String()
}

func mlops(verb, folder string, more ...string) (*exec.Cmd, *screen) {
	args := append([]string{verb, "--embedded", "--folder", folder}, more...)
	if verb == "up" {
		args = append(args, "--nodes", "simulated") // tests/suites/e2e has real ones
	}
	cmd := exec.Command(command, args...)
	shown := &screen{}
	cmd.Stdout, cmd.Stderr = shown, shown
	return cmd, shown
}

// succeed runs a verb and returns what it showed.
func succeed(t *testing.T, verb, folder string, more ...string) string {
	t.Helper()
	cmd, shown := mlops(verb, folder, more...)
	require.NoError(t, cmd.Run(), shown.String())
	return shown.String()
}

// nothingIsLeft checks that no process that mentions the folder runs and that
// the folder is gone.
func nothingIsLeft(t *testing.T, folder string) {
	t.Helper()
	assert.NoDirExists(t, folder)
	assert.Eventually(t, func() bool { return len(processes(t, folder)) == 0 }, patience, 100*time.Millisecond,
		"still running: %v", processes(t, folder))
}

// processes are the command lines that mention a text.
func processes(t *testing.T, text string) []string {
	t.Helper()
	files, err := filepath.Glob("/proc/[0-9]*/cmdline")
	require.NoError(t, err)
	var found []string
	for _, file := range files {
		data, err := os.ReadFile(file)
		if err == nil && bytes.Contains(data, []byte(text)) {
			found = append(found, string(bytes.ReplaceAll(data, []byte{0}, []byte(" "))))
		}
	}
	return found
}

func TestUpStatusDown(t *testing.T) {
	besideAnother(t)
	folder := filepath.Join(t.TempDir(), "platform")
	t.Cleanup(func() {
		cmd, _ := mlops("down", folder)
		_ = cmd.Run() // the test has done so, unless it failed
	})
	first := succeed(t, "up", folder)
	assert.Regexp(t, `tenant-a +2 of 2 ready +2 in 2-3, CPU \d+/50 %`, first)
	assert.Regexp(t, `tenant-b +1 of 1 ready`, first)
	assert.Regexp(t, `Deploying stack local with Pulumi v\S+ \(.+\) and its Kubernetes provider \(.+\)\n`, first, "it says what took part")
	assert.Contains(t, first, "recorded as planned: ", "it says what was not installed")
	assert.Contains(t, first, "kube-prometheus-stack")
	assert.Contains(t, first, "no NetworkPolicy is enforced", "it says what is not real")

	client := clientOf(t, first)
	pods, err := client.CoreV1().Pods("tenant-a").List(t.Context(), metav1.ListOptions{})
	require.NoError(t, err)
	assert.Len(t, pods.Items, 2, "the printed kubeconfig works")

	assert.Contains(t, succeed(t, "status", folder), "tenant-a  2 of 2 ready")
	assert.Regexp(t, `(\d+) resources: (\d+) unchanged\n`, succeed(t, "up", folder))

	assert.Regexp(t, `\d+ resources: \d+ deleted\n`, succeed(t, "down", folder, "--destroy"))
	nothingIsLeft(t, folder)

	for _, verb := range []string{"status", "down"} {
		cmd, shown := mlops(verb, folder)
		require.Error(t, cmd.Run())
		assert.Equal(t, "mlops: no embedded platform is running; `mlops up --embedded` starts one\n", shown.String())
	}
}

// clientOf is a client with the kubeconfig that up has printed.
func clientOf(t *testing.T, output string) kubernetes.Interface {
	t.Helper()
	config, err := clientcmd.BuildConfigFromFlags("", printedKubeconfig(t, output))
	require.NoError(t, err)
	client, err := kubernetes.NewForConfig(config)
	require.NoError(t, err)
	return client
}

func printedKubeconfig(t *testing.T, output string) string {
	t.Helper()
	_, rest, found := strings.Cut(output, "export KUBECONFIG=")
	require.True(t, found)
	path, _, _ := strings.Cut(rest, "\n")
	return path
}

// TestInterrupted presses Ctrl-C at moments from before the control plane is
// started until the tenants run.
func TestInterrupted(t *testing.T) {
	besideAnother(t)
	for _, moment := range []string{"Starting a Kubernetes", "is ready at", "Deploying stack", "tenant-a 1 of", "created"} {
		folder := filepath.Join(t.TempDir(), "platform")
		cmd, shown := mlops("up", folder)
		cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
		require.NoError(t, cmd.Start())
		ended := make(chan error, 1)
		go func() { ended <- cmd.Wait() }()
		awaitText(t, shown, moment, ended)
		require.NoError(t, syscall.Kill(-cmd.Process.Pid, syscall.SIGINT))
		select {
		case <-ended:
		case <-time.After(patience):
			t.Fatalf("after %q: it does not end:\n%s", moment, shown)
		}
		assert.Equal(t, 130, cmd.ProcessState.ExitCode(), "after %q:\n%s", moment, shown)
		assert.Contains(t, shown.String(), "mlops: interrupted; everything that was started has ended")
		nothingIsLeft(t, folder)
	}
}

// TestKilledSupervisor switches the machine off under a running platform, as far
// as the next command can tell: what the supervisor wrote is still there, and
// nothing runs.
func TestKilledSupervisor(t *testing.T) {
	besideAnother(t)
	folder := filepath.Join(t.TempDir(), "platform")
	t.Cleanup(func() {
		cmd, _ := mlops("down", folder)
		_ = cmd.Run() // the test has done so, unless it failed
	})
	succeed(t, "up", folder)
	data, err := os.ReadFile(filepath.Join(folder, "instance.json"))
	require.NoError(t, err)
	var record struct{ PID int }
	require.NoError(t, json.Unmarshal(data, &record))
	require.NoError(t, syscall.Kill(record.PID, syscall.SIGKILL))
	require.Eventually(t, func() bool { return len(processes(t, folder)) == 0 }, patience, 100*time.Millisecond)

	// The kernel gives the lock back a moment after it has ended the process.
	require.Eventually(t, func() bool {
		cmd, shown := mlops("status", folder)
		return cmd.Run() != nil && strings.Contains(shown.String(), "no embedded platform is running")
	}, patience, 100*time.Millisecond)

	again := succeed(t, "up", folder)
	assert.Contains(t, again, "Removed what an earlier control plane left")
	assert.Regexp(t, `\d+ resources: \d+ created\n`, again)
	succeed(t, "down", folder)
	nothingIsLeft(t, folder)
}

func awaitText(t *testing.T, shown *screen, text string, ended <-chan error) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	for !strings.Contains(shown.String(), text) {
		select {
		case err := <-ended:
			t.Fatalf("it ended (%v) before it showed %q:\n%s", err, text, shown)
		case <-ctx.Done():
			t.Fatalf("it never showed %q:\n%s", text, shown)
		case <-time.After(5 * time.Millisecond):
		}
	}
}

func TestRefusals(t *testing.T) {
	t.Parallel()
	folder := filepath.Join(t.TempDir(), "platform")
	for name, refusal := range map[string]struct {
		args []string
		want string
	}{
		"not embedded": {
			[]string{"up"},
			"mlops: only the embedded platform is deployed by this command: add --embedded, or use `pulumi up --stack STACK` for a cluster or an account of your own\n",
		},
		"on AWS": {
			[]string{"up", "--embedded", "--folder", folder, "--stack", "dev"},
			"mlops: stack dev is on substrate aws: only a stack on substrate kubernetes can be deployed without an account; there is local\n",
		},
		"no such stack": {
			[]string{"up", "--embedded", "--folder", folder, "--stack", "devel"}, "mlops: stack \"devel\" has no file Pulumi.devel.yaml in ",
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			output, err := exec.Command(command, refusal.args...).CombinedOutput()
			require.Error(t, err)
			assert.Contains(t, string(output), refusal.want)
			assert.NoDirExists(t, folder)
		})
	}
}
