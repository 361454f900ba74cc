package tests

import (
	"debug/elf"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestBinaryIsStatic looks for what only a libc and a loader could satisfy.
func TestBinaryIsStatic(t *testing.T) {
	t.Parallel()
	file, err := elf.Open(binary)
	if err != nil {
		t.Skipf("not an ELF file, so not for the image: %v", err)
	}
	defer file.Close()
	needed, err := file.ImportedLibraries()
	require.NoError(t, err)
	assert.Empty(t, needed)
	for _, program := range file.Progs {
		assert.NotEqual(t, elf.PT_INTERP, program.Type, "it asks for a dynamic loader")
	}
}

// confine makes the second argument a read-only mount of its own and runs the
// service in it, as its root, as user 65532 with no capabilities left.
const confine = `set -eu
mount --bind "$1" "$1"
mount -o remount,ro,bind "$1"
exec chroot --userspec=65532:65532 "$1" /inference`

// TestRunsInAnEmptyRoot runs the service as the image does: one binary, no shell, no files, no
// environment, a read-only root, and a user without a name.
func TestRunsInAnEmptyRoot(t *testing.T) {
	t.Parallel()
	if output, err := exec.Command("unshare", "--mount", "true").CombinedOutput(); err != nil {
		t.Skipf("this machine gives no mount namespace: %v %s", err, output)
	}
	root := t.TempDir()
	data, err := os.ReadFile(binary)
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(filepath.Join(root, "inference"), data, 0o755))
	// Everybody may write, so that only the read-only mount keeps the service from it.
	require.NoError(t, os.Chmod(root, 0o777))
	command := exec.Command("unshare", "--mount", "/bin/sh", "-c", confine, "sh", root)
	s := startCommand(t, command, []string{"HOST=127.0.0.1", "PORT=0"})
	eventually(t, "ready", func() bool { return s.status("/ready") == http.StatusOK })
	code, _, err := post(http.DefaultClient, s.url)
	require.NoError(t, err)
	assert.Equal(t, http.StatusOK, code)

	status, err := os.ReadFile(filepath.Join("/proc", strconv.Itoa(s.command.Process.Pid), "status"))
	require.NoError(t, err)
	assert.Contains(t, string(status), "Uid:\t65532\t65532\t65532\t65532")
	mounts, err := os.ReadFile(filepath.Join("/proc", strconv.Itoa(s.command.Process.Pid), "mounts"))
	require.NoError(t, err)
	assert.Regexp(t, `(?m)^\S+ / \S+ ro[, ]`, string(mounts), "the root is read-only")
	entries, err := os.ReadDir(root)
	require.NoError(t, err)
	require.Len(t, entries, 1, "the service is all there is, and it wrote nothing")
	s.signal(t, syscall.SIGTERM)
	s.ends(t)
	assert.False(t, strings.Contains(s.text(), `"level":"ERROR"`), s.text())
}
