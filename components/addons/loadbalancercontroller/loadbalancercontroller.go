package loadbalancercontroller

import (
	"fmt"

	helm "github.com/pulumi/pulumi-kubernetes/sdk/v4/go/kubernetes/helm/v3"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/mlops-iac/mlops/components/addons/chart"
)

// Token is the type token of the component.
const Token = "mlops:index:LoadBalancerController"

// LoadBalancerController is the component.
type LoadBalancerController struct {
	pulumi.ResourceState
	ref     chart.Ref
	release *helm.Release
}

// Ref returns what others need to know of the add-on.
func (c *LoadBalancerController) Ref() chart.Ref { return c.ref }

// Ready returns what must run before an Ingress gets a load balancer, and must
// still run when it loses it. Depend on these and not on the component, whose
// children the SDK registers in the background.
func (c *LoadBalancerController) Ready() []pulumi.Resource { return []pulumi.Resource{c.release} }

// New installs the add-on.
func New(ctx *pulumi.Context, name string, args *Args, opts ...pulumi.ResourceOption) (*LoadBalancerController, error) {
	in := args.withDefaults()
	if err := in.validate(); err != nil {
		return nil, fmt.Errorf("load balancer controller %q: %w", name, err)
	}
	c := &LoadBalancerController{}
	if err := ctx.RegisterComponentResourceV2(Token, name, in.inputs(), c, opts...); err != nil {
		return nil, err
	}
	if err := c.create(ctx, name, in); err != nil {
		return nil, fmt.Errorf("load balancer controller %q: %w", name, err)
	}
	return c, ctx.RegisterResourceOutputs(c, c.ref.Outputs())
}

func (a *Args) inputs() pulumi.Map {
	return pulumi.Map{
		"clusterName":  a.ClusterName,
		"vpcId":        a.VPCID,
		"region":       pulumi.String(a.Region),
		"chartVersion": pulumi.String(ChartVersion),
	}
}

func (c *LoadBalancerController) create(ctx *pulumi.Context, name string, in *Args) error {
	release, err := chart.New(ctx, name+"-release", &chart.Args{
		Chart: Chart, Version: ChartVersion, Repository: Repository,
		Namespace: pulumi.String(in.Namespace), Values: in.values(),
		// The identity must exist before the pods: credentials are injected when
		// a pod is admitted, and a pod admitted earlier never gets any.
	}, pulumi.Parent(c), pulumi.DependsOn(in.DependsOn))
	if err != nil {
		return err
	}
	c.release, c.ref = release, chart.RefOf(release)
	return nil
}

func (a *Args) values() map[string]any {
	values := map[string]any{
		"clusterName": a.ClusterName,
		"region":      a.Region,
		// Given, because the controller would otherwise ask the instance
		// metadata service, which a hop limit of 1 hides from pods.
		"vpcId":          a.VPCID,
		"serviceAccount": chart.ServiceAccount(ServiceAccount, a.ServiceAccountAnnotations),
		"replicaCount":   a.Replicas,
		"nodeSelector":   chart.StringMap(a.NodeSelector),
		"resources":      chart.Resources("100m", "256Mi"),
		"ingressClass":   IngressClass,
		// Pods have addresses of the VPC, so a load balancer reaches them
		// without the detour over a node port.
		"defaultTargetType": "ip",
		// The webhook would take over every Service of type LoadBalancer and,
		// while it is down, keep any Service from being created.
		"enableServiceMutatorWebhook": false,
		// Their permissions are not granted either.
		"enableShield":   false,
		"enableWaf":      false,
		"enableWafv2":    false,
		"defaultTags":    chart.StringMap(a.Tags),
		"serviceMonitor": map[string]any{"enabled": a.ServiceMonitor, "interval": "30s"},
	}
	if a.Replicas > 1 {
		values["podDisruptionBudget"] = map[string]any{"maxUnavailable": 1}
	}
	return values
}
