//go:build linux

package nodes

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestKernel(t *testing.T) {
	t.Parallel()
	for release, want := range map[string]string{
		"5.4.0-150-generic": "", "5.10.0": "", "6.18.44-fc": "",
		"5.3.18":      "the kernel is 5.3.18 and real nodes need 5.4 or newer",
		"4.18.0-553":  "the kernel is 4.18.0-553 and real nodes need 5.4 or newer",
		"of the past": `the kernel calls its version "of the past", which nobody can compare with 5.4`,
	} {
		err := kernelAtLeast(release)
		if want == "" {
			assert.NoError(t, err, release)
		} else {
			assert.EqualError(t, err, want, release)
		}
	}
}

// TestCgroups makes a tree with a process in it, and removes both.
func TestCgroups(t *testing.T) {
	t.Parallel()
	if err := checkCgroups(); os.Geteuid() != 0 || err != nil {
		t.Skipf("no control groups can be made here: %v", err)
	}
	name := cgroupName(t.TempDir())
	require.NoError(t, makeCgroups(name+"/node-1/pod"))
	t.Cleanup(func() { _ = removeCgroups(name) })
	hierarchies, err := cgroupHierarchies()
	require.NoError(t, err)
	sleeper := exec.Command("sleep", "600")
	require.NoError(t, sleeper.Start())
	pid := []byte(fmt.Sprint(sleeper.Process.Pid))
	for _, hierarchy := range hierarchies {
		require.DirExists(t, filepath.Join(hierarchy, name, "node-1", "pod"))
		require.NoError(t, os.WriteFile(filepath.Join(hierarchy, name, "node-1", "pod", "cgroup.procs"), pid, 0o644), hierarchy)
	}
	ended := make(chan error, 1)
	go func() { ended <- sleeper.Wait() }()
	require.NoError(t, removeCgroups(name))
	for _, hierarchy := range hierarchies {
		assert.NoDirExists(t, filepath.Join(hierarchy, name))
	}
	select {
	case err := <-ended:
		var exit *exec.ExitError
		require.ErrorAs(t, err, &exit)
		status, ok := exit.Sys().(syscall.WaitStatus)
		require.True(t, ok)
		assert.Equal(t, syscall.SIGKILL, status.Signal())
	case <-time.After(10 * time.Second):
		assert.Fail(t, "the process still runs")
	}
	require.NoError(t, removeCgroups(name), "nothing is left to remove")
}
