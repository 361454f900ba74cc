package metricsserver

import (
	"fmt"

	helm "github.com/pulumi/pulumi-kubernetes/sdk/v4/go/kubernetes/helm/v3"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/mlops-iac/mlops/components/addons/chart"
)

// Token is the type token of the component.
const Token = "mlops:index:MetricsServer"

// MetricsServer is the component.
type MetricsServer struct {
	pulumi.ResourceState
	ref     chart.Ref
	release *helm.Release
}

// Ref returns what others need to know of the add-on.
func (c *MetricsServer) Ref() chart.Ref { return c.ref }

// Ready returns what must exist before something is scaled. Depend on these and
// not on the component, whose children the SDK registers in the background.
func (c *MetricsServer) Ready() []pulumi.Resource { return []pulumi.Resource{c.release} }

// New installs the add-on.
func New(ctx *pulumi.Context, name string, args *Args, opts ...pulumi.ResourceOption) (*MetricsServer, error) {
	in := args.withDefaults()
	if err := in.validate(); err != nil {
		return nil, fmt.Errorf("metrics server %q: %w", name, err)
	}
	c := &MetricsServer{}
	if err := ctx.RegisterComponentResourceV2(Token, name, in.inputs(), c, opts...); err != nil {
		return nil, err
	}
	if err := c.create(ctx, name, in); err != nil {
		return nil, fmt.Errorf("metrics server %q: %w", name, err)
	}
	return c, ctx.RegisterResourceOutputs(c, c.ref.Outputs())
}

func (a *Args) inputs() pulumi.Map {
	return pulumi.Map{
		"namespace":    pulumi.String(a.Namespace),
		"chartVersion": pulumi.String(ChartVersion),
	}
}

func (c *MetricsServer) create(ctx *pulumi.Context, name string, in *Args) error {
	release, err := chart.New(ctx, name+"-release", &chart.Args{
		Chart: Chart, Version: ChartVersion, Repository: Repository,
		Namespace: pulumi.String(in.Namespace), Values: in.values(),
	}, pulumi.Parent(c), pulumi.DependsOn(in.DependsOn))
	if err != nil {
		return err
	}
	c.ref, c.release = chart.RefOf(release), release
	return nil
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
