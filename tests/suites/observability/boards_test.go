package observability_test

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strings"
	"testing"
	"text/tabwriter"
	"time"

	"github.com/prometheus/common/model"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/mlops-iac/mlops/components/monitoring"
	"github.com/mlops-iac/mlops/components/monitoring/dashboard"
	"github.com/mlops-iac/mlops/internal/workbench/dashboards"
	"github.com/mlops-iac/mlops/tests/suites/observability/harness"
)

// The parts of Grafana's dashboards that the checks look at.
type (
	board struct {
		UID    string  `json:"uid"`
		Title  string  `json:"title"`
		Panels []panel `json:"panels"`
		// text is the whole dashboard.
		text string
	}
	panel struct {
		ID      int      `json:"id"`
		Type    string   `json:"type"`
		Title   string   `json:"title"`
		Targets []target `json:"targets"`
		Panels  []panel  `json:"panels"`
	}
	target struct {
		RefID string `json:"refId"`
		Expr  string `json:"expr"`
	}
)

// The dashboards of tenants: their eight panels, and what they run.
const (
	tenantsBoard     = dashboard.TenantsUID
	deploymentsBoard = dashboard.DeploymentsUID
)

// everybody is the one query of it that is about all tenants together.
const everybody = "Running podsB"

// shown is what one query of a panel has returned.
type shown struct {
	board, panel, ref string
	series            int
	labels            []string
	problem           string
}

// readBoards reads the dashboards as Grafana's sidecar does: from the ConfigMaps
// with its label.
func (s *suite) readBoards(t *testing.T) []board {
	t.Helper()
	list, err := s.Client.CoreV1().ConfigMaps(metav1.NamespaceAll).List(t.Context(), metav1.ListOptions{
		LabelSelector: monitoring.DashboardLabel + "=" + monitoring.DashboardLabelValue,
	})
	require.NoError(t, err)
	var boards []board
	for _, config := range list.Items {
		for _, text := range config.Data {
			one := board{text: text}
			require.NoError(t, json.Unmarshal([]byte(text), &one), config.Name)
			boards = append(boards, one)
		}
	}
	slices.SortFunc(boards, func(a, b board) int { return strings.Compare(a.UID, b.UID) })
	require.NotEmpty(t, boards)
	return boards
}

// graphs are the panels with queries, also those inside of rows.
func (b board) graphs() []panel {
	var found []panel
	for _, p := range b.Panels {
		for _, inner := range append(p.Panels, p) {
			if len(inner.Targets) > 0 {
				found = append(found, inner)
			}
		}
	}
	return found
}

// ask runs one query of a panel over the last minutes and says what is wrong with
// what it returns.
func (s *suite) ask(ctx context.Context, b board, p panel, q target, tenant string) shown {
	result := shown{board: b.UID, panel: p.Title, ref: q.RefID}
	expr, err := harness.Query(dashboards.Fill(q.Expr, tenant))
	if err != nil {
		result.problem = err.Error()
		return result
	}
	matrix, err := s.Prometheus.Range(ctx, expr, time.Now().Add(-harness.Time(4*time.Minute)), time.Second)
	if err != nil {
		result.problem = err.Error()
		return result
	}
	result.series = len(matrix)
	result.labels = labelsOf(matrix)
	switch {
	case len(matrix) == 0:
		result.problem = "returns nothing"
	case !finite(matrix):
		result.problem = "returns no number"
	case aboutTenants(b, p, q) && !namesTenant(matrix):
		result.problem = "returns series without the label tenant"
	}
	return result
}

func labelsOf(matrix model.Matrix) []string {
	names := map[string]bool{}
	for _, series := range matrix {
		for name := range series.Metric {
			names[string(name)] = true
		}
	}
	var list []string
	for name := range names {
		list = append(list, name)
	}
	slices.Sort(list)
	return list
}

func finite(matrix model.Matrix) bool {
	for _, series := range matrix {
		for _, value := range series.Values {
			if v := float64(value.Value); v-v == 0 { // neither NaN nor infinite
				return true
			}
		}
	}
	return false
}

// aboutTenants says whether every series of a query is one tenant's. Numbers are
// totals, and the other dashboards are also about namespaces that are nobody's.
func aboutTenants(b board, p panel, q target) bool {
	return (b.UID == tenantsBoard || b.UID == deploymentsBoard) && p.Type != "stat" && p.Title+q.RefID != everybody
}

func namesTenant(matrix model.Matrix) bool {
	for _, series := range matrix {
		if series.Metric["tenant"] == "" {
			return false
		}
	}
	return true
}

// everyPanel asks every query of every panel and wants data.
func (s *suite) everyPanel(t *testing.T) {
	for _, b := range s.boards {
		for _, p := range b.graphs() {
			t.Run(b.UID+"/"+p.Title, func(t *testing.T) {
				for _, q := range p.Targets {
					found := s.ask(t.Context(), b, p, q, dashboards.EveryTenant)
					s.panels = append(s.panels, found)
					assert.Empty(t, found.problem, "query %s: %s", q.RefID, q.Expr)
				}
			})
		}
	}
}

// failing are the panels of a dashboard that show nothing of a tenant.
func (s *suite) failing(ctx context.Context, uid, tenant string) []string {
	var titles []string
	for _, b := range s.boards {
		for _, p := range b.graphs() {
			if b.UID != uid {
				continue
			}
			for _, q := range p.Targets {
				if found := s.ask(ctx, b, p, q, tenant); found.problem != "" && !slices.Contains(titles, p.Title) {
					titles = append(titles, p.Title)
				}
			}
		}
	}
	return titles
}

func (s *suite) printPanels(out io.Writer) {
	table := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	fmt.Fprintln(table, "DASHBOARD\tPANEL\tQUERY\tSERIES\tLABELS")
	for _, p := range s.panels {
		result := fmt.Sprint(p.series)
		if p.problem != "" {
			result = p.problem
		}
		fmt.Fprintf(table, "%s\t%s\t%s\t%s\t%s\n", p.board, p.panel, p.ref, result, strings.Join(p.labels, ", "))
	}
	_ = table.Flush() // to the terminal
}
