package images_test

import (
	"archive/tar"
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"log"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-containerregistry/pkg/name"
	"github.com/google/go-containerregistry/pkg/registry"
	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/remote"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/mlops-iac/mlops/internal/workbench/images"
)

// startRegistry serves a registry in this process and returns its host.
func startRegistry(t *testing.T) string {
	t.Helper()
	server := httptest.NewServer(registry.New(registry.WithReferrersSupport(true), registry.Logger(log.New(io.Discard, "", 0))))
	t.Cleanup(server.Close)
	return strings.TrimPrefix(server.URL, "http://")
}

// TestPush pushes an image on a base from the registry, and pulls both again.
func TestPush(t *testing.T) {
	t.Parallel()
	host := startRegistry(t)
	base, err := images.Build(images.Native(), images.Content{Layers: [][]images.File{{{Path: "/base", Data: []byte("base")}}}})
	require.NoError(t, err)
	baseTag, err := name.NewTag(host + "/base:1")
	require.NoError(t, err)
	require.NoError(t, remote.Write(baseTag, base))
	baseDigest, err := base.Digest()
	require.NoError(t, err)

	pushed, err := images.Inference(t.Context(), images.InferenceOptions{
		Checkout: checkout, Reference: host + "/team/inference:2.0.0", Platforms: []v1.Platform{images.Native()},
		Base: host + "/base@" + baseDigest.String(),
	})
	require.NoError(t, err)
	defer func() { require.NoError(t, pushed.Close()) }()
	reference, err := pushed.Push(t.Context())
	require.NoError(t, err)
	digest, err := pushed.Digest()
	require.NoError(t, err)
	assert.Equal(t, host+"/team/inference@"+digest, reference)

	parsed, err := name.NewDigest(reference)
	require.NoError(t, err)
	index, err := remote.Index(parsed)
	require.NoError(t, err)
	manifest, err := index.IndexManifest()
	require.NoError(t, err)
	require.Len(t, manifest.Manifests, 1)
	pulled, err := index.Image(manifest.Manifests[0].Digest)
	require.NoError(t, err)
	layers, err := pulled.Layers()
	require.NoError(t, err)
	require.Len(t, layers, 2)
	assert.Equal(t, []string{"0 0644 base"}, entries(t, layers[0], t.TempDir()), "the base is below")
	assert.Equal(t, []string{"0 0755 inference"}, entries(t, layers[1], t.TempDir()))

	referrers, err := remote.Referrers(parsed.Digest(manifest.Manifests[0].Digest.String()))
	require.NoError(t, err)
	attached, err := referrers.IndexManifest()
	require.NoError(t, err)
	require.Len(t, attached.Manifests, 1)
	assert.Equal(t, images.SPDXMediaType, attached.Manifests[0].ArtifactType)
	list, err := remote.Image(parsed.Digest(attached.Manifests[0].Digest.String()))
	require.NoError(t, err)
	assert.Equal(t, "inference-2.0.0", sbomName(t, list))
}

func sbomName(t *testing.T, artifact v1.Image) string {
	t.Helper()
	layers, err := artifact.Layers()
	require.NoError(t, err)
	require.Len(t, layers, 1)
	content, err := layers[0].Compressed()
	require.NoError(t, err)
	defer content.Close()
	var list struct{ Name string }
	require.NoError(t, json.NewDecoder(content).Decode(&list))
	return list.Name
}

func TestBaseNeedsADigest(t *testing.T) {
	t.Parallel()
	_, err := images.Inference(t.Context(), images.InferenceOptions{
		Checkout: checkout, Reference: images.DefaultReference, Platforms: []v1.Platform{images.Native()}, Base: "gcr.io/distroless/static:latest",
	})
	require.ErrorContains(t, err, `base "gcr.io/distroless/static:latest": must end with @sha256: and a digest`)
	_, err = name.NewDigest(images.StaticBase)
	require.NoError(t, err, "the static base has one")
}

// TestLoadIntoKind sees what kind is called with, and opens the archive.
func TestLoadIntoKind(t *testing.T) {
	folder := t.TempDir()
	script := "#!/bin/sh\necho \"$1 $2 $4 $5\" >" + folder + "/args\ncp \"$3\" " + folder + "/image.tar\n"
	require.NoError(t, os.WriteFile(filepath.Join(folder, "kind"), []byte(script), 0o755))
	t.Setenv("PATH", folder+":"+os.Getenv("PATH"))
	require.NoError(t, built.LoadIntoKind(t.Context(), "demo"))
	args, err := os.ReadFile(filepath.Join(folder, "args"))
	require.NoError(t, err)
	assert.Equal(t, "load image-archive --name demo\n", string(args))

	archive, err := os.ReadFile(filepath.Join(folder, "image.tar"))
	require.NoError(t, err)
	want, err := image(t, images.Native().Architecture).Digest()
	require.NoError(t, err)
	assert.Equal(t, [2]string{"mlops.local/inference:1.0.0", want.String()}, namedInArchive(t, archive))

	t.Setenv("PATH", t.TempDir())
	require.ErrorContains(t, built.LoadIntoKind(t.Context(), "demo"), "kind is missing; install 0.31 or newer")
}

// namedInArchive is the name and the digest of the only image of an archive.
func namedInArchive(t *testing.T, archive []byte) [2]string {
	t.Helper()
	for reader := tar.NewReader(bytes.NewReader(archive)); ; {
		header, err := reader.Next()
		require.False(t, errors.Is(err, io.EOF), "the archive has no index.json")
		require.NoError(t, err)
		if header.Name != "index.json" {
			continue
		}
		var index v1.IndexManifest
		require.NoError(t, json.NewDecoder(reader).Decode(&index))
		require.Len(t, index.Manifests, 1)
		return [2]string{index.Manifests[0].Annotations["io.containerd.image.name"], index.Manifests[0].Digest.String()}
	}
}
