package dashboard_test

import (
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/mlops-iac/mlops/components/monitoring/dashboard"
)

type target struct {
	Expr       string            `json:"expr"`
	Legend     string            `json:"legendFormat"`
	Datasource map[string]string `json:"datasource"`
}

type panel struct {
	ID          int            `json:"id"`
	Title       string         `json:"title"`
	Description string         `json:"description"`
	Targets     []target       `json:"targets"`
	GridPos     map[string]int `json:"gridPos"`
	FieldConfig struct {
		Defaults struct {
			Unit       string `json:"unit"`
			Thresholds struct {
				Steps []struct {
					Value *float64 `json:"value"`
				} `json:"steps"`
			} `json:"thresholds"`
		} `json:"defaults"`
		Overrides []any `json:"overrides"`
	} `json:"fieldConfig"`
}

type model struct {
	UID        string  `json:"uid"`
	Editable   bool    `json:"editable"`
	Panels     []panel `json:"panels"`
	Templating struct {
		List []struct {
			Name  string `json:"name"`
			Type  string `json:"type"`
			Query any    `json:"query"`
			Multi bool   `json:"multi"`
			All   bool   `json:"includeAll"`
		} `json:"list"`
	} `json:"templating"`
}

func load(t *testing.T) model {
	t.Helper()
	text, err := dashboard.JSON()
	require.NoError(t, err)
	var m model
	require.NoError(t, json.Unmarshal([]byte(text), &m))
	return m
}

func TestEightPanels(t *testing.T) {
	t.Parallel()
	m := load(t)
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
		assert.NotEmpty(t, p.Description, p.Title)
		assert.Equal(t, want[i].unit, p.FieldConfig.Defaults.Unit, p.Title)
		assert.Equal(t, map[string]int{"x": i % 2 * 12, "y": i / 2 * 8, "w": 12, "h": 8}, p.GridPos, p.Title)
		assert.NotNil(t, p.FieldConfig.Overrides, p.Title)
		steps := p.FieldConfig.Defaults.Thresholds.Steps
		if last := steps[len(steps)-1]; want[i].limit > 0 {
			require.NotNil(t, last.Value, p.Title)
			assert.InDelta(t, want[i].limit, *last.Value, 1e-9, p.Title)
		} else {
			assert.Len(t, steps, 1, p.Title)
		}
		for _, q := range p.Targets {
			assert.Equal(t, "${datasource}", q.Datasource["uid"], p.Title)
			assert.NotEmpty(t, q.Legend, p.Title)
		}
	}
}

func TestRunningPodsShowsEachTenantAndAllOfThem(t *testing.T) {
	t.Parallel()
	targets := load(t).Panels[3].Targets
	require.Len(t, targets, 2)
	assert.Contains(t, targets[0].Expr, "sum by (tenant)")
	assert.Contains(t, targets[0].Expr, `namespace=~"$namespace"`)
	assert.Equal(t, "all tenants", targets[1].Legend)
	assert.NotContains(t, targets[1].Expr, "$", "the total must not depend on what is chosen")
}

func TestTenantsAreDiscovered(t *testing.T) {
	t.Parallel()
	m := load(t)
	names := map[string]any{}
	for _, v := range m.Templating.List {
		names[v.Name] = v.Query
		if v.Type == "query" {
			assert.True(t, v.Multi && v.All, v.Name)
		}
	}
	assert.Equal(t, map[string]any{
		"datasource": "prometheus",
		"tenant":     "label_values(mlops:namespace_tenant:info, tenant)",
		"namespace":  `label_values(mlops:namespace_tenant:info{tenant=~"$tenant"}, namespace)`,
	}, names)
	assert.Equal(t, dashboard.UID, m.UID)
	assert.False(t, m.Editable, "edits would be lost at the next deployment")
}

func TestRenderingIsStable(t *testing.T) {
	t.Parallel()
	first, err := dashboard.JSON()
	require.NoError(t, err)
	second, err := dashboard.JSON()
	require.NoError(t, err)
	assert.Equal(t, first, second)
}
