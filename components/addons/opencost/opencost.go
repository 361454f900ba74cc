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
	ref chart.Ref
}

// Ref returns what others need to know of the add-on.
func (c *OpenCost) Ref() chart.Ref { return c.ref }

// New installs the add-on.
func New(ctx *pulumi.Context, name string, args *Args, opts ...pulumi.ResourceOption) (*OpenCost, error) {
	in := Args{}
	if args != nil {
		in = *args
	}
	if err := in.validate(); err != nil {
		return nil, fmt.Errorf("opencost %q: %w", name, err)
	}
	c := &OpenCost{}
	if err := ctx.RegisterComponentResourceV2(Token, name, in.inputs(), c, opts...); err != nil {
		return nil, err
	}
	if err := c.create(ctx, name, &in); err != nil {
		return nil, fmt.Errorf("opencost %q: %w", name, err)
	}
	return c, ctx.RegisterResourceOutputs(c, c.ref.Outputs())
}

func (a *Args) inputs() pulumi.Map {
	return pulumi.Map{
		"namespace":    a.Namespace,
		"clusterId":    pulumi.String(a.ClusterID),
		"chartVersion": pulumi.String(ChartVersion),
	}
}

func (c *OpenCost) create(ctx *pulumi.Context, name string, in *Args) error {
	release, err := chart.New(ctx, name+"-release", &chart.Args{
		Chart: Chart, Version: ChartVersion, Repository: Repository,
		Namespace: in.Namespace, Values: in.values(),
		// The ServiceMonitor's CRD must exist before the release, and Prometheus
		// before the pod, which ends without it.
	}, pulumi.Parent(c), pulumi.DependsOn(in.DependsOn))
	if err != nil {
		return err
	}
	c.ref = chart.RefOf(release)
	return nil
}

func (a *Args) values() map[string]any {
	return map[string]any{
		"fullnameOverride": Chart,
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
