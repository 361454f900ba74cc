package toolset

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"

	"github.com/blang/semver"
)

// PulumiReleases is where Pulumi publishes its CLI.
const PulumiReleases = "https://get.pulumi.com/releases/sdk"

const pulumiModule = "github.com/pulumi/pulumi/pkg/v3"

// Pulumi is a Pulumi CLI that can be run.
type Pulumi struct {
	// Root holds bin/pulumi, the layout the Automation API expects.
	Root string
	// Version with a leading "v".
	Version string
	// Origin says where it came from, for the reader.
	Origin string
}

// Binary is the path of the executable.
func (p Pulumi) Binary() string { return filepath.Join(p.Root, "bin", "pulumi") }

// pulumiCLI is built when PATH has none that is new enough.
func pulumiCLI() family {
	return family{
		folder: "pulumi", label: "the Pulumi CLI", module: pulumiModule, takes: "about four minutes", needGiB: 5,
		programs: map[string]string{"pulumi": pulumiModule + "/cmd/pulumi"},
		// The Automation API refuses a CLI without a version, and a module build has none.
		version: "github.com/pulumi/pulumi/sdk/v3/go/common/version.Version",
	}
}

// Pulumi returns the CLI on PATH when it is at least as new as the pinned one, else
// the one in the cache. When it is not there yet, it is the pinned release where
// Pulumi's host answers at once, and built from its module where it does not.
func (s *Set) Pulumi(ctx context.Context) (Pulumi, error) {
	cli := pulumiCLI()
	pinned, err := s.pinned(cli)
	if err != nil {
		return Pulumi{}, err
	}
	if found, ok := pulumiOnPath(ctx, pinned); ok {
		return found, nil
	}
	released := Pulumi{Root: filepath.Join(s.Cache, cli.folder, pinned+"-release"), Version: pinned, Origin: "released by Pulumi"}
	place, err := s.locate(cli)
	if err != nil {
		return Pulumi{}, err
	}
	if exists(released.Root) || !exists(place.root) && s.fetchRelease(ctx, s.pulumiRelease(pinned), released.Root) {
		return released, nil
	}
	built, err := s.build(ctx, cli)
	if err != nil {
		return Pulumi{}, err
	}
	return Pulumi{Root: built.root, Version: built.version, Origin: "built from its Go module"}, nil
}

// pulumiRelease is the released CLI of a version.
func (s *Set) pulumiRelease(version string) release {
	processor := strings.Replace(runtime.GOARCH, "amd64", "x64", 1)
	return release{
		label: "the Pulumi CLI", version: version, host: s.Releases.CLI,
		archive: fmt.Sprintf("pulumi-%s-%s-%s.tar.gz", version, runtime.GOOS, processor),
		sums:    "pulumi-" + strings.TrimPrefix(version, "v") + "-checksums.txt", program: "pulumi/pulumi",
	}
}

// pulumiOnPath accepts only a folder named bin: the Automation API takes the
// folder above it.
func pulumiOnPath(ctx context.Context, atLeast string) (Pulumi, bool) {
	path, err := exec.LookPath("pulumi")
	if err != nil || filepath.Base(filepath.Dir(path)) != "bin" {
		return Pulumi{}, false
	}
	cmd := exec.CommandContext(ctx, path, "version")
	cmd.Env = append(os.Environ(), "PULUMI_SKIP_UPDATE_CHECK=true")
	output, err := cmd.Output()
	if err != nil {
		return Pulumi{}, false
	}
	found, err := semver.ParseTolerant(strings.TrimSpace(string(output)))
	if err != nil {
		return Pulumi{}, false
	}
	wanted, err := semver.ParseTolerant(atLeast)
	if err != nil || found.LT(wanted) {
		return Pulumi{}, false
	}
	return Pulumi{Root: filepath.Dir(filepath.Dir(path)), Version: "v" + found.String(), Origin: "found on PATH"}, true
}
