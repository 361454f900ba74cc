package promtool_test

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/mlops-iac/mlops/tests/harness/panels"
)

// filled are the queries of all dashboards with what Grafana fills in.
func filled(t *testing.T) map[string]string {
	t.Helper()
	queries, err := panels.Queries()
	require.NoError(t, err)
	return queries
}

// Queries of the dashboards become rules for the check.
func TestDashboardQueriesAreValid(t *testing.T) {
	t.Parallel()
	var records []map[string]any
	for at, query := range filled(t) {
		records = append(records, map[string]any{"record": "panel:query", "expr": query, "labels": map[string]string{"at": at}})
	}
	require.Greater(t, len(records), 80)
	file := write(t, t.TempDir(), "panels.yaml", map[string]any{"groups": []any{map[string]any{"name": "panels", "rules": records}}})
	output, err := promtool.Run(t, "check", "rules", "--lint=all", "--lint-fatal", file)
	require.NoError(t, err, output)
	require.Contains(t, output, fmt.Sprintf("%d rules found", len(records)))
}
