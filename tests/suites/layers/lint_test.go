package layers_test

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
)

// issue is what golangci-lint reports.
type issue struct {
	FromLinter string
	Text       string
	Pos        struct {
		Filename string
	}
}

// lint runs one linter of a configuration over a copy of the tree.
func lint(t *testing.T, copied, configuration, linter string) []issue {
	t.Helper()
	write(t, filepath.Join(copied, ".golangci.yml"), configuration)
	tools, err := filepath.Abs(filepath.Join(root, "tools/lint/go.mod"))
	require.NoError(t, err)
	run := exec.Command("go", "tool", "-modfile="+tools, "golangci-lint", "run",
		"--enable-only", linter, "--uniq-by-line=false", "--issues-exit-code=0",
		"--output.text.path=", "--output.json.path=stdout", "--show-stats=false")
	run.Dir = copied
	out, err := run.Output()
	require.NoError(t, err, "%s", out)
	var report struct {
		Issues []issue
	}
	require.NoError(t, json.Unmarshal(out, &report), "%s", out)
	for _, issue := range report.Issues {
		require.Equal(t, linter, issue.FromLinter, issue.Text)
	}
	return report.Issues
}

func write(t *testing.T, file, text string) {
	t.Helper()
	require.NoError(t, os.MkdirAll(filepath.Dir(file), 0o755))
	require.NoError(t, os.WriteFile(file, []byte(text), 0o600))
}
