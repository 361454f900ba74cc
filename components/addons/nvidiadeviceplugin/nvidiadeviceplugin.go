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
	chart.Installed

	// The outputs, as in chart.Ref.
	Namespace    pulumi.StringOutput `pulumi:"namespace"`
	ReleaseName  pulumi.StringOutput `pulumi:"releaseName"`
	ChartVersion pulumi.StringOutput `pulumi:"chartVersion"`
}

// New installs the add-on.
func New(ctx *pulumi.Context, name string, args *Args, opts ...pulumi.ResourceOption) (*NvidiaDevicePlugin, error) {
	in, plugin := args.withDefaults(), &NvidiaDevicePlugin{}
	err := chart.Install(ctx, name, plugin, chart.Addon{
		Token: Token, Record: Record, Invalid: in.validate(),
		Inputs:    pulumi.Map{"namespace": pulumi.String(in.Namespace)},
		Namespace: pulumi.String(in.Namespace), Values: in.values(), DependsOn: in.DependsOn,
	}, opts...)
	if err != nil {
		return nil, fmt.Errorf("nvidia device plugin %q: %w", name, err)
	}
	return plugin, nil
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
