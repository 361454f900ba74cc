package promtool_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/mlops-iac/mlops/components/monitoring/dashboard"
)

// filled are the queries of all dashboards by dashboard, panel and number, with
// what Grafana fills in when everything is chosen.
func filled(t *testing.T) map[string]string {
	t.Helper()
	boards, err := dashboard.All(dashboard.Options{GPU: true, Cost: true})
	require.NoError(t, err)
	fill := strings.NewReplacer("$__rate_interval", "2m", "$namespace", "team-a|team-b|team-c", "$cluster", ".*", "$tenant", ".+")
	queries := map[string]string{}
	for _, d := range boards {
		var model struct {
			Panels []struct {
				Title   string `json:"title"`
				Targets []struct {
					Expr string `json:"expr"`
				} `json:"targets"`
			} `json:"panels"`
		}
		require.NoError(t, json.Unmarshal([]byte(d.JSON), &model))
		for _, panel := range model.Panels {
			for i, target := range panel.Targets {
				queries[fmt.Sprintf("%s/%s/%d", d.UID, panel.Title, i)] = fill.Replace(target.Expr)
			}
		}
	}
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
