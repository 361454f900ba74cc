// Package toolset finds or builds the real tools behind the embedded preview:
// the Pulumi CLI from its Go module and the EKS component provider from npm.
// Everything built goes to the user's cache folder, never into the checkout.
package toolset

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"

	"github.com/rogpeppe/go-internal/lockedfile"
)

// CacheVariable names the environment variable that moves the cache folder.
const CacheVariable = "MLOPS_CACHE"

// Reporter receives one sentence for each thing worth telling a waiting user.
type Reporter func(format string, args ...any)

// Set knows where the checkout and the cache are.
type Set struct {
	// Root is the checkout, the folder with go.mod.
	Root string
	// Cache is where built tools are kept between runs.
	Cache string
	// Report is told before anything slow starts.
	Report Reporter
	// Releases are where released programs are; New sets those of Pulumi.
	Releases Releases
}

// Releases are addresses of released programs.
type Releases struct {
	// CLI is that of the Pulumi CLI, Kubernetes that of Pulumi's Kubernetes provider.
	CLI, Kubernetes string
}

// New finds the checkout around folder and the cache folder.
func New(folder string, report Reporter) (*Set, error) {
	root, err := findRoot(folder)
	if err != nil {
		return nil, err
	}
	cache, err := CacheFolder()
	if err != nil {
		return nil, err
	}
	if err := os.MkdirAll(cache, 0o755); err != nil {
		return nil, fmt.Errorf("making the cache folder: %w; set %s to a folder that can be written", err, CacheVariable)
	}
	return &Set{Root: root, Cache: cache, Report: report, Releases: Releases{CLI: PulumiReleases, Kubernetes: KubernetesReleases}}, nil
}

// CacheFolder is where everything that outlives a command is kept.
func CacheFolder() (string, error) {
	if folder := os.Getenv(CacheVariable); folder != "" {
		return folder, nil
	}
	base, err := os.UserCacheDir()
	if err != nil {
		return "", fmt.Errorf("finding a cache folder: %w; set %s to a folder that can be written", err, CacheVariable)
	}
	return filepath.Join(base, "mlops"), nil
}

func findRoot(folder string) (string, error) {
	start, err := filepath.Abs(folder)
	if err != nil {
		return "", err
	}
	for dir := start; ; dir = filepath.Dir(dir) {
		if _, err := os.Stat(filepath.Join(dir, "Pulumi.yaml")); err == nil {
			return dir, nil
		}
		if dir == filepath.Dir(dir) {
			return "", fmt.Errorf("no Pulumi.yaml in %s or above: run this inside a checkout of the platform", start)
		}
	}
}

// run executes a tool and returns an error that ends with what it printed.
func run(ctx context.Context, dir, name string, args ...string) error {
	return runInto(ctx, &bytes.Buffer{}, moduleEnv(), dir, name, args...)
}

// runInto is run with a buffer that sees what the tool prints, and an environment.
func runInto(ctx context.Context, output buffer, env []string, dir, name string, args ...string) error {
	cmd := exec.CommandContext(ctx, name, args...)
	cmd.Dir, cmd.Env = dir, env
	cmd.Stdout, cmd.Stderr = output, output
	cmd.WaitDelay = 5 * time.Second
	err := cmd.Run()
	if err == nil {
		return nil
	}
	if ctx.Err() != nil {
		return ctx.Err()
	}
	return fmt.Errorf("%s %s: %w\n%s", name, strings.Join(args, " "), err, tail(output.String(), 15))
}

// buffer takes what a tool prints.
type buffer interface {
	io.Writer
	fmt.Stringer
}

// moduleEnv lets a tool be built from its own module, whatever workspace is around.
func moduleEnv() []string { return append(os.Environ(), "GOWORK=off") }

func tail(text string, lines int) string {
	all := strings.Split(strings.TrimSpace(text), "\n")
	return strings.Join(all[max(0, len(all)-lines):], "\n")
}

// install makes target by letting build fill a temporary sibling that is then
// renamed, so a run that is interrupted leaves nothing half made. Of several at the same
// time, in whatever processes, one builds and the others wait for it.
func install(target string, build func(temporary string) error) error {
	parent := filepath.Dir(target)
	if err := os.MkdirAll(parent, 0o755); err != nil {
		return err
	}
	lock := "." + filepath.Base(parent) + "." + filepath.Base(target) + ".lock"
	unlock, err := lockedfile.MutexAt(filepath.Join(filepath.Dir(parent), lock)).Lock()
	if err != nil {
		return fmt.Errorf("waiting for whoever else makes %s: %w", target, err)
	}
	defer unlock()
	if exists(target) {
		return nil
	}
	temporary, err := os.MkdirTemp(parent, ".building-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(temporary)
	if err := build(temporary); err != nil {
		return err
	}
	if err := os.Rename(temporary, target); err != nil && !exists(target) {
		return err
	}
	return nil
}

func exists(path string) bool {
	_, err := os.Stat(path)
	return err == nil
}

func copyFile(from, to string) error {
	source, err := os.Open(from)
	if err != nil {
		return err
	}
	defer source.Close()
	target, err := os.Create(to)
	if err != nil {
		return err
	}
	_, err = io.Copy(target, source)
	return errors.Join(err, target.Close())
}
