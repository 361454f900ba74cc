package e2e_test

import (
	"bytes"
	"fmt"
	"hash/fnv"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// footprint is what the platform in a folder could leave on the machine, besides that.
// Another one may run beside it.
func footprint(t *testing.T, folder string) string {
	t.Helper()
	name := fnv.New32a()
	_, _ = name.Write([]byte(folder)) // it never returns an error
	script := `cat /proc/mounts; ip -brief link; ip route; iptables-save | grep -v '^#' | sed 's/\[[0-9:]*\]//'; ipset list -name
cat /proc/sys/vm/overcommit_memory /proc/sys/vm/panic_on_oom /proc/sys/kernel/panic /proc/sys/kernel/panic_on_oops /proc/sys/net/ipv4/ip_forward
ls -d /run/mlops* /run/containerd* /run/netns/* /var/lib/kubelet* /var/lib/cni* /var/log/pods* /var/log/containers* 2>/dev/null
find /sys/fs/cgroup -maxdepth 2 -name "mlops-$0" -o -maxdepth 2 -name 'kubepods*'`
	output, err := exec.Command("sh", "-c", script, fmt.Sprintf("%08x", name.Sum32())).CombinedOutput()
	require.NoError(t, err, string(output))
	return string(output)
}

// processes are the command lines that mention the folder; those of containers have a
// shim that does.
func processes(t *testing.T, folder string) []string {
	t.Helper()
	files, err := filepath.Glob("/proc/[0-9]*/cmdline")
	require.NoError(t, err)
	found := []string{}
	for _, file := range files {
		data, err := os.ReadFile(file)
		if err == nil && bytes.Contains(data, []byte(folder)) {
			found = append(found, string(bytes.ReplaceAll(data, []byte{0}, []byte(" "))))
		}
	}
	return found
}

// withoutCgroups leaves the control groups out, which are there while pods run.
func withoutCgroups(footprint string) string {
	var lines []string
	for line := range strings.Lines(footprint) {
		if !strings.HasPrefix(line, "/sys/fs/cgroup/") {
			lines = append(lines, line)
		}
	}
	return strings.Join(lines, "")
}

func nothingIsLeft(t *testing.T, folder, before string) {
	t.Helper()
	assert.NoDirExists(t, folder)
	assert.Eventually(t, func() bool { return len(processes(t, folder)) == 0 }, 10*time.Second, 100*time.Millisecond)
	assert.Equal(t, []string{}, processes(t, folder))
	assert.Equal(t, before, footprint(t, folder))
}
