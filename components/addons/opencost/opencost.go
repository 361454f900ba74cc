package opencost

import (
	"fmt"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/mlops-iac/mlops/components/addons/chart"
)

// Token is the type token of the component.
const Token = "mlops:index:OpenCost"

// OpenCost is the component.
type OpenCost struct {
	pulumi.ResourceState
	chart.Installed

	// The outputs, as in chart.Ref.
	Namespace    pulumi.StringOutput `pulumi:"namespace"`
	ReleaseName  pulumi.StringOutput `pulumi:"releaseName"`
	ChartVersion pulumi.StringOutput `pulumi:"chartVersion"`
}

// New installs the add-on.
func New(ctx *pulumi.Context, name string, args *Args, opts ...pulumi.ResourceOption) (*OpenCost, error) {
	in, costs := args.withDefaults(), &OpenCost{}
	err := chart.Install(ctx, name, costs, chart.Addon{
		Token: Token, Record: Record, Invalid: in.validate(),
		Inputs:    pulumi.Map{"namespace": in.Namespace, "clusterId": pulumi.String(in.ClusterID)},
		Namespace: in.Namespace, ClusterRole: &chart.ClusterRole{ServiceAccount: Record.Chart, Rules: rules()},
		Values: in.values(), DependsOn: in.DependsOn,
	}, opts...)
	if err != nil {
		return nil, fmt.Errorf("opencost %q: %w", name, err)
	}
	return costs, nil
}

// rules are what OpenCost reads. The chart's role adds the proxy of nodes, through which
// one can run commands in any container of a node.
func rules() []chart.Rule {
	var list []chart.Rule
	for _, of := range []struct {
		group     string
		resources []string
	}{
		{"", []string{
			"configmaps", "endpoints", "limitranges", "namespaces", "nodes", "persistentvolumeclaims", "persistentvolumes", "pods",
			"replicationcontrollers", "resourcequotas", "services",
		}},
		{"apps", []string{"daemonsets", "deployments", "replicasets", "statefulsets"}},
		{"autoscaling", []string{"horizontalpodautoscalers"}},
		{"batch", []string{"cronjobs", "jobs"}},
		{"policy", []string{"poddisruptionbudgets"}},
		{"storage.k8s.io", []string{"storageclasses"}},
	} {
		list = append(list, chart.Rule{Group: of.group, Resources: of.resources, Verbs: []string{"get", "list", "watch"}})
	}
	return list
}

func (a *Args) values() map[string]any {
	return map[string]any{
		"fullnameOverride": Record.Chart,
		"rbac":             map[string]any{"enabled": false},
		"podSecurityContext": map[string]any{
			"runAsNonRoot": true, "runAsUser": userID, "seccompProfile": map[string]any{"type": "RuntimeDefault"},
		},
		"opencost": map[string]any{
			"nodeSelector": chart.StringMap(a.NodeSelector),
			"exporter":     a.exporterValues(),
			"metrics":      metricsValues(),
			// "external" is any URL; "internal" composes one of the chart's own making.
			"prometheus": map[string]any{
				"internal": map[string]any{"enabled": false},
				"external": map[string]any{"enabled": true, "url": a.PrometheusURL},
			},
			// It has no login, and everybody who reaches it sees every tenant.
			"ui": map[string]any{"enabled": false},
			// It reads bills and needs credentials for them.
			"cloudCost": map[string]any{"enabled": false},
		},
	}
}

func (a *Args) exporterValues() map[string]any {
	return map[string]any{
		"defaultClusterId": a.ClusterID,
		"resources":        chart.Resources(cpu, memory),
		"securityContext": map[string]any{
			"allowPrivilegeEscalation": false, "readOnlyRootFilesystem": true, "capabilities": map[string]any{"drop": []any{"ALL"}},
		},
	}
}

func metricsValues() map[string]any {
	return map[string]any{
		"serviceMonitor": map[string]any{
			"enabled": true, "scrapeInterval": scrapeInterval,
			// The labels namespace and pod are those of the pods that cost, not of OpenCost.
			"honorLabels": true,
		},
		// kube-state-metrics publishes these already, and twice would be wrong sums.
		"kubeStateMetrics": map[string]any{
			"emitKsmV1Metrics": false, "emitKsmV1MetricsOnly": false,
			"emitNamespaceAnnotations": false, "emitPodAnnotations": false,
		},
	}
}
