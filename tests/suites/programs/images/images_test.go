package images_test

import (
	"archive/tar"
	"bytes"
	"context"
	"crypto/x509"
	"debug/buildinfo"
	"encoding/json"
	"encoding/pem"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/layout"
	"github.com/google/go-containerregistry/pkg/v1/types"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/mlops-iac/mlops/internal/workbench/images"
)

const checkout = "../../../.."

// built is the image for every platform, built once for all tests of the package.
var built *images.Built

func TestMain(m *testing.M) {
	code := 1
	var err error
	built, err = images.Inference(context.Background(), images.InferenceOptions{Checkout: checkout, Reference: images.DefaultReference})
	if err == nil {
		code = m.Run()
		err = built.Close()
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		code = 1
	}
	os.Exit(code)
}

// image is that of one architecture, out of the index.
func image(t *testing.T, architecture string) v1.Image {
	t.Helper()
	manifest, err := built.Index.IndexManifest()
	require.NoError(t, err)
	for _, descriptor := range manifest.Manifests {
		if descriptor.Platform.Architecture == architecture {
			found, err := built.Index.Image(descriptor.Digest)
			require.NoError(t, err)
			return found
		}
	}
	require.Fail(t, "no image", architecture)
	return nil
}

func TestIndexHasEveryPlatform(t *testing.T) {
	t.Parallel()
	manifest, err := built.Index.IndexManifest()
	require.NoError(t, err)
	var platforms []string
	for _, descriptor := range manifest.Manifests {
		assert.Equal(t, types.OCIManifestSchema1, descriptor.MediaType)
		platforms = append(platforms, descriptor.Platform.String())
	}
	assert.Equal(t, []string{"linux/amd64", "linux/arm64"}, platforms)
	assert.Equal(t, types.OCIImageIndex, manifest.MediaType)
}

func TestConfiguration(t *testing.T) {
	t.Parallel()
	for _, architecture := range []string{"amd64", "arm64"} {
		file, err := image(t, architecture).ConfigFile()
		require.NoError(t, err)
		assert.Equal(t, v1.Config{
			Entrypoint: []string{"/inference"}, User: "65532:65532", ExposedPorts: map[string]struct{}{"8080/tcp": {}},
			Env: []string{"PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"},
			Labels: map[string]string{
				"org.opencontainers.image.title":       "inference",
				"org.opencontainers.image.description": "Answers predictions of a tenant's model, and trains it",
				"org.opencontainers.image.version":     "1.0.0",
				"org.opencontainers.image.source":      "https://github.com/mlops-iac/mlops",
				"org.opencontainers.image.licenses":    "Apache-2.0",
			},
		}, file.Config)
		assert.Equal(t, [2]string{"linux", architecture}, [2]string{file.OS, file.Architecture})
		assert.Equal(t, int64(0), file.Created.Unix())
		assert.Len(t, file.RootFS.DiffIDs, 2)
	}
}

// entries lists what a layer holds: type, permissions and path of each.
func entries(t *testing.T, layer v1.Layer, into string) []string {
	t.Helper()
	content, err := layer.Uncompressed()
	require.NoError(t, err)
	defer content.Close()
	var list []string
	for archive := tar.NewReader(content); ; {
		header, err := archive.Next()
		if errors.Is(err, io.EOF) {
			return list
		}
		require.NoError(t, err)
		assert.Equal(t, [3]int64{0, 0, 0}, [3]int64{header.ModTime.Unix(), int64(header.Uid), int64(header.Gid)}, header.Name)
		list = append(list, fmt.Sprintf("%c %04o %s", header.Typeflag, header.Mode, header.Name))
		path := filepath.Join(into, header.Name)
		if header.Typeflag == tar.TypeDir {
			require.NoError(t, os.MkdirAll(path, 0o755))
			continue
		}
		data, err := io.ReadAll(archive)
		require.NoError(t, err)
		require.NoError(t, os.WriteFile(path, data, os.FileMode(header.Mode)))
	}
}

func TestEveryFile(t *testing.T) {
	t.Parallel()
	root := t.TempDir()
	layers, err := image(t, "amd64").Layers()
	require.NoError(t, err)
	require.Len(t, layers, 2)
	assert.Equal(t, []string{
		"5 0755 etc/", "0 0644 etc/group", "0 0644 etc/passwd", "5 0755 etc/ssl/", "5 0755 etc/ssl/certs/",
		"0 0644 etc/ssl/certs/ca-certificates.crt", "5 1777 tmp/",
	}, entries(t, layers[0], root))
	assert.Equal(t, []string{"0 0755 inference"}, entries(t, layers[1], root))

	text, err := os.ReadFile(filepath.Join(root, images.CertificatesPath))
	require.NoError(t, err)
	count := 0
	for block, rest := pem.Decode(text); block != nil; block, rest = pem.Decode(rest) {
		certificate, err := x509.ParseCertificate(block.Bytes)
		require.NoError(t, err)
		assert.True(t, certificate.IsCA)
		count++
	}
	assert.Greater(t, count, 100, "Mozilla trusts more than a hundred authorities")
	binary, err := os.ReadFile(filepath.Join(root, "inference"))
	require.NoError(t, err)
	for _, path := range []string{runtimePath(t, checkout), os.TempDir() + "/mlops-image"} {
		assert.False(t, bytes.Contains(binary, []byte(path)), "the binary knows no path of this machine: %s", path)
	}
}

