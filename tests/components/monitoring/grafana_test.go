package monitoring_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/mlops-iac/mlops/components/monitoring"
	"github.com/mlops-iac/mlops/tests/pulumitest/valid"
)

// A password in the values would be the same for everybody who can read the
// program's state. Without one the chart makes a random one in the cluster.
func TestGrafanaPasswordIsLeftToTheCluster(t *testing.T) {
	t.Parallel()
	recorder := run(t, valid.Monitoring())
	grafana, ok := recorder.One(t, release, stack).Prop("values.grafana").(map[string]any)
	require.True(t, ok)
	assert.NotContains(t, grafana, "adminPassword")
	assert.NotContains(t, grafana, "admin")
	for _, r := range recorder.Resources() {
		assert.NotContains(t, strings.ToLower(fmt.Sprint(r.Inputs)), "password", r.Name)
		assert.NotContains(t, fmt.Sprint(r.Inputs), "prom-operator", r.Name)
	}
	var major int
	_, err := fmt.Sscanf(monitoring.ChartVersion, "%d.", &major)
	require.NoError(t, err)
	assert.GreaterOrEqual(t, major, 79, "older charts have a default password")
}

func TestGrafanaLoadsDashboardsFromEveryNamespace(t *testing.T) {
	t.Parallel()
	recorder := run(t, nil)
	assertProps(t, recorder.One(t, release, stack), map[string]any{
		"values.grafana.sidecar.dashboards.enabled":          true,
		"values.grafana.sidecar.dashboards.label":            "grafana_dashboard",
		"values.grafana.sidecar.dashboards.labelValue":       "1",
		"values.grafana.sidecar.dashboards.searchNamespace":  "ALL",
		"values.grafana.sidecar.dashboards.folderAnnotation": "grafana_folder",
		"values.grafana.ingress":                             map[string]any{"enabled": false},
	})
	dashboard := recorder.One(t, configMap, "m-dashboard")
	assertProps(t, dashboard, map[string]any{
		"metadata.namespace": "monitoring",
		"metadata.labels":    map[string]any{"grafana_dashboard": "1"},
	})
	data, ok := dashboard.Prop("data").(map[string]any)
	require.True(t, ok)
	assert.Contains(t, data, "mlops-tenants.json")
}

func TestGrafanaIngress(t *testing.T) {
	t.Parallel()
	ingress := &monitoring.Ingress{
		Host: "grafana.example.com", ClassName: "alb", TLSSecretName: "grafana-tls",
		Annotations: map[string]string{"alb.ingress.kubernetes.io/scheme": "internal"},
	}
	r := run(t, &monitoring.Args{Grafana: monitoring.Grafana{Ingress: ingress}}).One(t, release, stack)
	assert.Equal(t, map[string]any{
		"enabled": true, "ingressClassName": "alb", "hosts": []any{"grafana.example.com"},
		"annotations": map[string]any{"alb.ingress.kubernetes.io/scheme": "internal"},
		"tls":         []any{map[string]any{"secretName": "grafana-tls", "hosts": []any{"grafana.example.com"}}},
	}, r.Prop("values.grafana.ingress"))
	settings, ok := r.Prop("values.grafana").(map[string]any)["grafana.ini"].(map[string]any)
	require.True(t, ok)
	assert.Equal(t, map[string]any{"root_url": "https://grafana.example.com"}, settings["server"])
	assert.Equal(t, map[string]any{"cookie_secure": true, "strict_transport_security": true}, settings["security"])
}
