//go:build unix

package process_test

import (
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/mlops-iac/mlops/internal/workbench/process"
)

// TestRevive kills a process again and again: it is started again, and in the end it
// is not.
func TestRevive(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	p, err := process.Start(process.Program{Name: "sleeper", Path: "/bin/sh", Args: []string{"-c", "echo started; exec sleep 600"}, Folder: folder})
	require.NoError(t, err)
	t.Cleanup(func() { _ = p.Stop() })
	first := p.PID()
	require.NoError(t, p.Revive())
	assert.Equal(t, first, p.PID(), "one that runs is left alone")

	var pids []int
	for range 6 {
		pids = append(pids, p.PID())
		require.NoError(t, syscall.Kill(p.PID(), syscall.SIGKILL))
		select {
		case <-p.Ended():
		case <-time.After(10 * time.Second):
			require.Fail(t, "it does not end")
		}
		if len(pids) < 6 {
			require.NoError(t, p.Revive())
			assert.NotContains(t, pids, p.PID())
		}
	}
	err = p.Revive()
	require.ErrorContains(t, err, "it was started again 5 times: sleeper ended by itself")
	assert.ErrorContains(t, err, "signal: killed")

	log, err := os.ReadFile(filepath.Join(folder, "sleeper.log"))
	require.NoError(t, err)
	var told []string
	for line := range strings.Lines(string(log)) {
		if strings.HasPrefix(line, "mlops: ") {
			told = append(told, line)
		}
	}
	assert.Len(t, told, 5)
	assert.Equal(t, "mlops: sleeper ended by itself (signal: killed) and is started again, 1 of at most 5 times\n", told[0])
}
