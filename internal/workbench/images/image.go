package images

import (
	"fmt"
	"runtime"
	"slices"
	"strings"

	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/empty"
	"github.com/google/go-containerregistry/pkg/v1/mutate"
	"github.com/google/go-containerregistry/pkg/v1/types"
)

// Content holds the files and settings of an image beside its base.
type Content struct {
	// Layers are the files of each layer. Files that change rarely come first.
	Layers [][]File
	// Entrypoint is the program; User is who runs it, "65532:65532" say. Default:
	// root.
	Entrypoint []string
	User       string
	// Env are variables, each "NAME=value"; Ports are those it listens on, each
	// "8080/tcp"; Labels say what it is.
	Env, Ports []string
	Labels     map[string]string
}

// Platforms are the platforms of nodes.
func Platforms() []v1.Platform {
	return []v1.Platform{{OS: "linux", Architecture: "amd64"}, {OS: "linux", Architecture: "arm64"}}
}

// Native is the platform of nodes on this machine.
func Native() v1.Platform { return v1.Platform{OS: "linux", Architecture: runtime.GOARCH} }

// NativeOnly is a list with that platform alone.
func NativeOnly() []v1.Platform { return []v1.Platform{Native()} }

// ParsePlatforms reads names such as "linux/amd64", separated by commas.
func ParsePlatforms(names string) ([]v1.Platform, error) {
	var platforms []v1.Platform
	for _, text := range strings.Split(names, ",") {
		platform, err := v1.ParsePlatform(strings.TrimSpace(text))
		if err != nil || platform.OS != "linux" || platform.Architecture == "" {
			return nil, fmt.Errorf("platform %q: must be linux and an architecture, linux/amd64 say", text)
		}
		platforms = append(platforms, *platform)
	}
	return platforms, nil
}

// Build makes the image of one platform from files alone.
func Build(platform v1.Platform, content Content) (v1.Image, error) {
	base, err := emptyBase(platform)
	if err != nil {
		return nil, err
	}
	return content.on(base)
}

// on puts the content onto a base.
func (c Content) on(base v1.Image) (v1.Image, error) {
	image := base
	for _, files := range c.Layers {
		packed, err := layer(files)
		if err != nil {
			return nil, err
		}
		history := v1.History{Created: v1.Time{Time: epoch}, CreatedBy: "mlops images", Comment: files[len(files)-1].Path}
		if image, err = mutate.Append(image, mutate.Addendum{Layer: packed, History: history, MediaType: types.OCILayer}); err != nil {
			return nil, err
		}
	}
	file, err := image.ConfigFile()
	if err != nil {
		return nil, err
	}
	file = file.DeepCopy()
	file.Created = v1.Time{Time: epoch}
	file.Config.Entrypoint, file.Config.Cmd, file.Config.User, file.Config.Labels = c.Entrypoint, nil, c.User, c.Labels
	file.Config.Env = c.Env
	if !slices.ContainsFunc(c.Env, func(variable string) bool { return strings.HasPrefix(variable, "PATH=") }) {
		file.Config.Env = append([]string{"PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"}, c.Env...)
	}
	file.Config.ExposedPorts = map[string]struct{}{}
	for _, port := range c.Ports {
		file.Config.ExposedPorts[port] = struct{}{}
	}
	return mutate.ConfigFile(image, file)
}

// index joins the images of several platforms, in the order given.
func index(platforms []v1.Platform, images []v1.Image) v1.ImageIndex {
	joined := mutate.IndexMediaType(empty.Index, types.OCIImageIndex)
	for i, image := range images {
		joined = mutate.AppendManifests(joined, mutate.IndexAddendum{
			Add: image, Descriptor: v1.Descriptor{Platform: &platforms[i]},
		})
	}
	return joined
}
