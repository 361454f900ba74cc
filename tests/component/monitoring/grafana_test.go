package monitoring_test

import (
	"fmt"
	"maps"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/mlops-iac/mlops/components/monitoring"
	valid "github.com/mlops-iac/mlops/tests/harness/valid/monitoring"
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
	_, err := fmt.Sscanf(monitoring.Record.Version, "%d.", &major)
	require.NoError(t, err)
	assert.GreaterOrEqual(t, major, 79, "older charts have a default password")
}

func TestEveryDashboardHasAConfigMap(t *testing.T) {
	t.Parallel()
	recorder := run(t, &monitoring.Args{GPU: true, Cost: true})
	for name, uid := range map[string]string{
		"m-dashboard":             "mlops-tenants",
		"m-dashboard-deployments": "mlops-deployments",
		"m-dashboard-platform":    "mlops-platform",
		"m-dashboard-gpu":         "mlops-gpu",
		"m-dashboard-cost":        "mlops-cost",
	} {
		made := recorder.One(t, configMap, name)
		assertProps(t, made, map[string]any{
			"metadata.name":        "dashboard-" + uid,
			"metadata.namespace":   "monitoring",
			"metadata.labels":      map[string]any{"grafana_dashboard": "1"},
			"metadata.annotations": map[string]any{"grafana_folder": "MLOps"},
		})
		data, ok := made.Prop("data").(map[string]any)
		require.True(t, ok)
		require.Len(t, data, 1)
		assert.Contains(t, data, uid+".json")
	}
	assert.Len(t, recorder.OfType(configMap), 5)
	assert.Len(t, run(t, nil).OfType(configMap), 3, "neither GPUs nor costs unless asked for")
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
	assert.Equal(t, settings(map[string]any{
		"security": map[string]any{"cookie_secure": true, "strict_transport_security": true},
		"server":   map[string]any{"root_url": "https://grafana.example.com"},
	}), r.Prop("values.grafana").(map[string]any)["grafana.ini"])
}

// settings are those of Grafana's ini that are the same everywhere, and some.
func settings(more map[string]any) map[string]any {
	all := map[string]any{
		"analytics":      map[string]any{"check_for_updates": false, "reporting_enabled": false},
		"auth.anonymous": map[string]any{"enabled": false},
		"users":          map[string]any{"allow_sign_up": false},
	}
	maps.Copy(all, more)
	return all
}

// TestGrafanaIsClosed reads what Grafana is told where it is not published.
func TestGrafanaIsClosed(t *testing.T) {
	t.Parallel()
	grafana := run(t, nil).One(t, release, stack).Prop("values.grafana").(map[string]any)
	assert.Equal(t, settings(map[string]any{
		"security": map[string]any{"cookie_secure": false, "strict_transport_security": false},
	}), grafana["grafana.ini"])
	assert.Equal(t, map[string]any{"enabled": false}, grafana["ingress"])
}
