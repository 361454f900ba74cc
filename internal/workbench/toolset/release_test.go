package toolset_test

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"context"
	"crypto/sha256"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// archive is a release with one program, at a path, that prints a version.
func archive(t *testing.T, program string) []byte {
	t.Helper()
	var packed bytes.Buffer
	zipped := gzip.NewWriter(&packed)
	files := tar.NewWriter(zipped)
	for name, text := range map[string]string{"pulumi/pulumi-language-go": "other", program: "#!/bin/sh\necho released\n"} {
		require.NoError(t, files.WriteHeader(&tar.Header{Name: name, Mode: 0o755, Size: int64(len(text))}))
		_, err := files.Write([]byte(text))
		require.NoError(t, err)
	}
	require.NoError(t, files.Close())
	require.NoError(t, zipped.Close())
	return packed.Bytes()
}

// releases serves an archive of the CLI, and checksums that hold for sum.
func releases(t *testing.T, sum [sha256.Size]byte, packed []byte) string {
	t.Helper()
	name := fmt.Sprintf("pulumi-v3.245.0-%s-%s.tar.gz", runtime.GOOS, strings.Replace(runtime.GOARCH, "amd64", "x64", 1))
	return publish(t, "/pulumi-3.245.0-checksums.txt", "/"+name, sum, packed)
}

// publish serves an archive and its checksum at two paths.
func publish(t *testing.T, sums, name string, sum [sha256.Size]byte, packed []byte) string {
	t.Helper()
	if runtime.GOOS != "linux" && runtime.GOOS != "darwin" {
		t.Skip("there is no release for " + runtime.GOOS)
	}
	mux := http.NewServeMux()
	mux.HandleFunc("GET "+sums, func(w http.ResponseWriter, _ *http.Request) {
		fmt.Fprintf(w, "%064d  another.zip\n%x  %s\n", 0, sum, path.Base(name))
	})
	mux.HandleFunc("GET "+name, func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write(packed) })
	server := httptest.NewServer(mux)
	t.Cleanup(server.Close)
	return server.URL
}

func TestReleaseIsUsedWhereItsHostAnswers(t *testing.T) {
	set, _ := checkout(t)
	packed := archive(t, "pulumi/pulumi")
	set.Releases.CLI = releases(t, sha256.Sum256(packed), packed)
	found, err := set.Pulumi(context.Background())
	require.NoError(t, err)
	assert.Equal(t, "v3.245.0", found.Version)
	assert.Equal(t, "released by Pulumi", found.Origin)
	text, err := os.ReadFile(found.Binary())
	require.NoError(t, err)
	assert.Equal(t, "#!/bin/sh\necho released\n", string(text))
	info, err := os.Stat(found.Binary())
	require.NoError(t, err)
	assert.NotZero(t, info.Mode()&0o100, "it can be run")
	left, err := filepath.Glob(filepath.Join(found.Root, "bin", "*"))
	require.NoError(t, err)
	assert.Equal(t, []string{found.Binary()}, left)

	set.Releases.CLI = nowhere
	again, err := set.Pulumi(context.Background())
	require.NoError(t, err, "what is in the cache needs no host")
	assert.Equal(t, found, again)
}

// TestReleaseThatCannotBeHadIsBuilt shows that the CLI is built from its module, whose
// checksum Go knows, when a release is not what it says or is not there.
func TestReleaseThatCannotBeHadIsBuilt(t *testing.T) {
	silent := func(t *testing.T) string {
		server := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() }))
		t.Cleanup(server.Close)
		return server.URL
	}
	packed := archive(t, "pulumi/pulumi")
	for name, test := range map[string]struct {
		releases func(*testing.T) string
		says     string
	}{
		"another checksum":    {func(t *testing.T) string { return releases(t, sha256.Sum256([]byte("other")), packed) }, "has the checksum"},
		"no program in it":    {func(t *testing.T) string { return releases(t, sha256.Sum256(nil), nil) }, "EOF"},
		"not there":           {func(t *testing.T) string { return releases(t, sha256.Sum256(packed), packed) + "/elsewhere" }, "404 Not Found"},
		"nobody answers":      {func(*testing.T) string { return nowhere }, "refused"},
		"a host that is mute": {silent, "deadline exceeded"},
	} {
		t.Run(name, func(t *testing.T) {
			set, path := checkout(t)
			script(t, filepath.Join(path, "go"), fakeGo)
			set.Releases.CLI = test.releases(t)
			var reports []string
			set.Report = func(format string, args ...any) { reports = append(reports, fmt.Sprintf(format, args...)) }
			built, err := set.Pulumi(context.Background())
			require.NoError(t, err)
			assert.Equal(t, "built from its Go module", built.Origin)
			assert.Contains(t, strings.Join(reports, "\n"), "The release of the Pulumi CLI cannot be had: ")
			assert.Contains(t, strings.Join(reports, "\n"), test.says)
			left, err := os.ReadDir(filepath.Join(set.Cache, "pulumi"))
			require.NoError(t, err)
			assert.Len(t, left, 1, "nothing half made is left")
		})
	}
}
