package images

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"github.com/google/go-containerregistry/pkg/name"
	v1 "github.com/google/go-containerregistry/pkg/v1"
)

const (
	// DefaultReference is the inference service of the stack local.
	DefaultReference = "mlops.local/inference:1.0.0"
	// StaticBase is a base with nothing but certificates and a user, that its makers
	// keep and scan, at a fixed digest.
	StaticBase = "gcr.io/distroless/static-debian12@sha256:afa5c872c891853ca7fcf1f12c3edb23f7eeef36189728842dd51042ff57f7ab"

	// InferenceProgram is where the program is in the image.
	InferenceProgram = "/inference"

	inferenceModule = "services/inference"
	versionSymbol   = "github.com/mlops-iac/mlops/services/inference/internal/command.version"
)

// InferenceOptions say which image of the inference service to build.
type InferenceOptions struct {
	// Checkout is the root of the repository. Required.
	Checkout string
	// Reference is the name of the image. Its tag is the version that the service
	// tells. Required.
	Reference string
	// Platforms to build for. Default: Platforms.
	Platforms []v1.Platform
	// Base is an image in a registry, by digest. Default: an empty one with
	// certificates and a user.
	Base string
}

// Inference builds the image of the inference service from the checkout.
func Inference(ctx context.Context, options InferenceOptions) (*Built, error) {
	tag, err := name.NewTag(options.Reference)
	if err != nil {
		return nil, fmt.Errorf("image %q: must be a name with a tag, %s say: %w", options.Reference, DefaultReference, err)
	}
	if len(options.Platforms) == 0 {
		options.Platforms = Platforms()
	}
	folder, err := os.MkdirTemp("", "mlops-image-")
	if err != nil {
		return nil, fmt.Errorf("making a temporary folder: %w", err)
	}
	built := &Built{Reference: tag, folder: folder}
	for _, platform := range options.Platforms {
		if err := built.addInference(ctx, options, platform); err != nil {
			return nil, errors.Join(fmt.Errorf("building %s for %s: %w", options.Reference, platform, err), built.Close())
		}
	}
	built.Index = index(built.platforms, built.images)
	return built, nil
}

func (b *Built) addInference(ctx context.Context, options InferenceOptions, platform v1.Platform) error {
	program := filepath.Join(b.folder, platform.Architecture, "inference")
	if err := Compile(ctx, Program{
		Folder: filepath.Join(options.Checkout, inferenceModule), Package: ".", Platform: platform, Output: program,
		Variables: map[string]string{versionSymbol: b.Reference.TagStr()},
	}); err != nil {
		return err
	}
	content := inferenceContent(program, b.Reference.TagStr())
	base, err := emptyBase(platform)
	if options.Base != "" {
		base, err = pulledBase(ctx, options.Base, platform)
		content.Layers = content.Layers[1:] // it brings certificates and a user
	}
	if err != nil {
		return err
	}
	image, err := content.on(base)
	if err != nil {
		return err
	}
	sbom, err := describeProgram(program, "inference", b.Reference.TagStr())
	if err != nil {
		return err
	}
	b.platforms, b.images, b.sboms = append(b.platforms, platform), append(b.images, image), append(b.sboms, sbom)
	return nil
}

func inferenceContent(program, version string) Content {
	return Content{
		Layers: [][]File{Minimal(), {{Path: InferenceProgram, Mode: 0o755, Source: program}}},
		// A number, so that runAsNonRoot can be checked without a list of users.
		Entrypoint: []string{InferenceProgram}, User: fmt.Sprintf("%[1]d:%[1]d", UserID), Ports: []string{"8080/tcp"},
		Labels: map[string]string{
			"org.opencontainers.image.title":       "inference",
			"org.opencontainers.image.description": "Answers predictions of a tenant's model, and trains it",
			"org.opencontainers.image.version":     version,
			"org.opencontainers.image.source":      "https://github.com/mlops-iac/mlops",
			"org.opencontainers.image.licenses":    "Apache-2.0",
		},
	}
}
