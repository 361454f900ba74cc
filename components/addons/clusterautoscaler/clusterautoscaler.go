package clusterautoscaler

import (
	"fmt"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/mlops-iac/mlops/components/addons/chart"
)

// Token is the type token of the component.
const Token = "mlops:index:ClusterAutoscaler"

// ClusterAutoscaler is the component.
type ClusterAutoscaler struct {
	pulumi.ResourceState
	chart.Installed

	// The outputs, as in chart.Ref.
	Namespace    pulumi.StringOutput `pulumi:"namespace"`
	ReleaseName  pulumi.StringOutput `pulumi:"releaseName"`
	ChartVersion pulumi.StringOutput `pulumi:"chartVersion"`
}

// New installs the add-on.
func New(ctx *pulumi.Context, name string, args *Args, opts ...pulumi.ResourceOption) (*ClusterAutoscaler, error) {
	in, autoscaler := args.withDefaults(), &ClusterAutoscaler{}
	err := chart.Install(ctx, name, autoscaler, chart.Addon{
		Token: Token, Record: Record, Invalid: in.validate(),
		Inputs:    pulumi.Map{"clusterName": in.ClusterName, "region": pulumi.String(in.Region)},
		Namespace: pulumi.String(in.Namespace), Values: in.values(), DependsOn: in.DependsOn,
	}, opts...)
	if err != nil {
		return nil, fmt.Errorf("cluster autoscaler %q: %w", name, err)
	}
	return autoscaler, nil
}

func (a *Args) values() map[string]any {
	image := map[string]any{}
	if a.ImageTag != "" {
		image["tag"] = a.ImageTag
	}
	return map[string]any{
		"fullnameOverride": Record.Chart,
		"cloudProvider":    "aws",
		"awsRegion":        a.Region,
		"autoDiscovery":    map[string]any{"clusterName": a.ClusterName},
		"rbac":             map[string]any{"serviceAccount": chart.ServiceAccount(ServiceAccount, a.ServiceAccountAnnotations)},
		"image":            image,
		"replicaCount":     a.Replicas,
		"nodeSelector":     chart.StringMap(a.NodeSelector),
		"resources":        chart.Resources("100m", "600Mi"),
		"extraArgs": map[string]any{
			// Groups of the same kind in several zones grow together, so one
			// zone's outage takes no more than its share.
			"balance-similar-node-groups": true,
			// The group that leaves the least CPU idle; with GPU groups that
			// means a pod without a GPU never grows one.
			"expander": "least-waste",
			// Otherwise a node with one coredns pod is never given back.
			"skip-nodes-with-system-pods": false,
			// Tenants' scratch space is an emptyDir, which must not pin a node.
			"skip-nodes-with-local-storage": false,
			// What the last node of an emptied group looked like is remembered, also when
			// its GPU driver never started; without an end no node would be added again.
			"node-info-cache-expire-time": "10m",
			// Nodes of one role differ in nothing but their zone.
			"balancing-ignore-label_1": "topology.ebs.csi.aws.com/zone",
		},
		"securityContext":          map[string]any{"runAsNonRoot": true, "runAsUser": 65534, "seccompProfile": map[string]any{"type": "RuntimeDefault"}},
		"containerSecurityContext": map[string]any{"allowPrivilegeEscalation": false, "readOnlyRootFilesystem": true, "capabilities": map[string]any{"drop": []any{"ALL"}}},
		// The selector replaces the chart's own label, which Prometheus here does not ask for.
		"serviceMonitor": map[string]any{"enabled": a.ServiceMonitor, "namespace": a.Namespace, "interval": "30s"},
	}
}
