package platform

import (
	"maps"
	"slices"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/mlops-iac/mlops/components/cluster"
	"github.com/mlops-iac/mlops/components/network"
	"github.com/mlops-iac/mlops/components/nodegroup"
)

// nodes are the node groups and the add-ons that need them.
type nodes struct {
	refs  map[string]nodegroup.Ref
	ready []pulumi.Resource
}

// newNodes builds the node groups, then the add-ons that are only healthy on
// nodes: coredns stays degraded without a node of the system role. first must exist
// before their pods.
func (b *build) newNodes(
	ctx *pulumi.Context, vpc *network.Network, control *cluster.Cluster, provider pulumi.ProviderResource, first []pulumi.Resource,
) (*nodes, error) {
	running, err := b.runningNodes(ctx, provider)
	if err != nil {
		return nil, err
	}
	n := &nodes{refs: map[string]nodegroup.Ref{}}
	opts := []pulumi.ResourceOption{pulumi.Providers(provider)}
	after := append(slices.Clone(opts), pulumi.DependsOn(control.Ready()))
	for _, name := range slices.Sorted(maps.Keys(b.settings.NodeGroups)) {
		group, err := nodegroup.New(ctx, b.name("nodes", name), &nodegroup.Args{
			NodeGroup: b.settings.NodeGroups[name], ClusterName: control.Ref().Name,
			KubernetesVersion: b.settings.Cluster.Version, SubnetIDs: vpc.Ref().PrivateSubnetIDs,
			Running: running[name], Zones: b.settings.Network.Zones, Partition: string(b.settings.AWS.Partition), Tags: b.tags,
		}, after...)
		if err != nil {
			return nil, err
		}
		n.refs[name] = group.Ref()
		n.ready = append(n.ready, group.Ready()...)
	}
	addons, err := cluster.NewAddons(ctx, b.addonsName(), &cluster.AddonsArgs{
		Cluster: control.Ref(), Partition: string(b.settings.AWS.Partition),
		AddonVersions: b.settings.Cluster.AddonVersions, Tags: b.tags,
	}, append(slices.Clone(opts), pulumi.DependsOn(slices.Concat(n.ready, first)))...)
	if err != nil {
		return nil, err
	}
	n.ready = append(n.ready, addons.Ready()...)
	return n, nil
}

// roles are the roles of the nodes, in the order of the groups' names. The
// kubelet pulls images with them.
func (n *nodes) roles() []pulumi.StringInput {
	var arns []pulumi.StringInput
	for _, name := range slices.Sorted(maps.Keys(n.refs)) {
		arns = append(arns, n.refs[name].RoleARN)
	}
	return arns
}
