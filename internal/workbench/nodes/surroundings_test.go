//go:build linux

package nodes_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"syscall"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/mlops-iac/mlops/internal/workbench/nodes"
)

// number is that of the process that checks.
var number = regexp.MustCompile(`mlops-check-\d+`)

// TestCheckElsewhere takes away what a machine may lack, in mounts of its own, and reads
// the one sentence that says so. Nothing is made.
func TestCheckElsewhere(t *testing.T) {
	t.Parallel()
	place := t.TempDir()
	folder := filepath.Join(place, "platform")
	if err := nodes.Check(folder); err != nil {
		t.Skipf("nodes cannot run here to begin with: %v", err)
	}
	hierarchy := firstHierarchy(t)
	for name, surroundings := range map[string]struct {
		script, want string
		nobody       bool
	}{
		"everything": {script: "true"},
		"no root":    {script: "true", want: "real nodes need root, for namespaces and control groups\n", nobody: true},
		"no control groups": {
			script: "umount --recursive /sys/fs/cgroup", want: "no control groups are mounted at /sys/fs/cgroup\n",
		},
		"control groups of somebody else": {
			script: "mount -o remount,bind,ro " + hierarchy, want: "control groups cannot be made here: mkdir " + hierarchy + "/mlops-check-PID: read-only file system\n",
		},
		"no disk": {
			script: "mount -t tmpfs -o size=64m none " + place,
			want:   place + " has 0 GiB free and real nodes need 6 GiB: free some space or choose another folder with --folder\n",
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			assert.Equal(t, surroundings.want, checkAfter(t, surroundings.script, folder, surroundings.nobody))
			assert.NoDirExists(t, folder)
		})
	}
}

// checkAfter runs Check in mounts of its own that a script has changed, and returns its
// sentence.
func checkAfter(t *testing.T, script, folder string, nobody bool) string {
	t.Helper()
	self, err := os.Open("/proc/self/exe")
	require.NoError(t, err)
	defer self.Close()
	check := exec.Command("/proc/self/fd/3", "check", folder)
	if !nobody {
		check = exec.Command("unshare", "--mount", "sh", "-c", script+` && exec /proc/self/fd/3 check "$0"`, folder)
	} else {
		check.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: 65534, Gid: 65534}}
	}
	check.ExtraFiles = []*os.File{self}
	output, err := check.CombinedOutput()
	if err != nil {
		require.Equal(t, 1, check.ProcessState.ExitCode(), string(output))
	}
	return number.ReplaceAllString(string(output), "mlops-check-PID")
}

// firstHierarchy is the first place where control groups are made.
func firstHierarchy(t *testing.T) string {
	t.Helper()
	output, err := exec.Command("sh", "-c", `awk '$3 ~ /^cgroup2?$/ && $2 ~ /^\/sys\/fs\/cgroup/ {print $2}' /proc/self/mounts | sort | head -n 1`).Output()
	require.NoError(t, err)
	return string(output[:len(output)-1])
}
