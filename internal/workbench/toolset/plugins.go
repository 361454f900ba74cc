package toolset

import (
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"

	"github.com/blang/semver"
)

// packageVersion reads the version of an installed npm package.
func packageVersion(folder string) (string, error) {
	data, err := os.ReadFile(filepath.Join(folder, "package.json"))
	if err != nil {
		return "", fmt.Errorf("reading the version of the EKS component provider: %w", err)
	}
	var manifest struct {
		Version string `json:"version"`
	}
	if err := json.Unmarshal(data, &manifest); err != nil {
		return "", fmt.Errorf("reading the version of the EKS component provider: %w", err)
	}
	return manifest.Version, nil
}

// RealPlugin returns the folder of the real provider plugin for a package when
// one is installed: on PATH in any version, because somebody put it there, or in
// Pulumi's plugin folder in the given version or a newer one.
func RealPlugin(name string, atLeast semver.Version) (folder string, found bool) {
	binary := "pulumi-resource-" + name
	if path, err := exec.LookPath(binary); err == nil {
		return filepath.Dir(path), true
	}
	home := os.Getenv("PULUMI_HOME")
	if home == "" {
		user, err := os.UserHomeDir()
		if err != nil {
			return "", false
		}
		home = filepath.Join(user, ".pulumi")
	}
	matches, err := filepath.Glob(filepath.Join(home, "plugins", "resource-"+name+"-v*", binary))
	if err != nil || len(matches) == 0 {
		return "", false
	}
	newest := slices.MaxFunc(matches, compareVersions)
	return filepath.Dir(newest), folderVersion(newest).GTE(atLeast)
}

// compareVersions orders plugin binaries by the version in their folder's name.
func compareVersions(a, b string) int {
	return folderVersion(a).Compare(folderVersion(b))
}

func folderVersion(binary string) semver.Version {
	folder := filepath.Base(filepath.Dir(binary))
	parsed, err := semver.ParseTolerant(folder[strings.LastIndex(folder, "-v")+2:])
	if err != nil {
		return semver.Version{} // a folder with an odd name loses against any other
	}
	return parsed
}
