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
	chart.Installed

	// The outputs, as in chart.Ref.
	Namespace    pulumi.StringOutput `pulumi:"namespace"`
	ReleaseName  pulumi.StringOutput `pulumi:"releaseName"`
	ChartVersion pulumi.StringOutput `pulumi:"chartVersion"`
}

// New installs the add-on.
func New(ctx *pulumi.Context, name string, args *Args, opts ...pulumi.ResourceOption) (*DCGMExporter, error) {
	in, exporter := args.withDefaults(), &DCGMExporter{}
	err := chart.Install(ctx, name, exporter, chart.Addon{
		Token: Token, Record: Record, Invalid: in.validate(),
		Inputs:    pulumi.Map{"namespace": in.Namespace},
		Namespace: in.Namespace, Values: in.values(), DependsOn: in.DependsOn,
	}, opts...)
	if err != nil {
		return nil, fmt.Errorf("dcgm exporter %q: %w", name, err)
	}
	return exporter, nil
}

func (a *Args) values() map[string]any {
	return map[string]any{
		"nodeSelector": chart.GPUNodeSelector(),
		"tolerations":  chart.Tolerations(scheduling.GPUTaint()),
		// With one GPU the exporter takes up to 500 MiB.
		"resources": chart.Resources("50m", "1Gi"),
		"serviceMonitor": map[string]any{
			"enabled":  true,
			"interval": a.Interval,
			// The exporter labels a GPU with the namespace and pod that use it.
			// Without this Prometheus would overwrite them with the exporter's own.
			"honorLabels": true,
		},
	}
}
