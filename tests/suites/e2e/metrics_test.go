package e2e_test

import (
	"context"
	"fmt"
	"math"
	"net/http"
	"slices"
	"testing"
	"time"

	"github.com/prometheus/common/model"
	"github.com/stretchr/testify/require"

	"github.com/mlops-iac/mlops/components/monitoring/dashboard"
	"github.com/mlops-iac/mlops/internal/workbench/dashboards"
)

// prometheus answers queries from inside the network of the nodes.
func (p platform) prometheus() dashboards.Prometheus {
	return dashboards.Prometheus{
		URL: "http://kube-prometheus-stack-prometheus." + monitors + ".svc.cluster.local:9090", Client: &http.Client{Transport: p.inside},
	}
}

// testMetrics asks the queries of the dashboard of tenants, and finds numbers of each
// tenant's real pods in every panel.
func (p platform) testMetrics(t *testing.T) {
	boards, err := dashboards.Read(t.Context(), p.client)
	require.NoError(t, err)
	at := slices.IndexFunc(boards, func(d dashboards.Dashboard) bool { return d.UID == dashboard.TenantsUID })
	require.GreaterOrEqual(t, at, 0)
	require.Len(t, boards[at].Panels, 8)
	eventually(t, settleLimit, func() error { return p.everyPanelHasData(t.Context(), boards[at]) })
}

func (p platform) everyPanelHasData(ctx context.Context, board dashboards.Dashboard) error {
	empty := map[string]string{}
	for tenant := range questions() {
		for _, panel := range board.Panels {
			for _, target := range panel.Targets {
				series, err := p.prometheus().Range(ctx, dashboards.Fill(target.Expr, tenant), time.Now(), time.Minute, 15*time.Second)
				if err != nil || !slices.ContainsFunc(series, hasNumber) {
					empty[panel.Title+" "+target.RefID] = fmt.Sprintf("%s: %d series, %v", tenant, len(series), err)
				}
			}
		}
	}
	return equal(map[string]string{}, empty)
}

func hasNumber(series *model.SampleStream) bool {
	return slices.ContainsFunc(series.Values, func(pair model.SamplePair) bool {
		return !math.IsNaN(float64(pair.Value)) && !math.IsInf(float64(pair.Value), 0)
	})
}
