package dashboard_test

import (
	"maps"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/mlops-iac/mlops/components/monitoring/dashboard"
	"github.com/mlops-iac/mlops/components/monitoring/metrics"
	"github.com/mlops-iac/mlops/components/scheduling"
)

func uids(boards []dashboard.Dashboard) []string {
	var list []string
	for _, d := range boards {
		list = append(list, d.UID)
	}
	return list
}

func TestOptionsChooseTheDashboards(t *testing.T) {
	t.Parallel()
	always := []string{"mlops-tenants", "mlops-deployments", "mlops-platform"}
	assert.Equal(t, always, uids(all(t, dashboard.Options{})))
	assert.Equal(t, append(slices.Clone(always), "mlops-gpu"), uids(all(t, dashboard.Options{GPU: true})))
	assert.Equal(t, append(slices.Clone(always), "mlops-cost"), uids(all(t, dashboard.Options{Cost: true})))
	assert.Equal(t, append(slices.Clone(always), "mlops-gpu", "mlops-cost"), uids(all(t, everything)))
}

// One ConfigMap holds one dashboard, and the API server refuses one of more
// than 1 MiB.
func TestDashboardsAreFilesOfTheirOwn(t *testing.T) {
	t.Parallel()
	titles := map[string]bool{}
	for _, d := range all(t, everything) {
		m := decode(t, d)
		assert.Equal(t, d.UID, m.UID)
		assert.Equal(t, d.Title, m.Title)
		assert.Equal(t, d.UID+".json", d.FileName)
		assert.Less(t, len(d.JSON), 1<<19, d.UID)
		assert.LessOrEqual(t, len(d.UID), 40, "Grafana's limit")
		assert.False(t, titles[d.Title], d.Title)
		assert.False(t, m.Editable, "edits would be lost at the next deployment")
		titles[d.Title] = true
	}
}

func TestRenderingIsStable(t *testing.T) {
	t.Parallel()
	assert.Equal(t, all(t, everything), all(t, everything))
}

func TestEveryPanelIsComplete(t *testing.T) {
	t.Parallel()
	for _, d := range all(t, everything) {
		ids, titles := map[int]bool{}, map[string]bool{}
		for _, p := range decode(t, d).Panels {
			assert.False(t, ids[p.ID] || p.ID == 0, "%s: id %d of %q", d.UID, p.ID, p.Title)
			ids[p.ID] = true
			if p.Type == "row" {
				continue
			}
			assert.False(t, titles[p.Title] || p.Title == "", "%s: title %q", d.UID, p.Title)
			titles[p.Title] = true
			checkPanel(t, d.UID, p)
		}
	}
}

func checkPanel(t *testing.T, uid string, p panel) {
	t.Helper()
	at := uid + "/" + p.Title
	assert.True(t, strings.HasSuffix(p.Description, "."), at)
	assert.Contains(t, []string{
		"reqps", "s", "short", "percentunit", "percent", "bytes", "cores", "celsius", "watt", "currencyUSD", "cps",
	}, p.FieldConfig.Defaults.Unit, at)
	assert.NotNil(t, p.FieldConfig.Overrides, at)
	steps := p.FieldConfig.Defaults.Thresholds.Steps
	require.NotEmpty(t, steps, at)
	assert.Nil(t, steps[0].Value, at)
	for i, step := range steps[1:] {
		require.NotNil(t, step.Value, at)
		if before := steps[i].Value; before != nil {
			assert.Greater(t, *step.Value, *before, at)
		}
	}
	assert.Equal(t, p.Type == "timeseries", p.Options.Legend.Show, at)
	require.NotEmpty(t, p.Targets, at)
	for i, q := range p.Targets {
		assert.Equal(t, string(rune('A'+i)), q.RefID, at)
		assert.Equal(t, "${datasource}", q.Datasource["uid"], at)
		assert.NotEmpty(t, q.Legend, at)
		assert.Equal(t, p.Type == "table" || p.Type == "bargauge", q.Instant, at)
		assert.Equal(t, q.Instant, !q.Range, at)
		assert.Equal(t, p.Type == "table", q.Format == "table", at)
	}
}

// The panels of a dashboard lie within the grid and not on each other.
func TestPanelsDoNotOverlap(t *testing.T) {
	t.Parallel()
	for _, d := range all(t, everything) {
		taken := map[[2]int]string{}
		for _, p := range decode(t, d).Panels {
			g := p.GridPos
			assert.LessOrEqual(t, g["x"]+g["w"], 24, p.Title)
			for x := g["x"]; x < g["x"]+g["w"]; x++ {
				for y := g["y"]; y < g["y"]+g["h"]; y++ {
					require.Empty(t, taken[[2]int{x, y}], "%s: %s", d.UID, p.Title)
					taken[[2]int{x, y}] = p.Title
				}
			}
		}
	}
}

