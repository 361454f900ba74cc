package engine_test

import (
	"bytes"
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// mark is found in the environment of everything the command starts.
const mark = "MLOPS_ENGINE_TEST"

func buildCommand(t *testing.T) string {
	t.Helper()
	binary := filepath.Join(t.TempDir(), "mlops")
	output, err := exec.Command("go", "build", "-C", checkout+"/cmd/mlops", "-o", binary, ".").CombinedOutput()
	require.NoError(t, err, string(output))
	return binary
}

// running lists the commands of the processes that carry the mark with the given value.
func running(value string) []string {
	var found []string
	files, _ := filepath.Glob("/proc/[0-9]*/environ")
	for _, file := range files {
		environ, err := os.ReadFile(file)
		if err != nil || !bytes.Contains(environ, []byte(mark+"="+value)) {
			continue
		}
		command, err := os.ReadFile(filepath.Join(filepath.Dir(file), "cmdline"))
		if err == nil { // otherwise it has just ended
			found = append(found, string(bytes.ReplaceAll(command, []byte{0}, []byte(" "))))
		}
	}
	return found
}

func TestInterruptEndsEverything(t *testing.T) {
	binary := buildCommand(t)
	for tenths := range 14 {
		after := time.Duration(tenths+3) * 100 * time.Millisecond
		t.Run(after.String(), func(t *testing.T) {
			temporary, value := t.TempDir(), "interrupt-"+after.String()
			ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
			defer cancel()
			cmd := exec.CommandContext(ctx, binary, "preview", "--stack", "dev", "-C", checkout)
			cmd.Env = append(os.Environ(), "TMPDIR="+temporary, mark+"="+value)
			require.NoError(t, cmd.Start())
			time.Sleep(after)
			require.NoError(t, cmd.Process.Signal(syscall.SIGINT))
			err := cmd.Wait()
			if err != nil { // a fast machine may have finished before the signal
				assert.Equal(t, syscall.SIGINT, interruptedBy(t, cmd.ProcessState))
			}
			assert.Eventually(t, func() bool { return len(running(value)) == 0 }, 15*time.Second, 50*time.Millisecond,
				"every process has ended")
			assert.Empty(t, running(value), "what is still there")
			left, err := os.ReadDir(temporary)
			require.NoError(t, err)
			assert.Empty(t, left, "nothing is left in the temporary folder")
		})
	}
}

// interruptedBy is the signal that ended a process: by itself, with the exit code that
// shells use, or before it was ready to handle one, on a slow machine.
func interruptedBy(t *testing.T, state *os.ProcessState) syscall.Signal {
	t.Helper()
	status, ok := state.Sys().(syscall.WaitStatus)
	require.True(t, ok)
	if status.Signaled() {
		return status.Signal()
	}
	return syscall.Signal(status.ExitStatus() - 128)
}

func TestCommandPlansAndComparesFromASubfolder(t *testing.T) {
	t.Parallel()
	binary := buildCommand(t)
	cmd := exec.Command(binary, "preview", "--stack", "staging", "--against", "dev")
	cmd.Dir = filepath.Join(checkout, "docs")
	var out, progress bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &progress
	require.NoError(t, cmd.Run(), progress.String()+out.String())
	for _, want := range []string{
		"Plan of stack staging", "mlops-staging-network", "Against dev: staging has", "Guard: ", "component provider",
		"0 guard violations, 0 errors",
	} {
		assert.Contains(t, out.String(), want)
	}
	assert.Contains(t, progress.String(), "Planning stack dev")
}