func runtimePath(t *testing.T, folder string) string {
	t.Helper()
	absolute, err := filepath.Abs(folder)
	require.NoError(t, err)
	return absolute
}

// Not parallel: it sets the environment. Everything that could get into the image
// is different.
func TestDigestIsReproducible(t *testing.T) {
	t.Setenv("TMPDIR", t.TempDir())
	t.Setenv("GOFLAGS", "-tags=other")
	t.Setenv("CGO_ENABLED", "1")
	again, err := images.Inference(t.Context(), images.InferenceOptions{
		Checkout: runtimePath(t, checkout), Reference: images.DefaultReference,
	})
	require.NoError(t, err)
	defer func() { require.NoError(t, again.Close()) }()
	want, err := built.Digest()
	require.NoError(t, err)
	got, err := again.Digest()
	require.NoError(t, err)
	assert.Equal(t, want, got)
}

func TestLayout(t *testing.T) {
	t.Parallel()
	folder := filepath.Join(t.TempDir(), "layout")
	require.NoError(t, built.WriteLayout(folder))
	require.NoError(t, built.WriteLayout(folder), "a layout is replaced")
	index, err := layout.ImageIndexFromPath(folder)
	require.NoError(t, err)
	manifest, err := index.IndexManifest()
	require.NoError(t, err)
	require.Len(t, manifest.Manifests, 1)
	want, err := built.Digest()
	require.NoError(t, err)
	assert.Equal(t, want, manifest.Manifests[0].Digest.String())
	assert.Equal(t, map[string]string{
		"io.containerd.image.name": "mlops.local/inference:1.0.0", "org.opencontainers.image.ref.name": "1.0.0",
	}, manifest.Manifests[0].Annotations)
	names, err := filepath.Glob(filepath.Join(folder, "*.json"))
	require.NoError(t, err)
	assert.Equal(t, []string{
		filepath.Join(folder, "index.json"), filepath.Join(folder, "sbom-linux-amd64.spdx.json"), filepath.Join(folder, "sbom-linux-arm64.spdx.json"),
	}, names)

	other := t.TempDir()
	require.NoError(t, os.WriteFile(filepath.Join(other, "thesis.tex"), nil, 0o600))
	require.EqualError(t, built.WriteLayout(other), other+" holds something that is no OCI layout; name another folder")
}

// TestListOfParts compares the list with what Go says about the binary in the image.
func TestListOfParts(t *testing.T) {
	t.Parallel()
	root, folder := t.TempDir(), filepath.Join(t.TempDir(), "layout")
	layers, err := image(t, "arm64").Layers()
	require.NoError(t, err)
	entries(t, layers[1], root)
	require.NoError(t, built.WriteLayout(folder))
	text, err := os.ReadFile(filepath.Join(folder, "sbom-linux-arm64.spdx.json"))
	require.NoError(t, err)
	var list struct {
		SPDXVersion string
		Packages    []struct{ Name, VersionInfo string }
	}
	require.NoError(t, json.Unmarshal(text, &list))
	info, err := buildinfo.ReadFile(filepath.Join(root, "inference"))
	require.NoError(t, err)
	want := []string{
		"github.com/mlops-iac/mlops/services/inference 1.0.0", "stdlib " + strings.TrimPrefix(info.GoVersion, "go"),
	}
	for _, module := range info.Deps {
		want = append(want, module.Path+" "+module.Version)
	}
	var got []string
	for _, entry := range list.Packages {
		got = append(got, entry.Name+" "+entry.VersionInfo)
	}
	assert.Equal(t, want, got)
	assert.Equal(t, "SPDX-2.3", list.SPDXVersion)
	assert.Contains(t, got, "github.com/spf13/cobra v1.10.2")
}

// TestEntrypoint runs the program of the image in a root that holds the files of the
// image and nothing else, as its user.
//
// Proves S1 by the real server: the image is built from exactly what its packages ask for,
// and its program starts in it as its user.
func TestEntrypoint(t *testing.T) {
	t.Parallel()
	if os.Geteuid() != 0 {
		t.Skip("only root may change the root of a process")
	}
	native := image(t, images.Native().Architecture)
	root := t.TempDir()
	layers, err := native.Layers()
	require.NoError(t, err)
	for _, layer := range layers {
		entries(t, layer, root)
	}
	file, err := native.ConfigFile()
	require.NoError(t, err)
	command := exec.CommandContext(t.Context(), file.Config.Entrypoint[0], "version")
	command.Env, command.Dir = file.Config.Env, "/"
	command.SysProcAttr = &syscall.SysProcAttr{Chroot: root, Credential: &syscall.Credential{Uid: images.UserID, Gid: images.UserID}}
	output, err := command.CombinedOutput()
	require.NoError(t, err, string(output))
	assert.Equal(t, "1.0.0\n", string(output))
}

func TestWrongInput(t *testing.T) {
	t.Parallel()
	_, err := images.Inference(t.Context(), images.InferenceOptions{Checkout: checkout, Reference: "Not A Name"})
	require.ErrorContains(t, err, `image "Not A Name": must be a name with a tag`)
	_, err = images.ParsePlatforms("linux/amd64, windows/amd64")
	require.EqualError(t, err, `platform " windows/amd64": must be linux and an architecture, linux/amd64 say`)
	_, err = images.Inference(t.Context(), images.InferenceOptions{Checkout: t.TempDir(), Reference: images.DefaultReference})
	require.ErrorContains(t, err, "building mlops.local/inference:1.0.0 for linux/amd64: go build")
}
