package metricsserver

import (
	"fmt"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/mlops-iac/mlops/components/addons/chart"
)

// Token is the type token of the component.
const Token = "mlops:index:MetricsServer"

// MetricsServer is the component.
type MetricsServer struct {
	pulumi.ResourceState
	chart.Installed

	// The outputs, as in chart.Ref.
	Namespace    pulumi.StringOutput `pulumi:"namespace"`
	ReleaseName  pulumi.StringOutput `pulumi:"releaseName"`
	ChartVersion pulumi.StringOutput `pulumi:"chartVersion"`
}

// New installs the add-on.
func New(ctx *pulumi.Context, name string, args *Args, opts ...pulumi.ResourceOption) (*MetricsServer, error) {
	in, server := args.withDefaults(), &MetricsServer{}
	err := chart.Install(ctx, name, server, chart.Addon{
		Token: Token, Record: Record, Invalid: in.validate(),
		Inputs:    pulumi.Map{"namespace": pulumi.String(in.Namespace)},
		Namespace: pulumi.String(in.Namespace), Values: in.values(), DependsOn: in.DependsOn,
	}, opts...)
	if err != nil {
		return nil, fmt.Errorf("metrics server %q: %w", name, err)
	}
	return server, nil
}

func (a *Args) values() map[string]any {
	args := []any{}
	if a.InsecureKubeletTLS {
		args = append(args, "--kubelet-insecure-tls")
	}
	return map[string]any{
		"args":         args,
		"nodeSelector": chart.StringMap(a.NodeSelector),
		"resources":    chart.Resources("100m", "200Mi"),
		// The chart's default lets the API server trust whoever answers.
		"tls":        map[string]any{"type": "helm", "helm": map[string]any{"certDurationDays": certificateDays}},
		"apiService": map[string]any{"insecureSkipTLSVerify": false},
	}
}
