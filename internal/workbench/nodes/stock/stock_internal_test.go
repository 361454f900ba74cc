package stock

import (
	"archive/tar"
	"context"
	"encoding/json"
	"errors"
	"io"
	"os"
	"path/filepath"
	"testing"

	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/mlops-iac/mlops/components/minio"
	"github.com/mlops-iac/mlops/internal/workbench/images"
	"github.com/mlops-iac/mlops/internal/workbench/toolset"
)

func TestNamesAsKubeletsAskForThem(t *testing.T) {
	t.Parallel()
	for reference, want := range map[string]string{
		"quay.io/minio/minio:R1@sha256:14ce":    "quay.io/minio/minio@sha256:14ce",
		"localhost:5000/minio@sha256:14ce":      "localhost:5000/minio@sha256:14ce",
		"localhost:5000/minio:R1@sha256:14ce":   "localhost:5000/minio@sha256:14ce",
		"docker.io/library/postgres:17.11-slim": "docker.io/library/postgres:17.11-slim",
	} {
		assert.Equal(t, want, withoutTag(reference))
	}
	assert.Regexp(t, `^quay\.io/minio/minio@sha256:[0-9a-f]{64}$`, withoutTag(minio.DefaultImage))
}

// named are the names in the index of an archive.
func named(t *testing.T, archive string) []string {
	t.Helper()
	file, err := os.Open(archive)
	require.NoError(t, err)
	defer file.Close()
	for reader := tar.NewReader(file); ; {
		header, err := reader.Next()
		require.False(t, errors.Is(err, io.EOF), "no index in %s", archive)
		require.NoError(t, err)
		if header.Name != "index.json" {
			continue
		}
		var index v1.IndexManifest
		require.NoError(t, json.NewDecoder(reader).Decode(&index))
		var names []string
		for _, manifest := range index.Manifests {
			names = append(names, manifest.Annotations["io.containerd.image.name"])
		}
		return names
	}
}

func TestImagesAreMadeOnce(t *testing.T) {
	t.Parallel()
	var reported []string
	set := &toolset.Set{Cache: t.TempDir(), Report: func(format string, _ ...any) { reported = append(reported, format) }}
	made := 0
	e := entry{names: []string{"a.example/one:1", "b.example/two:2"}, key: "key", label: "an example", make: func(context.Context, string) (images.Content, error) {
		return images.Content{}, nil
	}}
	build := func(_ context.Context, folder string) (v1.Image, error) {
		made++
		if made == 1 {
			return nil, errors.New("the disk is full")
		}
		source := filepath.Join(folder, "file")
		require.NoError(t, os.WriteFile(source, []byte("content"), 0o600))
		return images.Build(images.Native(), images.Content{Layers: [][]images.File{{{Path: "/file", Source: source}}}})
	}
	_, err := e.archives(t.Context(), set, build)
	require.EqualError(t, err, "the disk is full")
	left, err := os.ReadDir(imagesFolder(set))
	require.NoError(t, err)
	assert.Empty(t, left, "nothing is left of a failure")

	for range 2 {
		archives, err := e.archives(t.Context(), set, build)
		require.NoError(t, err)
		require.Len(t, archives, 2)
		assert.Equal(t, []string{"a.example/one:1"}, named(t, archives[0]))
		assert.Equal(t, []string{"b.example/two:2"}, named(t, archives[1]))
	}
	assert.Equal(t, 2, made, "one failure, one image, and one from the cache")
	e.key = "other"
	_, err = e.archives(t.Context(), set, build)
	require.NoError(t, err)
	assert.Equal(t, 3, made, "another content is made anew")
	assert.Equal(t, []string{"Making the image of %s%s", "Making the image of %s%s", "Making the image of %s%s"}, reported)
}
