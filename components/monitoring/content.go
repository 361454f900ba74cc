package monitoring

import (
	"encoding/json"
	"fmt"

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
	text, err := dashboard.JSON()
	if err != nil {
		return err
	}
	_, err = corev1.NewConfigMap(ctx, name+"-dashboard", &corev1.ConfigMapArgs{
		Metadata: metav1.ObjectMetaArgs{
			Name:        pulumi.String("dashboard-" + dashboard.UID),
			Namespace:   m.namespaceName(),
			Labels:      pulumi.StringMap{DashboardLabel: pulumi.String(DashboardLabelValue)},
			Annotations: pulumi.StringMap{DashboardFolder: pulumi.String(folder)},
		},
		Data: pulumi.StringMap{dashboard.FileName: pulumi.String(text)},
	}, pulumi.Parent(m))
	if err != nil {
		return fmt.Errorf("creating dashboard: %w", err)
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