var label = regexp.MustCompile(`\{\{([^}]*)\}\}`)

// A label in a legend that the query does not yield would show as nothing.
func TestLegendsNameLabelsOfTheQuery(t *testing.T) {
	t.Parallel()
	for _, d := range all(t, everything) {
		for _, p := range decode(t, d).Panels {
			for _, q := range p.Targets {
				for _, found := range label.FindAllStringSubmatch(q.Legend, -1) {
					assert.Regexp(t, `by \([^)]*\b`+found[1]+`\b`, q.Expr, "%s/%s", d.UID, p.Title)
				}
			}
		}
	}
}

// Variables that a query uses exist, and no query names a tenant.
func TestQueriesUseTheVariablesOfTheirDashboard(t *testing.T) {
	t.Parallel()
	used := regexp.MustCompile(`\$([a-z]\w*)`)
	for _, d := range all(t, everything) {
		m := decode(t, d)
		names := map[string]bool{}
		for _, v := range m.Templating.List {
			names[v.Name] = true
			if v.Type == "query" {
				assert.True(t, v.Multi && v.All, v.Name)
			}
		}
		asked := map[string]bool{"datasource": true}
		for _, p := range m.Panels {
			for _, q := range p.Targets {
				for _, found := range used.FindAllStringSubmatch(q.Expr, -1) {
					assert.True(t, names[found[1]], "%s/%s: $%s", d.UID, p.Title, found[1])
					asked[found[1]] = true
				}
				assert.NotContains(t, q.Expr, "tenant-", p.Title)
			}
		}
		delete(asked, "tenant")
		delete(names, "tenant")
		assert.ElementsMatch(t, slices.Collect(maps.Keys(names)), slices.Collect(maps.Keys(asked)), d.UID)
	}
}

// Every dashboard offers a list of all others, and a click on a tenant leads to
// a dashboard that exists and has the variables the link fills.
func TestLinksResolve(t *testing.T) {
	t.Parallel()
	for _, options := range []dashboard.Options{{}, everything} {
		boards := all(t, options)
		clicks := 0
		for _, d := range boards {
			m := decode(t, d)
			assert.Contains(t, m.Tags, dashboard.Tag, d.UID)
			require.Len(t, m.Links, 1, d.UID)
			assert.Equal(t, link{Title: "MLOps dashboards", Type: "dashboards", Tags: []string{dashboard.Tag}, Keep: true, Vars: true}, m.Links[0])
			for _, p := range m.Panels {
				for _, l := range p.links(t) {
					clicks++
					checkClick(t, boards, l)
				}
			}
		}
		assert.Positive(t, clicks)
	}
}

func checkClick(t *testing.T, boards []dashboard.Dashboard, l link) {
	t.Helper()
	uid, query, found := strings.Cut(strings.TrimPrefix(l.URL, "/d/"), "?")
	require.True(t, found, l.URL)
	require.Contains(t, uids(boards), uid)
	for _, part := range []string{"${datasource:queryparam}", "${cluster:queryparam}", "${__url_time_range}"} {
		assert.Contains(t, strings.Split(query, "&"), part)
	}
	variables := map[string]bool{}
	for _, v := range load(t, uid).Templating.List {
		variables["var-"+v.Name] = true
	}
	for _, found := range regexp.MustCompile(`var-\w+`).FindAllString(query, -1) {
		assert.True(t, variables[found], found)
	}
}

// The columns of a table are named after labels the query yields, and each
// value has its heading.
func TestTablesNameTheirColumns(t *testing.T) {
	t.Parallel()
	tables := 0
	for _, d := range all(t, everything) {
		for _, p := range decode(t, d).Panels {
			if p.Type != "table" {
				continue
			}
			tables++
			require.Len(t, p.Transformations, 2, p.Title)
			headings := p.Transformations[1].Options.Rename
			for name := range headings {
				if !strings.HasPrefix(name, "Value") {
					assert.Regexp(t, `by \([^)]*\b`+name+`\b`, p.Targets[0].Expr, p.Title)
				}
			}
			for _, q := range p.Targets {
				assert.Contains(t, slices.Collect(maps.Values(headings)), q.Legend)
			}
			for _, o := range p.FieldConfig.Overrides {
				assert.Contains(t, slices.Collect(maps.Values(headings)), o.Matcher.Options, "an override of no column")
			}
		}
	}
	assert.Equal(t, 3, tables)
}

// The spelling of a label in metrics is that of kube-state-metrics: what is not
// a letter or digit becomes an underscore.
func TestNodeRoleIsSpeltLikeKubeStateMetrics(t *testing.T) {
	t.Parallel()
	assert.Equal(t, "label_"+regexp.MustCompile(`[^a-zA-Z0-9]`).ReplaceAllString(scheduling.RoleLabel, "_"), metrics.NodeRoleMetricLabel)
}
