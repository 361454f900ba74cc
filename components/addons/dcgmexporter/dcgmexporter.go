package dcgmexporter

import (
	"fmt"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/mlops-iac/mlops/components/addons/chart"
	"github.com/mlops-iac/mlops/components/scheduling"
)

// Token is the type token of the component.
const Token = "mlops:index:DCGMExporter"

// DCGMExporter is the component.
type DCGMExporter struct {
	pulumi.ResourceState
	ref chart.Ref
}

// Ref returns what others need to know of the add-on.
func (c *DCGMExporter) Ref() chart.Ref { return c.ref }

// New installs the add-on.
func New(ctx *pulumi.Context, name string, args *Args, opts ...pulumi.ResourceOption) (*DCGMExporter, error) {
	in := args.withDefaults()
	if err := in.validate(); err != nil {
		return nil, fmt.Errorf("dcgm exporter %q: %w", name, err)
	}
	c := &DCGMExporter{}
	if err := ctx.RegisterComponentResourceV2(Token, name, in.inputs(), c, opts...); err != nil {
		return nil, err
	}
	if err := c.create(ctx, name, in); err != nil {
		return nil, fmt.Errorf("dcgm exporter %q: %w", name, err)
	}
	return c, ctx.RegisterResourceOutputs(c, c.ref.Outputs())
}

func (a *Args) inputs() pulumi.Map {
	return pulumi.Map{
		"namespace":    a.Namespace,
		"chartVersion": pulumi.String(ChartVersion),
	}
}

func (c *DCGMExporter) create(ctx *pulumi.Context, name string, in *Args) error {
	release, err := chart.New(ctx, name+"-release", &chart.Args{
		Chart: Chart, Version: ChartVersion, Repository: Repository,
		Namespace: in.Namespace, Values: in.values(),
		// The ServiceMonitor's CRD must exist before the release.
	}, pulumi.Parent(c), pulumi.DependsOn(in.DependsOn))
	if err != nil {
		return err
	}
	c.ref = chart.RefOf(release)
	return nil
}

func (a *Args) values() map[string]any {
	return map[string]any{
		"nodeSelector": chart.GPUNodeSelector(),
		"tolerations":  chart.Tolerations(scheduling.GPUTaint()),
		"resources":    chart.Resources("50m", "512Mi"),
		"serviceMonitor": map[string]any{
			"enabled":  true,
			"interval": a.Interval,
			// The exporter labels a GPU with the namespace and pod that use it.
			// Without this Prometheus would overwrite them with the exporter's own.
			"honorLabels": true,
		},
	}
}
