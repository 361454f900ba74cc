package toolset

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"

	"github.com/blang/semver"
)

// minimumNode is the oldest Node.js that what comes from npm runs on.
var minimumNode = semver.MustParse("18.0.0")

// npm installs the packages that a folder of tools/ locks, unless they are there, and
// returns the folder with their node_modules.
func (s *Set) npm(ctx context.Context, name, label, size string) (string, error) {
	source := filepath.Join(s.Root, "tools", name)
	lock, err := os.ReadFile(filepath.Join(source, "package-lock.json"))
	if err != nil {
		return "", fmt.Errorf("reading the pinned packages of %s: %w", label, err)
	}
	sum := sha256.Sum256(lock)
	target := filepath.Join(s.Cache, name, hex.EncodeToString(sum[:8]))
	if exists(target) {
		return target, nil
	}
	s.Report("Installing %s from npm (%s). This happens once and takes about half a minute.", label, size)
	if err := install(target, func(temporary string) error { return npmInstall(ctx, source, temporary) }); err != nil {
		return "", fmt.Errorf("installing %s: %w", label, err)
	}
	return target, nil
}

func npmInstall(ctx context.Context, source, into string) error {
	for _, name := range []string{"package.json", "package-lock.json"} {
		if err := copyFile(filepath.Join(source, name), filepath.Join(into, name)); err != nil {
			return err
		}
	}
	// Install scripts would download provider plugins this run does not use.
	return run(ctx, into, "npm", "ci", "--ignore-scripts", "--omit=dev", "--no-audit", "--no-fund")
}

func findNode(ctx context.Context) (string, error) {
	advice := fmt.Sprintf("install Node.js %d or newer with npm, for example from your system's packages", minimumNode.Major)
	node, err := exec.LookPath("node")
	if err != nil {
		return "", errors.New("Node.js was not found on PATH: " + advice)
	}
	if _, err := exec.LookPath("npm"); err != nil {
		return "", errors.New("npm was not found on PATH: " + advice)
	}
	output, err := exec.CommandContext(ctx, node, "--version").Output()
	if err != nil {
		return "", fmt.Errorf("asking %s for its version: %w: %s", node, err, advice)
	}
	found, err := semver.ParseTolerant(strings.TrimSpace(string(output)))
	if err != nil || found.LT(minimumNode) {
		return "", fmt.Errorf("%s is version %s: %s", node, strings.TrimSpace(string(output)), advice)
	}
	return node, nil
}
