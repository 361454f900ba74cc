// Package debian takes programs out of Debian's packages, with the libraries that
// they load, as files for an image. It needs apt-get and dpkg-deb, installs nothing,
// and leaves the state of both alone.
package debian

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
)

// Fetch downloads packages with all that they depend on and unpacks them into a
// folder, without those whose name begins with one of without. Where Debian's lists
// of packages are missing it says how to get them.
func Fetch(ctx context.Context, folder string, packages, without []string) error {
	archives := filepath.Join(folder, "archives")
	root := filepath.Join(folder, "root")
	for _, made := range []string{filepath.Join(archives, "partial"), root} {
		if err := os.MkdirAll(made, 0o755); err != nil {
			return err
		}
	}
	all, err := closure(ctx, packages)
	if err != nil {
		return err
	}
	wanted := slices.DeleteFunc(all, func(name string) bool {
		return slices.ContainsFunc(without, func(prefix string) bool { return strings.HasPrefix(name, prefix) })
	})
	// apt gives up its rights to a user that may not write here.
	args := append([]string{"-o", "APT::Sandbox::User=root", "download", "-q"}, wanted...)
	if err := run(ctx, archives, "apt-get", args...); err != nil {
		return err
	}
	files, err := filepath.Glob(filepath.Join(archives, "*.deb"))
	if err != nil {
		return err
	}
	for _, file := range files {
		if err := run(ctx, archives, "dpkg-deb", "--extract", file, root); err != nil {
			return err
		}
	}
	return os.RemoveAll(archives)
}

// Root is where Fetch unpacks below its folder.
func Root(folder string) string { return filepath.Join(folder, "root") }

// closure names the packages and all that they depend on, as if nothing were
// installed.
func closure(ctx context.Context, packages []string) ([]string, error) {
	args := append([]string{
		"-o", "Dir::State::status=/dev/null", "install", "--print-uris", "-qq", "--no-install-recommends",
	}, packages...)
	cmd := exec.CommandContext(ctx, "apt-get", args...)
	var stdout, stderr bytes.Buffer
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	if err := cmd.Run(); err != nil {
		return nil, fmt.Errorf("asking apt-get for %s: %w: %s; `apt-get update` fetches the lists of packages",
			strings.Join(packages, ", "), errors.Join(ctx.Err(), err), strings.TrimSpace(stderr.String()))
	}
	var names []string
	for line := range strings.Lines(stdout.String()) {
		// 'URI' NAME_VERSION_ARCHITECTURE.deb SIZE HASH
		fields := strings.Fields(line)
		if len(fields) < 2 || !strings.HasSuffix(fields[1], ".deb") {
			continue
		}
		name, rest, _ := strings.Cut(fields[1], "_")
		version, _, _ := strings.Cut(rest, "_")
		names = append(names, name+"="+strings.ReplaceAll(version, "%3a", ":"))
	}
	if len(names) == 0 {
		return nil, fmt.Errorf("apt-get knows nothing of %s; `apt-get update` fetches the lists of packages", strings.Join(packages, ", "))
	}
	return names, nil
}

func run(ctx context.Context, folder, name string, args ...string) error {
	cmd := exec.CommandContext(ctx, name, args...)
	cmd.Dir = folder
	if output, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("%s: %w: %s", name, errors.Join(ctx.Err(), err), strings.TrimSpace(string(output)))
	}
	return nil
}
