package dashboard_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/mlops-iac/mlops/components/monitoring/dashboard"
)

func TestEightPanels(t *testing.T) {
	t.Parallel()
	m := load(t, dashboard.TenantsUID)
	want := []struct {
		title, unit string
		limit       float64
	}{
		{"Request rate", "reqps", 0},
		{"Latency p95", "s", 5},
		{"Latency p50", "s", 5},
		{"Running pods", "short", 0},
		{"Pod restarts", "short", 3},
		{"Average CPU", "percentunit", 0.8},
		{"Memory per pod", "bytes", 0},
		{"CPU per pod", "cores", 0},
	}
	require.Len(t, m.Panels, len(want))
	for i, p := range m.Panels {
		assert.Equal(t, want[i].title, p.Title)
		assert.Equal(t, i+1, p.ID)
		assert.Equal(t, "timeseries", p.Type)
		assert.Equal(t, want[i].unit, p.FieldConfig.Defaults.Unit, p.Title)
		assert.Equal(t, map[string]int{"x": i % 2 * 12, "y": i / 2 * 8, "w": 12, "h": 8}, p.GridPos, p.Title)
		steps := p.FieldConfig.Defaults.Thresholds.Steps
		if last := steps[len(steps)-1]; want[i].limit > 0 {
			require.NotNil(t, last.Value, p.Title)
			assert.InDelta(t, want[i].limit, *last.Value, 1e-9, p.Title)
		} else {
			assert.Len(t, steps, 1, p.Title)
		}
	}
}

func TestRunningPodsShowsEachTenantAndAllOfThem(t *testing.T) {
	t.Parallel()
	targets := load(t, dashboard.TenantsUID).Panels[3].Targets
	require.Len(t, targets, 2)
	assert.Contains(t, targets[0].Expr, "sum by (tenant)")
	assert.Contains(t, targets[0].Expr, `namespace=~"$namespace"`)
	assert.Equal(t, "all tenants", targets[1].Legend)
	assert.NotContains(t, targets[1].Expr, "$", "the total must not depend on what is chosen")
}

func TestTenantsAreDiscovered(t *testing.T) {
	t.Parallel()
	m := load(t, dashboard.TenantsUID)
	names, every := map[string]any{}, map[string]string{}
	for _, v := range m.Templating.List {
		names[v.Name], every[v.Name] = v.Query, v.AllValue
	}
	assert.Equal(t, map[string]any{
		"datasource": "prometheus",
		"cluster":    "label_values(mlops:namespace_tenant:info, cluster)",
		"tenant":     `label_values(mlops:namespace_tenant:info{cluster=~"$cluster"}, tenant)`,
		"namespace":  `label_values(mlops:namespace_tenant:info{cluster=~"$cluster", tenant=~"$tenant"}, namespace)`,
	}, names)
	assert.Equal(t, ".*", every["cluster"], "series without the label must match too")
}
