package images

import (
	"archive/tar"
	"bytes"
	"cmp"
	"fmt"
	"io"
	"os"
	"path"
	"slices"
	"strings"
	"time"

	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/tarball"
	"github.com/google/go-containerregistry/pkg/v1/types"
)

// File is one entry of a layer. It belongs to root and has no time.
type File struct {
	// Path inside of the image, absolute. Required. The folders above it are made.
	Path string
	// Mode are the permissions; with os.ModeDir it is a folder. Default: 0644.
	Mode os.FileMode
	// Data is the content; Source is a file on this machine that holds it instead.
	Data   []byte
	Source string
	// Link makes it a symbolic link to this target.
	Link string
}

// epoch is the time of everything in an image, so that its digest depends on its
// content alone.
var epoch = time.Unix(0, 0).UTC()

// layer packs files, in the order of their paths.
func layer(files []File) (v1.Layer, error) {
	sorted := withFolders(files)
	packed, err := tarball.LayerFromOpener(func() (io.ReadCloser, error) {
		reader, writer := io.Pipe()
		go func() { writer.CloseWithError(pack(writer, sorted)) }()
		return reader, nil
	}, tarball.WithMediaType(types.OCILayer), tarball.WithCompressedCaching)
	if err != nil {
		return nil, fmt.Errorf("packing a layer: %w", err)
	}
	return packed, nil
}

// withFolders adds the folders above every file and sorts them all. Of two entries
// with one path the last stays.
func withFolders(files []File) []File {
	entries := map[string]File{}
	for _, file := range files {
		file.Path = path.Clean("/" + file.Path)
		if file.Mode == 0 {
			file.Mode = 0o644
		}
		for folder := path.Dir(file.Path); folder != "/"; folder = path.Dir(folder) {
			if _, known := entries[folder]; !known {
				entries[folder] = File{Path: folder, Mode: os.ModeDir | 0o755}
			}
		}
		entries[file.Path] = file
	}
	sorted := make([]File, 0, len(entries))
	for _, file := range entries {
		sorted = append(sorted, file)
	}
	slices.SortFunc(sorted, func(a, b File) int { return cmp.Compare(a.Path, b.Path) })
	return sorted
}

func pack(out io.Writer, files []File) error {
	archive := tar.NewWriter(out)
	for _, file := range files {
		if err := file.write(archive); err != nil {
			return fmt.Errorf("%s: %w", file.Path, err)
		}
	}
	return archive.Close()
}

func (f File) write(archive *tar.Writer) error {
	header := &tar.Header{
		Name: strings.TrimPrefix(f.Path, "/"), Mode: int64(f.Mode.Perm()), ModTime: epoch, Format: tar.FormatPAX,
	}
	if f.Mode&os.ModeSticky != 0 {
		header.Mode |= 0o1000
	}
	switch {
	case f.Link != "":
		header.Typeflag, header.Linkname = tar.TypeSymlink, f.Link
		return archive.WriteHeader(header)
	case f.Mode.IsDir():
		header.Typeflag, header.Name = tar.TypeDir, header.Name+"/"
		return archive.WriteHeader(header)
	case f.Source != "":
		return f.copySource(archive, header)
	}
	header.Typeflag, header.Size = tar.TypeReg, int64(len(f.Data))
	if err := archive.WriteHeader(header); err != nil {
		return err
	}
	_, err := io.Copy(archive, bytes.NewReader(f.Data))
	return err
}

func (f File) copySource(archive *tar.Writer, header *tar.Header) error {
	source, err := os.Open(f.Source)
	if err != nil {
		return err
	}
	defer source.Close()
	info, err := source.Stat()
	if err != nil {
		return err
	}
	header.Typeflag, header.Size = tar.TypeReg, info.Size()
	if err := archive.WriteHeader(header); err != nil {
		return err
	}
	_, err = io.Copy(archive, source)
	return err
}
