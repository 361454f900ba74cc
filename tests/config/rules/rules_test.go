package rules

import (
	"encoding/json"
	"go/token"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/mlops-iac/mlops/tests/config/corpus"
	"github.com/mlops-iac/mlops/tests/config/rules/hits"
)

var root = filepath.Join("..", "..", "..")

// library has the rules that specs call. Its own tests break them, and here each
// call must.
const library = "internal/shared/validation"

// folders are the packages whose rules a stack or tenant file can break.
func folders(t *testing.T) []string {
	t.Helper()
	found := []string{"internal/settings", "internal/shared/awsenv", "internal/shared/names", "tenants"}
	specs, err := filepath.Glob(filepath.Join(root, "components", "*", "spec"))
	require.NoError(t, err)
	require.NotEmpty(t, specs)
	for _, spec := range specs {
		folder, err := filepath.Rel(root, spec)
		require.NoError(t, err)
		found = append(found, filepath.ToSlash(folder))
	}
	return found
}

// TestEveryRuleIsBroken has the corpora run with sources that note which rule
// reported an error. A rule that reported none is one of which nothing shows that
// its user is told.
func TestEveryRuleIsBroken(t *testing.T) {
	t.Parallel()
	fset := token.NewFileSet()
	all, err := sources(fset, root, append(folders(t), library))
	require.NoError(t, err)
	known, copies := checksOf(all), t.TempDir()
	var rules []string
	overlay := struct{ Replace map[string]string }{map[string]string{}}
	for _, s := range all {
		n := note(fset, s, known)
		if len(n.rules) == 0 || s.folder() == library {
			continue
		}
		rules = append(rules, n.rules...)
		original, err := filepath.Abs(filepath.Join(root, s.path))
		require.NoError(t, err)
		copied := filepath.Join(copies, strings.ReplaceAll(s.path, "/", "_"))
		require.NoError(t, os.WriteFile(copied, []byte(n.copy()), 0o600))
		overlay.Replace[original] = copied
	}
	require.Greater(t, len(rules), 200)
	broken, excepted := run(t, overlay), map[string]bool{}
	for _, rule := range rules {
		_, reason := exceptions[withoutLine(rule)]
		excepted[withoutLine(rule)] = excepted[withoutLine(rule)] || reason
		assert.NotEqual(t, reason, broken[rule], "a case of tests/config/testdata must break it, or exceptions hold it: %s", rule)
	}
	for rule := range exceptions {
		assert.True(t, excepted[rule], "there is no such rule any more: %s", rule)
	}
}

// withoutLine drops the line of a rule's place.
func withoutLine(rule string) string {
	path, rest, _ := strings.Cut(rule, ":")
	_, text, _ := strings.Cut(rest, ":")
	return path + ":" + text
}

// TestEveryRequiredKeyIsMissed does the same for the tags `required`.
func TestEveryRequiredKeyIsMissed(t *testing.T) {
	t.Parallel()
	fset := token.NewFileSet()
	all, err := sources(fset, root, folders(t))
	require.NoError(t, err)
	var wanted strings.Builder
	for _, folder := range []string{"stacks", "tenants"} {
		for _, topic := range corpus.Load(t, filepath.Join("..", "testdata", folder)) {
			for _, c := range topic.Cases {
				wanted.WriteString(c.Want + "\n")
			}
		}
	}
	count := 0
	for _, s := range all {
		for _, d := range demands(fset, s) {
			count++
			assert.True(t, strings.Contains(wanted.String(), d.line), "no case of tests/config/testdata misses %s", d.place)
		}
	}
	require.Greater(t, count, 15)
}

// run runs the corpora over an overlay and returns the rules they broke.
func run(t *testing.T, overlay any) map[string]bool {
	t.Helper()
	folder := t.TempDir()
	text, err := json.Marshal(overlay)
	require.NoError(t, err)
	file, notes := filepath.Join(folder, "overlay.json"), filepath.Join(folder, "hits")
	require.NoError(t, os.WriteFile(file, text, 0o600))
	test := exec.CommandContext(t.Context(), "go", "test", "-count=1", "-vet=off", "-overlay", file,
		"-run", "^(TestWrongStacks|TestWrongTenants|TestWrongSizesOfTenants|TestRefusedChanges)$", "./tests/config")
	test.Dir = root
	test.Env = append(os.Environ(), hits.File+"="+notes)
	output, err := test.CombinedOutput()
	require.NoError(t, err, string(output))
	lines, err := os.ReadFile(notes)
	require.NoError(t, err)
	broken := map[string]bool{}
	for line := range strings.Lines(string(lines)) {
		broken[strings.TrimSuffix(line, "\n")] = true
	}
	return broken
}
