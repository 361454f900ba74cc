//go:build linux

package nodes_test

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/mlops-iac/mlops/internal/workbench/nodes"
)

// TestMain lets the test binary play the parts of the command: what owns a sandbox,
// its first process, what runs inside, and what looks whether any of it can.
func TestMain(m *testing.M) {
	if len(os.Args) < 2 {
		os.Exit(m.Run())
	}
	var err error
	switch os.Args[1] {
	case "own":
		err = own(os.Args[2])
	case "init":
		err = nodes.Init(os.Args[2:])
	case "inside":
		err = inside(os.Args[2])
	case "check":
		err = nodes.Check(os.Args[2])
	default:
		os.Exit(m.Run())
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	os.Exit(0)
}

func start(folder string) (*nodes.Sandbox, error) {
	return nodes.StartSandbox(nodes.SandboxOptions{
		Folder: folder, Init: []string{"init"}, Command: []string{"inside", folder}, Log: os.Stderr,
	})
}

func own(folder string) error {
	sandbox, err := start(folder)
	if err != nil {
		return err
	}
	<-sandbox.Ended()
	return nil
}

// inside does to a sandbox what nodes do, and leaves a process behind whose parent
// has ended.
func inside(folder string) error {
	script := `set -eu
for folder in /run /tmp /var/lib /var/log /var/tmp; do echo inside >$folder/mlops-sandbox-test; done
mkdir -p /run/mounted; mount -t tmpfs none /run/mounted
ip link add veth-test type veth peer name veth-peer
iptables -A FORWARD -m comment --comment mlops-sandbox-test -j DROP
(setsid sleep 87654 &)
cat /proc/sys/vm/overcommit_memory /proc/sys/kernel/panic /proc/sys/net/ipv4/ip_forward | xargs >"$0/settings"
ip -brief address show node | awk '{print $1, $3}' >"$0/network"
ls /proc | grep -c '^[0-9]' >"$0/processes"
echo ready >"$0/ready.new"; mv "$0/ready.new" "$0/ready"
exec sleep 87655`
	return syscall.Exec("/bin/sh", []string{"sh", "-c", script, folder}, os.Environ())
}

// footprint is what nodes could leave on the machine.
func footprint(t *testing.T) string {
	t.Helper()
	script := `cat /proc/mounts; ip -brief link; ip route; iptables-save | grep -v '^#'; cat /proc/sys/vm/overcommit_memory /proc/sys/kernel/panic
ls -d /run/mlops* /tmp/mlops-sandbox-test /var/lib/mlops* /var/log/mlops* 2>/dev/null; find /sys/fs/cgroup -maxdepth 2 -name 'mlops-*'`
	output, err := exec.Command("sh", "-c", script).CombinedOutput()
	require.NoError(t, err, string(output))
	return string(output)
}

func needRoot(t *testing.T) {
	t.Helper()
	if err := nodes.Check("/var/cache"); err != nil {
		t.Skipf("no nodes can run here: %v", err)
	}
}

func awaitFile(t *testing.T, path string) {
	t.Helper()
	require.Eventually(t, func() bool {
		_, err := os.Stat(path)
		return err == nil
	}, time.Minute, 20*time.Millisecond, path)
}

// sleepers are the processes that run inside of the sandbox.
func sleepers(t *testing.T) int {
	t.Helper()
	files, err := filepath.Glob("/proc/[0-9]*/cmdline")
	require.NoError(t, err)
	count := 0
	for _, file := range files {
		if data, err := os.ReadFile(file); err == nil && strings.HasPrefix(string(data), "sleep\x008765") {
			count++
		}
	}
	return count
}

func read(t *testing.T, parts ...string) string {
	t.Helper()
	data, err := os.ReadFile(filepath.Join(parts...))
	require.NoError(t, err)
	return strings.TrimSpace(string(data))
}

// Not parallel: both tests look at the whole machine.
func TestSandboxLeavesNothing(t *testing.T) {
	needRoot(t)
	before := footprint(t)
	folder := t.TempDir() // below /tmp, which is private inside: it stays visible
	sandbox, err := start(folder)
	require.NoError(t, err)
	awaitFile(t, filepath.Join(folder, "ready"))
	assert.Equal(t, "1 10 1", read(t, folder, "settings"), "what the kubelet wants to see")
	assert.Equal(t, "node 198.18.0.1/32", read(t, folder, "network"))
	assert.NotEqual(t, "0", read(t, folder, "processes"))
	// A process that was started is a copy of its parent for a moment.
	require.Eventually(t, func() bool { return sleepers(t) == 2 }, time.Minute, 20*time.Millisecond)
	require.NoError(t, sandbox.Close())
	assert.Equal(t, 0, sleepers(t))
	assert.Equal(t, before, footprint(t))
}

func TestSandboxEndsWithAKilledOwner(t *testing.T) {
	needRoot(t)
	before := footprint(t)
	folder := t.TempDir()
	owner := exec.Command("/proc/self/exe", "own", folder)
	owner.Stderr = os.Stderr
	require.NoError(t, owner.Start())
	awaitFile(t, filepath.Join(folder, "ready"))
	// A process that was started is a copy of its parent for a moment.
	require.Eventually(t, func() bool { return sleepers(t) == 2 }, time.Minute, 20*time.Millisecond)
	require.NoError(t, owner.Process.Kill())
	_ = owner.Wait() // it was killed
	require.NoError(t, nodes.Clean(folder))
	assert.Eventually(t, func() bool { return sleepers(t) == 0 }, time.Minute, 20*time.Millisecond)
	assert.Equal(t, before, footprint(t))
	require.NoError(t, nodes.Clean(folder), "nothing is left to end")
}
