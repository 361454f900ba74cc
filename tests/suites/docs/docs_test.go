package docs_test

import (
	"maps"
	"os"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/mlops-iac/mlops/tests/suites/docs"
)

const root = "../../.."

// The test program is kubectl, too: a process of its own for each command, as
// kubectl ends the process when something is wrong.
func TestMain(m *testing.M) {
	if docs.ActsAsKubectl() {
		docs.Kubectl()
		return
	}
	os.Exit(m.Run())
}

func newChecker(t *testing.T) *docs.Checker {
	t.Helper()
	self, err := os.Executable()
	require.NoError(t, err)
	checker, err := docs.NewChecker(root, self, t.TempDir(), t.Logf)
	require.NoError(t, err)
	t.Cleanup(checker.Close)
	return checker
}

func TestEveryCommandOfTheDocumentationIsValid(t *testing.T) {
	t.Parallel()
	files, err := docs.Documents(root)
	require.NoError(t, err)
	report, err := newChecker(t).Check(t.Context(), files, nil)
	require.NoError(t, err)
	for _, finding := range report.Findings {
		t.Error(finding)
	}
	for _, tool := range slices.Sorted(maps.Keys(report.Checked)) {
		t.Logf("%-10s %4d checked", tool, report.Checked[tool])
	}
	for tool, count := range report.Skipped {
		t.Run(tool, func(t *testing.T) {
			t.Parallel()
			t.Skipf("SKIPPED: %d commands of %s were not checked: %s", count, tool, report.Why[tool])
		})
	}
	for tool, least := range map[string]int{"kubectl": 50, "make": 30, "pulumi": 15, "promql": 20} {
		assert.GreaterOrEqual(t, report.Checked[tool], least, "the check no longer finds commands of %s", tool)
	}
}
