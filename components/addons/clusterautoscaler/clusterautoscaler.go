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
	ref chart.Ref
}

// Ref returns what others need to know of the add-on.
func (c *ClusterAutoscaler) Ref() chart.Ref { return c.ref }

// New installs the add-on.
func New(ctx *pulumi.Context, name string, args *Args, opts ...pulumi.ResourceOption) (*ClusterAutoscaler, error) {
	in := args.withDefaults()
	if err := in.validate(); err != nil {
		return nil, fmt.Errorf("cluster autoscaler %q: %w", name, err)
	}
	c := &ClusterAutoscaler{}
	if err := ctx.RegisterComponentResourceV2(Token, name, in.inputs(), c, opts...); err != nil {
		return nil, err
	}
	if err := c.create(ctx, name, in); err != nil {
		return nil, fmt.Errorf("cluster autoscaler %q: %w", name, err)
	}
	return c, ctx.RegisterResourceOutputs(c, c.ref.Outputs())
}

func (a *Args) inputs() pulumi.Map {
	return pulumi.Map{
		"clusterName":  a.ClusterName,
		"region":       pulumi.String(a.Region),
		"chartVersion": pulumi.String(ChartVersion),
	}
}

func (c *ClusterAutoscaler) create(ctx *pulumi.Context, name string, in *Args) error {
	release, err := chart.New(ctx, name+"-release", &chart.Args{
		Chart: Chart, Version: ChartVersion, Repository: Repository,
		Namespace: pulumi.String(in.Namespace), Values: in.values(),
		// The identity must exist before the pod: credentials are injected when
		// a pod is admitted, and a pod admitted earlier never gets any.
	}, pulumi.Parent(c), pulumi.DependsOn(in.DependsOn))
	if err != nil {
		return err
	}
	c.ref = chart.RefOf(release)
	return nil
}

func (a *Args) values() map[string]any {
	image := map[string]any{}
	if a.ImageTag != "" {
		image["tag"] = a.ImageTag
	}
	return map[string]any{
		"fullnameOverride": Chart,
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
			// Nodes of one role differ in nothing but their zone.
			"balancing-ignore-label_1": "topology.ebs.csi.aws.com/zone",
		},
		"securityContext":          map[string]any{"runAsNonRoot": true, "runAsUser": 65534, "seccompProfile": map[string]any{"type": "RuntimeDefault"}},
		"containerSecurityContext": map[string]any{"allowPrivilegeEscalation": false, "readOnlyRootFilesystem": true, "capabilities": map[string]any{"drop": []any{"ALL"}}},
		// The selector replaces the chart's own label, which Prometheus here does not ask for.
		"serviceMonitor": map[string]any{"enabled": a.ServiceMonitor, "namespace": a.Namespace, "interval": "30s"},
	}
}
