package images

import (
	"archive/tar"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/google/go-containerregistry/pkg/name"
	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/layout"
)

// Names that containerd and other tools give what they read from a layout.
const (
	nameAnnotation = "io.containerd.image.name"
	tagAnnotation  = "org.opencontainers.image.ref.name"
)

// Built is an image that was built, for one platform or more. Close it.
type Built struct {
	// Reference is its name.
	Reference name.Tag
	// Index joins the images of all platforms.
	Index v1.ImageIndex

	folder    string
	platforms []v1.Platform
	images    []v1.Image
	sboms     [][]byte
}

// Close removes the files that the image is read from.
func (b *Built) Close() error { return os.RemoveAll(b.folder) }

// Digest is that of the index.
func (b *Built) Digest() (string, error) {
	digest, err := b.Index.Digest()
	return digest.String(), err
}

// WriteLayout writes the image into an OCI layout, a folder, and the list of parts
// of each platform as sbom-OS-ARCHITECTURE.spdx.json beside the index. What the
// folder held before is removed when it was a layout, and is an error when not.
func (b *Built) WriteLayout(folder string) error {
	if err := clearLayout(folder); err != nil {
		return err
	}
	at, err := layout.Write(folder, index(nil, nil))
	if err != nil {
		return fmt.Errorf("writing the layout %s: %w", folder, err)
	}
	err = at.AppendIndex(b.Index, layout.WithAnnotations(map[string]string{
		nameAnnotation: b.Reference.Name(), tagAnnotation: b.Reference.TagStr(),
	}))
	if err != nil {
		return err
	}
	for i, platform := range b.platforms {
		file := filepath.Join(folder, fmt.Sprintf("sbom-%s-%s.spdx.json", platform.OS, platform.Architecture))
		if err := os.WriteFile(file, b.sboms[i], 0o644); err != nil {
			return err
		}
	}
	return nil
}

// clearLayout removes a layout and leaves everything else alone.
func clearLayout(folder string) error {
	entries, err := os.ReadDir(folder)
	if errors.Is(err, fs.ErrNotExist) || err == nil && len(entries) == 0 {
		return nil
	}
	if err != nil {
		return err
	}
	if _, err := os.Stat(filepath.Join(folder, "oci-layout")); err != nil {
		return fmt.Errorf("%s holds something that is no OCI layout; name another folder", folder)
	}
	return os.RemoveAll(folder)
}

// WriteArchive writes the image of one platform as a layout in a tar file, which
// is what containerd and kind import. reference is the name it gets there.
func (b *Built) WriteArchive(out io.Writer, platform v1.Platform) error {
	for i, built := range b.platforms {
		if built.Satisfies(platform) {
			return WriteArchive(out, b.Reference.Name(), built, b.images[i])
		}
	}
	return fmt.Errorf("%s was not built for %s", b.Reference, platform)
}

// WriteArchive writes an image under a name as a layout in a tar file.
func WriteArchive(out io.Writer, reference string, platform v1.Platform, image v1.Image) (err error) {
	folder, err := os.MkdirTemp("", "mlops-archive-")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(folder)) }()
	at, err := layout.Write(folder, index(nil, nil))
	if err != nil {
		return err
	}
	err = at.AppendImage(image, layout.WithPlatform(platform), layout.WithAnnotations(map[string]string{nameAnnotation: reference}))
	if err != nil {
		return fmt.Errorf("writing %s: %w", reference, err)
	}
	archive := tar.NewWriter(out)
	return errors.Join(archive.AddFS(os.DirFS(folder)), archive.Close())
}
