package monitoring

import (
	"encoding/json"
	"fmt"
	"strings"

	"github.com/pulumi/pulumi-kubernetes/sdk/v4/go/kubernetes"
	"github.com/pulumi/pulumi-kubernetes/sdk/v4/go/kubernetes/apiextensions"
	corev1 "github.com/pulumi/pulumi-kubernetes/sdk/v4/go/kubernetes/core/v1"
	metav1 "github.com/pulumi/pulumi-kubernetes/sdk/v4/go/kubernetes/meta/v1"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/mlops-iac/mlops/components/monitoring/dashboard"
	"github.com/mlops-iac/mlops/components/monitoring/rules"
)

// folder is where the platform's dashboards are filed in Grafana.
const folder = "MLOps"

// createContent makes what the stack shows and watches.
func (m *Monitoring) createContent(ctx *pulumi.Context, name string, in *Args) error {
	if err := m.createRules(ctx, name, in); err != nil {
		return err
	}
	boards, err := dashboard.All(dashboard.Options{GPU: in.GPU, Cost: in.Cost})
	if err != nil {
		return err
	}
	for _, board := range boards {
		if err := m.createDashboard(ctx, dashboardName(name, board.UID), board); err != nil {
			return err
		}
	}
	return nil
}

// dashboardName is the Pulumi name of a dashboard. That of the tenants was the
// first and has no suffix.
func dashboardName(name, uid string) string {
	if uid == dashboard.TenantsUID {
		return name + "-dashboard"
	}
	return name + "-dashboard-" + strings.TrimPrefix(uid, dashboard.Tag+"-")
}

// createDashboard gives each dashboard a ConfigMap of its own: the API server
// refuses one above 1 MiB.
func (m *Monitoring) createDashboard(ctx *pulumi.Context, name string, board dashboard.Dashboard) error {
	_, err := corev1.NewConfigMap(ctx, name, &corev1.ConfigMapArgs{
		Metadata: metav1.ObjectMetaArgs{
			Name:        pulumi.String("dashboard-" + board.UID),
			Namespace:   m.namespaceName(),
			Labels:      pulumi.StringMap{DashboardLabel: pulumi.String(DashboardLabelValue)},
			Annotations: pulumi.StringMap{DashboardFolder: pulumi.String(folder)},
		},
		Data: pulumi.StringMap{board.FileName: pulumi.String(board.JSON)},
	}, pulumi.Parent(m))
	if err != nil {
		return fmt.Errorf("creating dashboard %s: %w", board.UID, err)
	}
	return nil
}

func (m *Monitoring) createRules(ctx *pulumi.Context, name string, in *Args) error {
	rule := rules.New(rules.Options{Namespace: in.Namespace, RunbookBaseURL: in.RunbookBaseURL, GPU: in.GPU, Cost: in.Cost})
	spec, err := untyped(rule.Spec)
	if err != nil {
		return fmt.Errorf("rendering rules: %w", err)
	}
	_, err = apiextensions.NewCustomResource(ctx, name+"-rules", &apiextensions.CustomResourceArgs{
		ApiVersion:  pulumi.String(rule.APIVersion),
		Kind:        pulumi.String(rule.Kind),
		Metadata:    metav1.ObjectMetaArgs{Name: pulumi.String(rule.Name), Namespace: m.namespaceName()},
		OtherFields: kubernetes.UntypedArgs{"spec": spec},
		// The CRD of PrometheusRule comes with the release.
	}, pulumi.Parent(m), pulumi.DependsOn([]pulumi.Resource{m.Release}))
	if err != nil {
		return fmt.Errorf("creating rules: %w", err)
	}
	return nil
}

// untyped turns an API type into the map a custom resource takes.
func untyped(value any) (map[string]any, error) {
	text, err := json.Marshal(value)
	if err != nil {
		return nil, err
	}
	var fields map[string]any
	return fields, json.Unmarshal(text, &fields)
}
