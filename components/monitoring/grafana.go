package monitoring

import (
	"fmt"

	metav1 "github.com/pulumi/pulumi-kubernetes/sdk/v4/go/kubernetes/meta/v1"
	rbacv1 "github.com/pulumi/pulumi-kubernetes/sdk/v4/go/kubernetes/rbac/v1"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/mlops-iac/mlops/components/addons/chart"
)

// grafanaRoleName is the Role of Grafana, in place of the chart's.
const grafanaRoleName = "grafana-content"

// createGrafanaRole lets Grafana find its dashboards and data sources: ConfigMaps in its own
// namespace. The chart's role reads every Secret of the cluster.
func (m *Monitoring) createGrafanaRole(ctx *pulumi.Context, name string) (pulumi.Resource, error) {
	role, err := rbacv1.NewRole(ctx, name+"-grafana-role", &rbacv1.RoleArgs{
		Metadata: metav1.ObjectMetaArgs{
			Name: pulumi.String(grafanaRoleName), Namespace: m.namespaceName(),
			Labels: pulumi.StringMap{"app.kubernetes.io/managed-by": pulumi.String("pulumi")},
		},
		Rules: rbacv1.PolicyRuleArray{rbacv1.PolicyRuleArgs{
			ApiGroups: pulumi.ToStringArray([]string{""}), Resources: pulumi.ToStringArray([]string{"configmaps"}),
			Verbs: pulumi.ToStringArray([]string{"get", "list", "watch"}),
		}},
	}, pulumi.Parent(m))
	if err != nil {
		return nil, fmt.Errorf("creating the role of grafana: %w", err)
	}
	return role, nil
}

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
		"sidecar":                   a.sidecarValues(),
		"rbac":                      map[string]any{"namespaced": true, "useExistingRole": grafanaRoleName},
	}
	if a.Grafana.Ingress != nil {
		values["ingress"] = a.Grafana.Ingress.values()
	}
	return values
}

// sidecarValues look for what Grafana shows in ConfigMaps of its own namespace. The chart's
// values look in all, and in Secrets too.
func (a *Args) sidecarValues() map[string]any {
	return map[string]any{
		"resources": chart.Resources("10m", "128Mi"),
		"dashboards": map[string]any{
			"enabled":          true,
			"label":            DashboardLabel,
			"labelValue":       DashboardLabelValue,
			"resource":         "configmap",
			"searchNamespace":  a.Namespace,
			"folderAnnotation": DashboardFolder,
			"provider":         map[string]any{"foldersFromFilesStructure": true, "allowUiUpdates": false},
		},
		"datasources": map[string]any{"resource": "configmap", "searchNamespace": a.Namespace},
	}
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
