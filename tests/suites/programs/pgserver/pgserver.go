// Package pgserver finds and runs the PostgreSQL of this machine for tests.
package pgserver

import (
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"

	"github.com/stretchr/testify/require"
)

// Binaries is the folder of the newest server on this machine; without one the
// test is skipped.
func Binaries(t *testing.T) string {
	t.Helper()
	candidates, err := filepath.Glob("/usr/lib/postgresql/*/bin/initdb")
	require.NoError(t, err)
	if len(candidates) == 0 {
		if path, err := exec.LookPath("initdb"); err == nil {
			return filepath.Dir(path)
		}
		t.Skip("SKIPPED: no PostgreSQL server on this machine; install the Debian package postgresql")
	}
	version := func(path string) int {
		number, _ := strconv.Atoi(strings.Split(path, "/")[4])
		return number
	}
	return filepath.Dir(slices.MaxFunc(candidates, func(a, b string) int { return version(a) - version(b) }))
}

// Workspace is a folder that other users can reach.
func Workspace(t *testing.T) string {
	t.Helper()
	folder, err := os.MkdirTemp("", "postgresql")
	require.NoError(t, err)
	require.NoError(t, os.Chmod(folder, 0o755))
	t.Cleanup(func() { _ = os.RemoveAll(folder) })
	return folder
}

// Unprivileged makes a command run as the user postgres, who gets the folder, where
// the test runs as root: the server refuses to.
func Unprivileged(t *testing.T, command *exec.Cmd, folder string) {
	t.Helper()
	command.SysProcAttr = &syscall.SysProcAttr{}
	if os.Geteuid() != 0 {
		return
	}
	account, err := user.Lookup("postgres")
	require.NoError(t, err)
	uid, err := strconv.Atoi(account.Uid)
	require.NoError(t, err)
	gid, err := strconv.Atoi(account.Gid)
	require.NoError(t, err)
	require.NoError(t, filepath.WalkDir(folder, func(path string, _ os.DirEntry, err error) error {
		if err != nil {
			return err
		}
		return os.Lchown(path, uid, gid)
	}))
	command.SysProcAttr.Credential = &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}
}

// Query runs SQL with psql in an environment and returns what it printed.
func Query(t *testing.T, binaries string, environment []string, sql string) (string, error) {
	t.Helper()
	command := exec.CommandContext(t.Context(), filepath.Join(binaries, "psql"), "-XAtq", "-v", "ON_ERROR_STOP=1", "-c", sql)
	command.Env = environment
	output, err := command.CombinedOutput()
	return strings.TrimSpace(string(output)), err
}
