package debian_test

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/mlops-iac/mlops/internal/workbench/images/debian"
)

// unpacked is a root with the sort of files that packages have, made of a program of
// this machine and the libraries that its loader names.
func unpacked(t *testing.T) (root string, libraries []string) {
	t.Helper()
	output, err := exec.Command("ldd", "/bin/ls").Output()
	if err != nil {
		t.Skipf("this machine has no program with libraries to look at: %v", err)
	}
	root = t.TempDir()
	put := func(from, to string) {
		data, err := os.ReadFile(from)
		require.NoError(t, err)
		require.NoError(t, os.MkdirAll(filepath.Dir(filepath.Join(root, to)), 0o755))
		require.NoError(t, os.WriteFile(filepath.Join(root, to), data, 0o755))
	}
	put("/bin/ls", "/usr/bin/ls")
	for _, match := range regexp.MustCompile(`(?m)(/\S+) \(0x`).FindAllStringSubmatch(string(output), -1) {
		to := "/lib/some-triplet/" + filepath.Base(match[1])
		put(match[1], to)
		libraries = append(libraries, to)
	}
	require.NotEmpty(t, libraries)
	require.NoError(t, os.MkdirAll(filepath.Join(root, "usr/share/doc"), 0o755))
	require.NoError(t, os.WriteFile(filepath.Join(root, "usr/share/doc/README"), []byte("read me"), 0o644))
	require.NoError(t, os.WriteFile(filepath.Join(root, "usr/share/doc/bitcode"), nil, 0o644))
	require.NoError(t, os.Symlink("README", filepath.Join(root, "usr/share/doc/LIESMICH")))
	require.NoError(t, os.Symlink("/usr/bin/ls", filepath.Join(root, "usr/share/doc/program")))
	require.NoError(t, os.Symlink("/gone", filepath.Join(root, "usr/share/doc/stale")))
	return root, libraries
}

func TestFilesComeWithTheirLibraries(t *testing.T) {
	t.Parallel()
	root, libraries := unpacked(t)
	files, err := debian.Files(root, []string{"usr/share/doc"}, []string{"bitcode"})
	require.NoError(t, err)
	var got []string
	for _, file := range files {
		entry := file.Path
		if file.Link != "" {
			entry += " -> " + file.Link
		} else {
			assert.Equal(t, root+file.Path, file.Source)
		}
		got = append(got, entry)
	}
	want := append([]string{
		"/usr/bin/ls", "/usr/share/doc/LIESMICH -> README", "/usr/share/doc/README", "/usr/share/doc/program -> /usr/bin/ls",
		"/usr/share/doc/stale -> /gone",
	}, libraries...)
	slices.Sort(want)
	slices.Sort(got)
	assert.Equal(t, want, got)
}

func TestWhatIsMissingIsTold(t *testing.T) {
	t.Parallel()
	root, libraries := unpacked(t)
	_, err := debian.Files(root, []string{"usr/sbin/postgres"}, nil)
	require.EqualError(t, err, "the packages of Debian have no usr/sbin/postgres")
	for _, library := range libraries {
		require.NoError(t, os.Remove(filepath.Join(root, library)))
	}
	_, err = debian.Files(root, []string{"usr/bin/ls"}, nil)
	require.ErrorContains(t, err, "/usr/bin/ls loads ")
	require.ErrorContains(t, err, ", which none of the packages has")
}

// Not parallel: it sets the path, to an apt-get that knows nothing.
func TestListsOfPackagesAreMissing(t *testing.T) {
	folder := t.TempDir()
	require.NoError(t, os.WriteFile(filepath.Join(folder, "apt-get"), []byte("#!/bin/sh\nexit 0\n"), 0o755))
	t.Setenv("PATH", folder)
	err := debian.Fetch(context.Background(), t.TempDir(), []string{"busybox-static"}, nil)
	require.EqualError(t, err, "apt-get knows nothing of busybox-static; `apt-get update` fetches the lists of packages")
}
