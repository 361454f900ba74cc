package loadbalancercontroller

import (
	"fmt"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/mlops-iac/mlops/components/addons/chart"
)

// Token is the type token of the component.
const Token = "mlops:index:LoadBalancerController"

// LoadBalancerController is the component.
type LoadBalancerController struct {
	pulumi.ResourceState
	chart.Installed

	// The outputs, as in chart.Ref.
	Namespace    pulumi.StringOutput `pulumi:"namespace"`
	ReleaseName  pulumi.StringOutput `pulumi:"releaseName"`
	ChartVersion pulumi.StringOutput `pulumi:"chartVersion"`
}

// New installs the add-on.
func New(ctx *pulumi.Context, name string, args *Args, opts ...pulumi.ResourceOption) (*LoadBalancerController, error) {
	in, controller := args.withDefaults(), &LoadBalancerController{}
	err := chart.Install(ctx, name, controller, chart.Addon{
		Token: Token, Record: Record, Invalid: in.validate(),
		Inputs:    pulumi.Map{"clusterName": in.ClusterName, "vpcId": in.VPCID, "region": pulumi.String(in.Region)},
		Namespace: pulumi.String(in.Namespace), Values: in.values(), DependsOn: in.DependsOn,
	}, opts...)
	if err != nil {
		return nil, fmt.Errorf("load balancer controller %q: %w", name, err)
	}
	return controller, nil
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
