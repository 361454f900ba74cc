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

// Ministack is an emulator of AWS, whose state is in memory.
type Ministack struct {
	// Python is the interpreter of an environment that has the package ministack.
	Python string
}

// minimumPython is the oldest Python that what comes from PyPI runs on.
var minimumPython = semver.MustParse("3.10.0")

// Ministack installs the emulator of AWS from PyPI when it is not there yet.
func (s *Set) Ministack(ctx context.Context) (Ministack, error) {
	const label = "the emulator of AWS"
	lock := filepath.Join(s.Root, "tools", "ministack", "requirements.txt")
	text, err := os.ReadFile(lock)
	if err != nil {
		return Ministack{}, fmt.Errorf("reading the pinned packages of %s: %w", label, err)
	}
	python, version, err := findPython(ctx)
	if err != nil {
		return Ministack{}, err
	}
	sum := sha256.Sum256(text)
	target := filepath.Join(s.Cache, "ministack", fmt.Sprintf("%s-python%d.%d", hex.EncodeToString(sum[:8]), version.Major, version.Minor))
	installed := Ministack{Python: filepath.Join(target, "bin", "python")}
	if exists(target) {
		return installed, nil
	}
	s.Report("Installing %s from PyPI (90 MB). This happens once and takes about half a minute.", label)
	if err := install(target, func(temporary string) error { return pipInstall(ctx, python, lock, temporary) }); err != nil {
		return Ministack{}, fmt.Errorf("installing %s: %w", label, err)
	}
	return installed, nil
}

// pipInstall makes an environment with packages whose digests are locked. It is
// moved afterwards, so that only its interpreter can be started, not its scripts.
func pipInstall(ctx context.Context, python, lock, into string) error {
	if err := run(ctx, into, python, "-m", "venv", into); err != nil {
		return fmt.Errorf("%w; on Debian and Ubuntu it needs the package python3-venv", err)
	}
	return run(ctx, into, filepath.Join(into, "bin", "python"), "-m", "pip", "install",
		"--disable-pip-version-check", "--no-input", "--quiet", "--require-hashes", "--requirement", lock)
}

func findPython(ctx context.Context) (string, semver.Version, error) {
	advice := fmt.Sprintf("install Python %d.%d or newer with venv, for example from your system's packages", minimumPython.Major, minimumPython.Minor)
	python, err := exec.LookPath("python3")
	if err != nil {
		return "", semver.Version{}, errors.New("python3 was not found on PATH: " + advice)
	}
	output, err := exec.CommandContext(ctx, python, "--version").Output()
	if err != nil {
		return "", semver.Version{}, fmt.Errorf("asking %s for its version: %w: %s", python, err, advice)
	}
	text := strings.TrimPrefix(strings.TrimSpace(string(output)), "Python ")
	found, err := semver.ParseTolerant(text)
	if err != nil || found.LT(minimumPython) {
		return "", semver.Version{}, fmt.Errorf("%s is version %s: %s", python, text, advice)
	}
	return python, found, nil
}
