package nvidiadeviceplugin

import (
	"fmt"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/mlops-iac/mlops/components/addons/chart"
	"github.com/mlops-iac/mlops/components/scheduling"
)

// Token is the type token of the component.
const Token = "mlops:index:NvidiaDevicePlugin"

// NvidiaDevicePlugin is the component.
type NvidiaDevicePlugin struct {
	pulumi.ResourceState
	ref chart.Ref
}

// Ref returns what others need to know of the add-on.
func (c *NvidiaDevicePlugin) Ref() chart.Ref { return c.ref }

// New installs the add-on.
func New(ctx *pulumi.Context, name string, args *Args, opts ...pulumi.ResourceOption) (*NvidiaDevicePlugin, error) {
	in := args.withDefaults()
	if err := in.validate(); err != nil {
		return nil, fmt.Errorf("nvidia device plugin %q: %w", name, err)
	}
	c := &NvidiaDevicePlugin{}
	if err := ctx.RegisterComponentResourceV2(Token, name, in.inputs(), c, opts...); err != nil {
		return nil, err
	}
	if err := c.create(ctx, name, in); err != nil {
		return nil, fmt.Errorf("nvidia device plugin %q: %w", name, err)
	}
	return c, ctx.RegisterResourceOutputs(c, c.ref.Outputs())
}

func (a *Args) inputs() pulumi.Map {
	return pulumi.Map{
		"namespace":    pulumi.String(a.Namespace),
		"chartVersion": pulumi.String(ChartVersion),
	}
}

func (c *NvidiaDevicePlugin) create(ctx *pulumi.Context, name string, in *Args) error {
	release, err := chart.New(ctx, name+"-release", &chart.Args{
		Chart: Chart, Version: ChartVersion, Repository: Repository,
		Namespace: pulumi.String(in.Namespace), Values: in.values(),
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
		// The chart's own affinity asks for labels of node-feature-discovery,
		// which this platform does not run; without this no pod would start.
		"affinity":    chart.GPUNodeAffinity(),
		"tolerations": chart.Tolerations(scheduling.GPUTaint()),
		"resources":   chart.Resources("10m", "64Mi"),
		"migStrategy": "none",
		"gfd":         map[string]any{"enabled": false},
	}
}
