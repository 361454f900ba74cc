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
	"golang.org/x/mod/modfile"
)

const (
	pulumiModule  = "github.com/pulumi/pulumi/pkg/v3"
	pulumiPackage = pulumiModule + "/cmd/pulumi"
	versionSymbol = "github.com/pulumi/pulumi/sdk/v3/go/common/version.Version"
	// buildSpaceGiB is what a first build needs at its peak: about 2 GiB of
	// modules, 1.5 GiB of build cache and 0.2 GiB of binary.
	buildSpaceGiB = 5
)

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

// Pulumi returns the CLI on PATH when it is at least as new as the pinned
// one, else the one in the cache, which it builds when it is not there yet.
func (s *Set) Pulumi(ctx context.Context) (Pulumi, error) {
	pinned, err := s.pinnedPulumi()
	if err != nil {
		return Pulumi{}, err
	}
	if found, ok := pulumiOnPath(ctx, pinned); ok {
		return found, nil
	}
	root := filepath.Join(s.Cache, "pulumi", pinned+"-"+runtime.Version())
	built := Pulumi{Root: root, Version: pinned, Origin: "built from its Go module"}
	if exists(built.Binary()) {
		return built, nil
	}
	if err := s.requireSpace(buildSpaceGiB); err != nil {
		return Pulumi{}, err
	}
	s.Report("Building the Pulumi CLI %s from its Go module. This happens once and takes about four minutes.", pinned)
	err = install(root, func(temporary string) error { return s.buildPulumi(ctx, pinned, temporary) })
	if err != nil {
		return Pulumi{}, fmt.Errorf("building the Pulumi CLI: %w", err)
	}
	return built, nil
}

func (s *Set) buildPulumi(ctx context.Context, version, into string) error {
	// The Automation API refuses a CLI without a version, and a module build has none.
	flags := "-X " + versionSymbol + "=" + version
	return run(ctx, filepath.Join(s.Root, "tools", "pulumi"), []string{"GOWORK=off"}, "go", "build",
		"-ldflags", flags, "-o", filepath.Join(into, "bin", "pulumi"), pulumiPackage)
}

func (s *Set) pinnedPulumi() (string, error) {
	path := filepath.Join(s.Root, "tools", "pulumi", "go.mod")
	data, err := os.ReadFile(path)
	if err != nil {
		return "", fmt.Errorf("reading the pinned Pulumi version: %w", err)
	}
	file, err := modfile.ParseLax(path, data, nil)
	if err != nil {
		return "", fmt.Errorf("reading the pinned Pulumi version: %w", err)
	}
	for _, required := range file.Require {
		if required.Mod.Path == pulumiModule {
			return required.Mod.Version, nil
		}
	}
	return "", fmt.Errorf("%s does not require %s", path, pulumiModule)
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
