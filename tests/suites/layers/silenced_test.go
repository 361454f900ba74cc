package layers_test

import (
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

// directive silences linters on a line. It is put together so that it does not find itself.
var directive = regexp.MustCompile("//" + `nolint(?::([\w,]+))?`)

// TestSilencedLintersRun shows that no line silences a linter that does not run: the
// linter itself reports unused directives of those that run only.
//
// Proves I12 by plain Go: every directive that silences a linter names one that is on.
func TestSilencedLintersRun(t *testing.T) {
	t.Parallel()
	enabled := parse(t, readConfiguration(t)).Linters.Enable
	require.NotEmpty(t, enabled)
	list := exec.Command("git", "ls-files", "-z", "--cached", "--others", "--exclude-standard", "--", "*.go")
	list.Dir = root
	files, err := list.Output()
	require.NoError(t, err)
	silenced := 0
	for file := range strings.SplitSeq(strings.TrimSuffix(string(files), "\x00"), "\x00") {
		text, err := os.ReadFile(filepath.Join(root, file))
		if os.IsNotExist(err) {
			continue // deleted, but not yet committed
		}
		require.NoError(t, err)
		for _, match := range directive.FindAllStringSubmatch(string(text), -1) {
			silenced++
			for linter := range strings.SplitSeq(match[1], ",") {
				assert.True(t, slices.Contains(enabled, linter), "%s: %s is of no linter that runs", file, match[0])
			}
		}
	}
	assert.Positive(t, silenced)
}
