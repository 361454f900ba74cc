// Package stock makes the images that the stack local asks for on nodes that reach no
// registry, under the very names that its objects have: MinIO and its client and
// CoreDNS from their Go modules, PostgreSQL from Debian's packages, the inference
// service from the checkout, and what monitors it from Go modules, too. They do the work of the images whose names they bear,
// and are not those.
package stock

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	v1 "github.com/google/go-containerregistry/pkg/v1"

	"github.com/mlops-iac/mlops/internal/workbench/images"
	"github.com/mlops-iac/mlops/internal/workbench/toolset"
)

// form changes when what is put into images does.
const form = "1"

// entry is one image.
type entry struct {
	// names it is put on nodes under.
	names []string
	// key tells its content from another one's.
	key string
	// label names it in a sentence, and takes says how long making it does.
	label, takes string
	make         func(ctx context.Context, folder string) (images.Content, error)
}

// maker makes an image with the help of a temporary folder.
type maker func(ctx context.Context, folder string) (v1.Image, error)

// Make returns the archives of all images, one name each, and makes those that are
// not in the cache yet, or whose sources have changed.
func Make(ctx context.Context, set *toolset.Set, programs toolset.Nodes, observers toolset.Observers) ([]string, error) {
	versions, err := set.ObserverVersions()
	if err != nil {
		return nil, err
	}
	var archives []string
	for _, e := range append(entries(set, programs), monitoring(observers, MonitorImages(versions))...) {
		made, err := e.archives(ctx, set, func(ctx context.Context, folder string) (v1.Image, error) {
			content, err := e.make(ctx, folder)
			if err != nil {
				return nil, err
			}
			return images.Build(images.Native(), content)
		})
		if err != nil {
			return nil, fmt.Errorf("making the image of %s: %w", e.label, err)
		}
		archives = append(archives, made...)
	}
	collector, pulled, err := logs(ctx, set)
	if err != nil {
		return nil, fmt.Errorf("making the image of Fluent Bit: %w", err)
	}
	if !pulled {
		set.Report("Fluent Bit's image cannot be had, as its registry does not answer: its pods answer their probes and collect nothing")
	}
	service, err := inference(ctx, set)
	if err != nil {
		return nil, err
	}
	return append(archives, collector, service), nil
}

func entries(set *toolset.Set, programs toolset.Nodes) []entry {
	return []entry{pause(set), request(set), dns(programs), objectStore(programs), objectClient(programs), database()}
}

func imagesFolder(set *toolset.Set) string { return filepath.Join(set.Cache, "images") }

// archives makes the image and writes it once under every name.
func (e entry) archives(ctx context.Context, set *toolset.Set, build maker) (archives []string, err error) {
	target := filepath.Join(imagesFolder(set), fmt.Sprintf("%x", sha256.Sum256([]byte(form+e.key)))[:16])
	for i := range e.names {
		archives = append(archives, filepath.Join(target, fmt.Sprintf("%d.tar", i)))
	}
	if exists(target) {
		return archives, nil
	}
	if err := os.MkdirAll(imagesFolder(set), 0o755); err != nil {
		return nil, err
	}
	temporary, err := os.MkdirTemp(imagesFolder(set), ".making-")
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(temporary)) }()
	if e.make != nil {
		set.Report("Making the image of %s%s", e.label, e.takes)
	}
	image, err := build(ctx, temporary)
	if err != nil {
		return nil, err
	}
	if err := e.write(temporary, image); err != nil {
		return nil, err
	}
	ready := filepath.Join(temporary, "archives")
	if err := os.Rename(ready, target); err != nil {
		if !exists(target) { // another run may have been faster
			return nil, err
		}
	}
	return archives, nil
}

// write writes an image once under every name.
func (e entry) write(temporary string, image v1.Image) error {
	ready := filepath.Join(temporary, "archives")
	if err := os.Mkdir(ready, 0o755); err != nil {
		return err
	}
	for i, name := range e.names {
		file, err := os.Create(filepath.Join(ready, fmt.Sprintf("%d.tar", i)))
		if err != nil {
			return err
		}
		if err := errors.Join(images.WriteArchive(file, name, images.Native(), image), file.Close()); err != nil {
			return err
		}
	}
	return nil
}

// withoutTag is the name by which a kubelet looks for an image with tag and digest.
func withoutTag(reference string) string {
	name, digest, found := strings.Cut(reference, "@")
	if !found {
		return reference
	}
	if colon := strings.LastIndexByte(name, ':'); colon > strings.LastIndexByte(name, '/') {
		name = name[:colon]
	}
	return name + "@" + digest
}

// inference is the service as the checkout has it now.
func inference(ctx context.Context, set *toolset.Set) (archive string, err error) {
	built, err := images.Inference(ctx, images.InferenceOptions{
		Checkout: set.Root, Reference: images.DefaultReference, Platforms: images.NativeOnly(),
	})
	if err != nil {
		return "", err
	}
	defer func() { err = errors.Join(err, built.Close()) }()
	digest, err := built.Digest()
	if err != nil {
		return "", err
	}
	folder := filepath.Join(imagesFolder(set), "inference")
	archive = filepath.Join(folder, strings.TrimPrefix(digest, "sha256:")[:16]+".tar")
	if exists(archive) {
		return archive, nil
	}
	// Only the newest is kept: a new one is made at every change of the service.
	if err := errors.Join(os.RemoveAll(folder), os.MkdirAll(folder, 0o755)); err != nil {
		return "", err
	}
	file, err := os.Create(archive + ".new")
	if err != nil {
		return "", err
	}
	if err := errors.Join(built.WriteArchive(file, images.Native()), file.Close()); err != nil {
		return "", err
	}
	return archive, os.Rename(archive+".new", archive)
}
