package layers_test

import (
	"fmt"
	"go/parser"
	"go/token"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestImports writes into each package of the repository a file with every import
// that any rule set denies, and compares what the linter reports with what the
// rule sets mean: neither less nor more.
//
// Proves I12 by the linter: every import that a layer rule denies is reported in each package
// the rule names, files directly in its folder included.
func TestImports(t *testing.T) {
	t.Parallel()
	assert.Empty(t, misses(t, readConfiguration(t)))
}

// TestBrokenRules shows that TestImports would fail.
func TestBrokenRules(t *testing.T) {
	t.Parallel()
	good := readConfiguration(t)
	for name, test := range map[string]struct{ from, to, miss string }{
		"a glob below the folder only": {
			`"${config-path}/internal/guard/**"`, `"${config-path}/internal/guard/**/*.go"`,
			"not reported: internal/guard imports github.com/mlops-iac/mlops/components (guard)",
		},
		"a glob for a folder that moved": {
			`"${config-path}/internal/guard/**"`, `"${config-path}/internal/guards/**"`,
			"rule set guard: ${config-path}/internal/guards/** names no package",
		},
		"a package that moved": {
			"pkg: github.com/mlops-iac/mlops/internal/preflight", "pkg: github.com/mlops-iac/mlops/internal/inspect",
			"rule set components: github.com/mlops-iac/mlops/internal/inspect is not there",
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			require.Contains(t, good, test.from)
			assert.Contains(t, misses(t, strings.Replace(good, test.from, test.to, 1)), test.miss)
		})
	}
}

// misses are the differences between what the rule sets of a configuration mean and
// what the linter makes of them.
func misses(t *testing.T, text string) []string {
	t.Helper()
	rules := parse(t, text).Linters.Settings.Depguard.Rules
	require.NotEmpty(t, rules)
	packages := packageNames(t)
	found, denied := idle(rules, packages), map[string]bool{}
	for _, rule := range rules {
		for _, d := range rule.Deny {
			denied[d.Package] = true
		}
	}
	probes := slices.Sorted(maps.Keys(denied))
	want, got := meant(rules, packages, probes), reported(t, text, packages, probes)
	for _, name := range without(want, got) {
		found = append(found, "not reported: "+name)
	}
	for _, name := range without(got, want) {
		found = append(found, "reported, but not meant: "+name)
	}
	t.Logf("%d rule sets, %d packages, %d forbidden imports", len(rules), len(packages), len(want))
	return found
}

// idle are the globs that name no package and the denied packages that are not there.
func idle(rules map[string]rule, packages map[string]string) (found []string) {
	for name, rule := range rules {
		for _, glob := range rule.Files {
			covers := func(folder string) bool { return below(folder, named(glob)) }
			if !strings.HasSuffix(glob, "$test") && !slices.ContainsFunc(slices.Collect(maps.Keys(packages)), covers) {
				found = append(found, fmt.Sprintf("rule set %s: %s names no package", name, glob))
			}
		}
		for _, d := range rule.Deny {
			if !exists(d.Package) {
				found = append(found, fmt.Sprintf("rule set %s: %s is not there", name, d.Package))
			}
		}
	}
	return found
}

// meant is what the rule sets forbid.
func meant(rules map[string]rule, packages map[string]string, probes []string) map[string]bool {
	want := map[string]bool{}
	for folder := range packages {
		for name, rule := range rules {
			for _, probe := range probes {
				if rule.names(folder) && rule.denies(probe) {
					want[breach(folder, name, probe)] = true
				}
			}
		}
	}
	return want
}

// without are the names of a that b does not have.
func without(a, b map[string]bool) []string {
	return slices.DeleteFunc(slices.Sorted(maps.Keys(a)), func(name string) bool { return b[name] })
}

func breach(folder, rule, denied string) string {
	return fmt.Sprintf("%s imports %s (%s)", folder, denied, rule)
}

var notAllowed = regexp.MustCompile(`^import '(.*)' is not allowed from list '(.*?)'`)

// reported is what the linter says of a copy of the tree in which every package is
// nothing but the denied imports. It looks at syntax only: none of them has to exist.
func reported(t *testing.T, configuration string, packages map[string]string, denied []string) map[string]bool {
	t.Helper()
	probe := &strings.Builder{}
	for _, name := range denied {
		fmt.Fprintf(probe, "import _ %q\n", name)
	}
	copied := t.TempDir()
	write(t, filepath.Join(copied, "go.mod"), "module probe\n")
	for folder, name := range packages {
		write(t, filepath.Join(copied, folder, "probe.go"), "package "+name+"\n\n"+probe.String())
	}
	found := map[string]bool{}
	for _, issue := range lint(t, copied, configuration, "depguard") {
		match := notAllowed.FindStringSubmatch(issue.Text)
		require.NotNil(t, match, issue.Text)
		found[breach(filepath.ToSlash(filepath.Dir(issue.Pos.Filename)), match[2], match[1])] = true
	}
	return found
}

// packageNames are the folders with Go files, in every module, with the name of
// their package.
func packageNames(t *testing.T) map[string]string {
	t.Helper()
	list := exec.Command("git", "ls-files", "-z", "--cached", "--others", "--exclude-standard", "--", "*.go")
	list.Dir = root
	files, err := list.Output()
	require.NoError(t, err)
	packages := map[string]string{}
	for file := range strings.SplitSeq(strings.TrimSuffix(string(files), "\x00"), "\x00") {
		folder := filepath.Dir(file)
		if _, known := packages[folder]; known || strings.Contains(file, "testdata/") {
			continue
		}
		parsed, err := parser.ParseFile(token.NewFileSet(), filepath.Join(root, file), nil, parser.PackageClauseOnly)
		if os.IsNotExist(err) {
			continue // deleted, but not yet committed
		}
		require.NoError(t, err)
		packages[folder] = strings.TrimSuffix(parsed.Name.Name, "_test")
	}
	return packages
}
