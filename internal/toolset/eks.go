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

// minimumNode is the oldest Node.js the EKS component provider's SDK runs on.
var minimumNode = semver.MustParse("18.0.0")

// EKS is the real EKS component provider, ready to be started.
type EKS struct {
	// Node is the path of the Node.js executable.
	Node string
	// Script starts the provider.
	Script string
	// Version of the component provider, without a leading "v".
	Version string
}

// EKS installs the component provider from npm when it is not there yet.
func (s *Set) EKS(ctx context.Context) (EKS, error) {
	node, err := findNode(ctx)
	if err != nil {
		return EKS{}, err
	}
	source := filepath.Join(s.Root, "tools", "eks-provider")
	lock, err := os.ReadFile(filepath.Join(source, "package-lock.json"))
	if err != nil {
		return EKS{}, fmt.Errorf("reading the pinned EKS provider: %w", err)
	}
	sum := sha256.Sum256(lock)
	target := filepath.Join(s.Cache, "eks-provider", hex.EncodeToString(sum[:8]))
	if !exists(target) {
		s.Report("Installing the EKS component provider from npm (206 MB). This happens once and takes about half a minute.")
		if err := install(target, func(temporary string) error { return npmInstall(ctx, source, temporary) }); err != nil {
			return EKS{}, fmt.Errorf("installing the EKS component provider: %w", err)
		}
	}
	pkg := filepath.Join(target, "node_modules", "@pulumi", "eks")
	version, err := packageVersion(pkg)
	if err != nil {
		return EKS{}, err
	}
	return EKS{Node: node, Script: filepath.Join(pkg, "cmd", "provider", "index.js"), Version: version}, nil
}

func npmInstall(ctx context.Context, source, into string) error {
	for _, name := range []string{"package.json", "package-lock.json"} {
		if err := copyFile(filepath.Join(source, name), filepath.Join(into, name)); err != nil {
			return err
		}
	}
	// Install scripts would download provider plugins this run does not use.
	return run(ctx, into, nil, "npm", "ci", "--ignore-scripts", "--omit=dev", "--no-audit", "--no-fund")
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
