package layers_test

import (
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"gopkg.in/yaml.v3"
)

const (
	root       = "../../.."
	modulePath = "github.com/mlops-iac/mlops/"
	anchor     = "${config-path}/"
)

// configuration is the part of .golangci.yml that keeps the layers.
type configuration struct {
	Linters struct {
		Enable   []string `yaml:"enable"`
		Settings struct {
			Depguard struct {
				Rules map[string]rule `yaml:"rules"`
			} `yaml:"depguard"`
			Forbidigo struct {
				Forbid []struct {
					Message string `yaml:"msg"`
				} `yaml:"forbid"`
			} `yaml:"forbidigo"`
		} `yaml:"settings"`
	} `yaml:"linters"`
}

// rule is a rule set of depguard: in these files, these packages are denied.
type rule struct {
	Files []string `yaml:"files"`
	Deny  []denial `yaml:"deny"`
}

type denial struct {
	Package string `yaml:"pkg"`
}

func readConfiguration(t *testing.T) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(root, ".golangci.yml"))
	require.NoError(t, err)
	return string(text)
}

func parse(t *testing.T, text string) (c configuration) {
	t.Helper()
	require.NoError(t, yaml.Unmarshal([]byte(text), &c))
	return c
}

// named is the folder that a glob means, whether or not the glob covers it:
// "${config-path}/internal/guard/**/*.go" means internal/guard.
func named(glob string) string {
	folder := strings.TrimPrefix(strings.TrimPrefix(glob, "!"), anchor)
	folder = strings.TrimSuffix(strings.TrimSuffix(folder, "/*.go"), "*.go")
	return strings.TrimSuffix(strings.TrimSuffix(folder, "**"), "/")
}

// below tells whether a folder is the named one or lies in it. "**" in the middle
// of a name stands for one or more folders.
func below(folder, name string) bool {
	if name == "" {
		return true
	}
	before, after, middle := strings.Cut(name, "/**/")
	if !middle {
		return folder == name || strings.HasPrefix(folder, name+"/")
	}
	rest, inside := strings.CutPrefix(folder, before+"/")
	for inside {
		_, tail, found := strings.Cut(rest, "/")
		if !found {
			return false
		}
		if below(tail, after) {
			return true
		}
		rest = tail
	}
	return false
}

// names tells whether a rule set names a folder.
func (r rule) names(folder string) bool {
	found := false
	for _, glob := range r.Files {
		switch {
		case strings.HasSuffix(glob, "$test"):
			// About the names of files, and a probe is no test.
		case strings.HasPrefix(glob, "!"):
			if below(folder, named(glob)) {
				return false
			}
		case below(folder, named(glob)):
			found = true
		}
	}
	return found
}

// denies tells whether a rule set means a package: a denied name stands for what lies
// below it too.
func (r rule) denies(name string) bool {
	return slices.ContainsFunc(r.Deny, func(d denial) bool { return strings.HasPrefix(name, d.Package) })
}

// exists tells whether a denied package of this repository is there; one that was
// moved would be denied in vain.
func exists(denied string) bool {
	folder, own := strings.CutPrefix(denied, modulePath)
	if !own {
		return true
	}
	found, err := os.Stat(filepath.Join(root, path.Clean(folder)))
	return err == nil && found.IsDir()
}
