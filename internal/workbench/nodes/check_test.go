package nodes_test

import (
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/mlops-iac/mlops/internal/workbench/nodes"
)

// Not parallel: it sets the path.
func TestCheckNamesWhatIsMissing(t *testing.T) {
	if runtime.GOOS != "linux" || os.Geteuid() != 0 {
		t.Skip("without Linux and root, that is what is missing")
	}
	folder := "/var/cache/mlops-check"
	require.ErrorContains(t, nodes.Check("/"+strings.Repeat("long/", 20)), "the path of the folder has 101 bytes and sockets below it can have only 70")

	path := t.TempDir()
	t.Setenv("PATH", path)
	programs := []string{"containerd", "ctr", "runc", "iptables", "iptables-save", "ipset", "conntrack", "ip", "mount", "apt-get", "dpkg-deb"}
	packages := []string{"containerd", "containerd", "runc", "iptables", "iptables", "ipset", "conntrack", "iproute2", "mount", "apt", "dpkg"}
	for i, program := range programs {
		require.EqualError(t, nodes.Check(folder), program+" is missing: apt-get install "+packages[i])
		require.NoError(t, os.WriteFile(filepath.Join(path, program), []byte("#!/bin/sh\n"), 0o755))
	}
	assert.NoDirExists(t, folder, "it changes nothing")
	assert.Equal(t, documented(t), essential(packages), "docs/local.md names what is asked for")
}

// documented are the packages that docs/local.md says to install.
func documented(t *testing.T) []string {
	t.Helper()
	text, err := os.ReadFile("../../../docs/local.md")
	require.NoError(t, err)
	_, rest, found := strings.Cut(string(text), "\napt-get install ")
	require.True(t, found)
	line, _, _ := strings.Cut(rest, "\n")
	list := strings.Fields(line)
	slices.Sort(list)
	return list
}

// essential adds the package of the CNI plugins and leaves out what is on every Debian.
func essential(packages []string) []string {
	list := append(slices.Clone(packages), "containernetworking-plugins")
	list = slices.DeleteFunc(list, func(name string) bool { return name == "mount" || name == "apt" || name == "dpkg" })
	slices.Sort(list)
	return slices.Compact(list)
}
