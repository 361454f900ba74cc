package monitoring_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/mlops-iac/mlops/components/monitoring"
	"github.com/mlops-iac/mlops/components/monitoring/rules"
)

const (
	// runbookFolder is docs/runbooks, seen from this folder.
	runbookFolder = "../../../docs/runbooks"
	runbookIndex  = "README.md"
)

func runbookText(t *testing.T, file string) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(runbookFolder, file))
	require.NoError(t, err)
	return string(text)
}

// linesWith returns the lines that start with prefix, in order, without what
// stands in code blocks: a comment there begins like a heading.
func linesWith(text, prefix string) []string {
	var found []string
	code := false
	for line := range strings.Lines(text) {
		line = strings.TrimRight(line, "\n")
		switch {
		case strings.HasPrefix(strings.TrimSpace(line), "```"):
			code = !code
		case !code && strings.HasPrefix(line, prefix):
			found = append(found, line)
		}
	}
	return found
}

func TestRunbooksAreThoseOfTheAlerts(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob(filepath.Join(runbookFolder, "*"))
	require.NoError(t, err)
	want := []string{runbookIndex}
	for _, name := range rules.Names(rules.Options{GPU: true, Cost: true}) {
		want = append(want, name+".md")
	}
	var got []string
	for _, file := range files {
		got = append(got, filepath.Base(file))
	}
	assert.ElementsMatch(t, want, got)
	assert.True(t, strings.HasSuffix(monitoring.DefaultRunbookBaseURL, "/docs/runbooks"), monitoring.DefaultRunbookBaseURL)
}

func TestRunbookSections(t *testing.T) {
	t.Parallel()
	sections := []string{"## Meaning", "## Impact", "## Diagnosis", "## Fix", "## Escalation"}
	for _, name := range rules.Names(rules.Options{GPU: true, Cost: true}) {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			text := runbookText(t, name+".md")
			assert.Equal(t, []string{"# " + name}, linesWith(text, "# "))
			assert.Equal(t, sections, linesWith(text, "## "))
		})
	}
}

func TestRunbookIndexListsEveryAlert(t *testing.T) {
	t.Parallel()
	rows := linesWith(runbookText(t, runbookIndex), "| [")
	names := rules.Names(rules.Options{GPU: true, Cost: true})
	require.Len(t, rows, len(names))
	for i, name := range names {
		assert.True(t, strings.HasPrefix(rows[i], "| ["+name+"]("+name+".md) |"), rows[i])
	}
}
