package toolset

import (
	"context"
	"fmt"
	"path/filepath"
	"runtime"
	"strings"

	"github.com/blang/semver"
)

// KubernetesReleases is where Pulumi publishes its Kubernetes provider.
const KubernetesReleases = "https://github.com/pulumi/pulumi-kubernetes/releases/download"

// BuiltKubernetesProvider is the version of the Kubernetes provider that is built
// from its module, whose own number does not tell it.
const BuiltKubernetesProvider = "v4.25.0"

const (
	kubernetesPlugin = "pulumi-resource-kubernetes"
	kubernetesSDK    = "github.com/pulumi/pulumi-kubernetes/sdk/v4"
)

// KubernetesProvider is Pulumi's Kubernetes provider, ready to be started.
type KubernetesProvider struct {
	// Program is the path of the executable.
	Program string
	// Origin says where it came from, for the reader.
	Origin string
}

// KubernetesProvider returns the plugin that is installed, on PATH or in Pulumi's
// folder at the version of the SDK or a newer one, else the one in the cache. When
// it is not there yet, it is the release of the SDK's version where its host answers
// at once, and built from its module where it does not.
func (s *Set) KubernetesProvider(ctx context.Context) (KubernetesProvider, error) {
	wanted, err := requirement(filepath.Join(s.Root, "go.mod"), kubernetesSDK)
	if err != nil {
		return KubernetesProvider{}, fmt.Errorf("reading the version of the Kubernetes provider: %w", err)
	}
	atLeast, err := semver.ParseTolerant(wanted)
	if err != nil {
		return KubernetesProvider{}, fmt.Errorf("reading the version %s of the Kubernetes provider: %w", wanted, err)
	}
	if folder, found := RealPlugin("kubernetes", atLeast); found {
		return KubernetesProvider{Program: filepath.Join(folder, kubernetesPlugin), Origin: "installed in " + folder}, nil
	}
	family := kubernetesProvider()
	place, err := s.locate(family)
	if err != nil {
		return KubernetesProvider{}, err
	}
	released := filepath.Join(s.Cache, family.folder, wanted+"-release")
	if exists(released) || !exists(place.root) && s.fetchRelease(ctx, s.kubernetesRelease(wanted), released) {
		return KubernetesProvider{Program: filepath.Join(released, "bin", kubernetesPlugin), Origin: wanted + ", released by Pulumi"}, nil
	}
	built, err := s.build(ctx, family)
	if err != nil {
		return KubernetesProvider{}, err
	}
	return KubernetesProvider{Program: built.path(kubernetesPlugin), Origin: BuiltKubernetesProvider + ", built from its Go module"}, nil
}

// kubernetesRelease is the released provider of a version.
func (s *Set) kubernetesRelease(version string) release {
	return release{
		label: "Pulumi's Kubernetes provider", version: version, host: s.Releases.Kubernetes + "/" + version,
		archive: fmt.Sprintf("%s-%s-%s-%s.tar.gz", kubernetesPlugin, version, runtime.GOOS, runtime.GOARCH),
		sums:    "pulumi-kubernetes_" + strings.TrimPrefix(version, "v") + "_checksums.txt", program: kubernetesPlugin,
	}
}

func kubernetesProvider() family {
	const module = "github.com/pulumi/pulumi-kubernetes/provider/v4"
	const descriptions = "cmd/pulumi-resource-kubernetes/"
	return family{
		folder: "pulumi-kubernetes", label: "Pulumi's Kubernetes provider", module: module, takes: "about seven minutes", needGiB: 5,
		programs: map[string]string{kubernetesPlugin: "."},
		version:  module + "/pkg/version.Version", release: BuiltKubernetesProvider,
		files: []string{descriptions + "schema.json", descriptions + "terraform-mapping.json"},
	}
}
