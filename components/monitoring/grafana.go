package monitoring

import "github.com/mlops-iac/mlops/components/addons/chart"

// grafanaValues sets no password and no Secret for one: the chart then makes a
// random one in the cluster and keeps it over updates.
func (a *Args) grafanaValues() map[string]any {
	values := map[string]any{
		"fullnameOverride": GrafanaName,
		"nodeSelector":     chart.StringMap(a.NodeSelector),
		"resources":        chart.Resources("50m", "512Mi"),
		// Everything Grafana shows comes from ConfigMaps, so it needs no volume.
		"persistence":               map[string]any{"enabled": false},
		"defaultDashboardsTimezone": "browser",
		"grafana.ini":               a.grafanaSettings(),
		"ingress":                   map[string]any{"enabled": false},
		"sidecar": map[string]any{"dashboards": map[string]any{
			"enabled":          true,
			"label":            DashboardLabel,
			"labelValue":       DashboardLabelValue,
			"searchNamespace":  "ALL",
			"folderAnnotation": DashboardFolder,
			"provider":         map[string]any{"foldersFromFilesStructure": true, "allowUiUpdates": false},
		}},
	}
	if a.Grafana.Ingress != nil {
		values["ingress"] = a.Grafana.Ingress.values()
	}
	return values
}

func (a *Args) grafanaSettings() map[string]any {
	settings := map[string]any{
		"analytics":      map[string]any{"check_for_updates": false, "reporting_enabled": false},
		"auth.anonymous": map[string]any{"enabled": false},
		"users":          map[string]any{"allow_sign_up": false},
		"security":       map[string]any{"cookie_secure": a.Grafana.Ingress != nil, "strict_transport_security": a.Grafana.Ingress != nil},
	}
	if a.Grafana.Ingress != nil {
		settings["server"] = map[string]any{"root_url": "https://" + a.Grafana.Ingress.Host}
	}
	return settings
}

func (i *Ingress) values() map[string]any {
	values := map[string]any{
		"enabled":          true,
		"ingressClassName": i.ClassName,
		"hosts":            []any{i.Host},
		"annotations":      chart.StringMap(i.Annotations),
	}
	if i.TLSSecretName != "" {
		values["tls"] = []any{map[string]any{"secretName": i.TLSSecretName, "hosts": []any{i.Host}}}
	}
	return values
}
