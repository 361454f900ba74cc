package images

import (
	"context"
	"errors"
	"fmt"

	"github.com/google/go-containerregistry/pkg/authn"
	"github.com/google/go-containerregistry/pkg/name"
	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/mutate"
	"github.com/google/go-containerregistry/pkg/v1/remote"
	"github.com/google/go-containerregistry/pkg/v1/static"
	"github.com/google/go-containerregistry/pkg/v1/types"
)

// Push writes the image to the registry of its name, with the list of parts of each
// platform attached to it, gives it the further tags, and returns the reference by
// digest. Credentials are those of the Docker configuration.
func (b *Built) Push(ctx context.Context, tags ...string) (string, error) {
	further, err := b.further(tags)
	if err != nil {
		return "", err
	}
	options := []remote.Option{remote.WithContext(ctx), remote.WithAuthFromKeychain(authn.DefaultKeychain)}
	if err := remote.WriteIndex(b.Reference, b.Index, options...); err != nil {
		return "", fmt.Errorf("pushing %s: %w", b.Reference, err)
	}
	for i, image := range b.images {
		if err := b.pushSBOM(image, b.sboms[i], options); err != nil {
			return "", fmt.Errorf("attaching the list of parts for %s: %w", b.platforms[i], err)
		}
	}
	for _, tag := range further {
		if err := remote.Tag(tag, b.Index, options...); err != nil {
			return "", fmt.Errorf("tagging %s: %w", tag, err)
		}
	}
	digest, err := b.Digest()
	return b.Reference.Context().Name() + "@" + digest, err
}

// further are the names of the image under other tags in its repository.
func (b *Built) further(tags []string) ([]name.Tag, error) {
	named := make([]name.Tag, len(tags))
	for i, tag := range tags {
		var err error
		if named[i], err = name.NewTag(b.Reference.Context().Name() + ":" + tag); err != nil {
			return nil, fmt.Errorf("tag %q: %w", tag, err)
		}
	}
	return named, nil
}

// pushSBOM attaches a list of parts to the image of one platform, as an artifact
// that names the image as its subject.
func (b *Built) pushSBOM(image v1.Image, sbom []byte, options []remote.Option) error {
	artifact, err := artifactOf(image, sbom)
	if err != nil {
		return err
	}
	digest, err := artifact.Digest()
	if err != nil {
		return err
	}
	return remote.Write(b.Reference.Context().Digest(digest.String()), artifact, options...)
}

func artifactOf(image v1.Image, sbom []byte) (v1.Image, error) {
	base, err := emptyBase(v1.Platform{})
	if err != nil {
		return nil, err
	}
	list, err := mutate.Append(mutate.ConfigMediaType(base, SPDXMediaType), mutate.Addendum{
		Layer: static.NewLayer(sbom, SPDXMediaType),
	})
	if err != nil {
		return nil, err
	}
	digest, digestErr := image.Digest()
	size, sizeErr := image.Size()
	if err := errors.Join(digestErr, sizeErr); err != nil {
		return nil, err
	}
	artifact, ok := mutate.Subject(list, v1.Descriptor{MediaType: types.OCIManifestSchema1, Digest: digest, Size: size}).(v1.Image)
	if !ok {
		return nil, errors.New("an image with a subject is no image") // the library says it is
	}
	return artifact, nil
}
