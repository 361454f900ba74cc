package e2e_test

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/mlops-iac/mlops/internal/workbench/nodes"
)

const checkout = "../../.."

// command is the built command.
var command string

func TestMain(m *testing.M) {
	folder, err := os.MkdirTemp("", "mlops-e2e-")
	if err != nil {
		panic(err)
	}
	command = filepath.Join(folder, "mlops")
	build := exec.Command("go", "build", "-o", command, ".")
	build.Dir, build.Stdout, build.Stderr = filepath.Join(checkout, "cmd", "mlops"), os.Stderr, os.Stderr
	code := 1
	if err := build.Run(); err != nil {
		fmt.Fprintln(os.Stderr, err)
	} else {
		code = m.Run()
		times.print()
	}
	if err := os.RemoveAll(folder); err != nil {
		panic(err)
	}
	os.Exit(code)
}

// newFolder is a state folder that does not exist yet. Where nodes cannot run the
// test is skipped, and fails in CI.
func newFolder(t *testing.T) string {
	t.Helper()
	parent, err := os.MkdirTemp("", "mlops-")
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, os.RemoveAll(parent)) })
	folder := filepath.Join(parent, "platform")
	if err := nodes.Check(folder); err != nil {
		if os.Getenv("CI") == "true" {
			require.NoError(t, err, "real nodes cannot run here")
		}
		t.Skipf("SKIPPED: real nodes cannot run here: %v", err)
	}
	return folder
}

// screen collects the output of a command while it runs, and shows it.
type screen struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (s *screen) Write(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	_, _ = os.Stderr.Write(p) // a person waits
	return s.text.Write(p)
}

func (s *screen) String() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.text.String()
}

// start starts a verb of the command.
func start(t *testing.T, verb, folder string, more ...string) (*exec.Cmd, *screen) {
	t.Helper()
	return startWith(t, command, verb, folder, more...)
}

// startWith is start for a command that was built in another way. It has a process
// group of its own, as a shell would give it.
func startWith(t *testing.T, program, verb, folder string, more ...string) (*exec.Cmd, *screen) {
	t.Helper()
	cmd := exec.Command(program, append([]string{verb, "--embedded", "--folder", folder, "--directory", checkout}, more...)...)
	shown := &screen{}
	cmd.Stdout, cmd.Stderr = shown, shown
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	require.NoError(t, cmd.Start())
	return cmd, shown
}

// succeed runs a verb and returns what it showed.
func succeed(t *testing.T, verb, folder string, more ...string) string {
	t.Helper()
	return succeedWith(t, command, verb, folder, more...)
}

func succeedWith(t *testing.T, program, verb, folder string, more ...string) string {
	t.Helper()
	cmd, shown := startWith(t, program, verb, folder, more...)
	require.NoError(t, cmd.Wait(), shown.String())
	return shown.String()
}

// printed is what follows a text on its line.
func printed(t *testing.T, output, before string) string {
	t.Helper()
	_, rest, found := strings.Cut(output, before)
	require.True(t, found, "%q is not in:\n%s", before, output)
	line, _, _ := strings.Cut(rest, "\n")
	return strings.TrimSpace(line)
}
