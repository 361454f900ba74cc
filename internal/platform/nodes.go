package platform

import (
	"maps"
	"slices"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/mlops-iac/mlops/components/cluster"
	"github.com/mlops-iac/mlops/components/network"
	"github.com/mlops-iac/mlops/components/nodegroup"
	"github.com/mlops-iac/mlops/components/scheduling"
	"github.com/mlops-iac/mlops/internal/settings"
)

// nodes are the node groups and the add-ons that need them.
type nodes struct {
	refs  map[string]nodegroup.Ref
	ready []pulumi.Resource
}

// newNodes builds the node groups, then the add-ons that are only healthy on
// nodes: coredns stays degraded without a node of the system role.
func (b *build) newNodes(ctx *pulumi.Context, vpc *network.Network, control *cluster.Cluster, opts ...pulumi.ResourceOption) (*nodes, error) {
	n := &nodes{refs: map[string]nodegroup.Ref{}}
	after := append(slices.Clone(opts), pulumi.DependsOn(control.Ready()))
	for _, name := range slices.Sorted(maps.Keys(b.settings.NodeGroups)) {
		args := b.nodeGroupArgs(b.settings.NodeGroups[name], vpc.Ref(), control.Ref())
		group, err := nodegroup.New(ctx, b.name("nodes", name), args, after...)
		if err != nil {
			return nil, err
		}
		n.refs[name] = group.Ref()
		n.ready = append(n.ready, group.Ready()...)
	}
	addons, err := cluster.NewAddons(ctx, b.addonsName(), &cluster.AddonsArgs{
		Cluster: control.Ref(), Partition: string(b.settings.AWS.Partition),
		Versions: pinned(b.settings.Cluster.AddonVersions, cluster.StageTwoAddons()), Tags: b.tags,
	}, append(slices.Clone(opts), pulumi.DependsOn(n.ready))...)
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

func (b *build) nodeGroupArgs(g settings.NodeGroup, vpc network.Ref, control cluster.Ref) *nodegroup.Args {
	args := &nodegroup.Args{
		Role: scheduling.Role(g.Role), ClusterName: control.Name, KubernetesVersion: b.settings.Cluster.Version,
		InstanceTypes: g.InstanceTypes, AMIType: nodegroup.AMIType(g.AMIType), Capacity: nodegroup.Capacity(g.CapacityType),
		Scaling:   &nodegroup.Scaling{Min: g.MinSize, Max: g.MaxSize, Desired: g.DesiredSize},
		VolumeGiB: g.DiskSizeGiB, Labels: g.Labels, Partition: string(b.settings.AWS.Partition), Tags: b.tags,
	}
	if s := g.Schedule; s != nil && s.Enabled {
		args.Schedule = &nodegroup.Schedule{ScaleDown: s.ScaleDown, ScaleUp: s.ScaleUp, TimeZone: s.TimeZone, Size: s.Size}
	}
	if g.Zone == "" {
		args.SubnetIDs = vpc.PrivateSubnetIDs
		return args
	}
	zone := slices.Index(b.settings.Network.Zones, g.Zone)
	args.SubnetID = vpc.PrivateSubnetIDs.Index(pulumi.Int(zone))
	return args
}

// pinned keeps the versions of the named add-ons.
func pinned(versions map[string]string, names []string) map[string]string {
	kept := maps.Clone(versions)
	maps.DeleteFunc(kept, func(name, _ string) bool { return !slices.Contains(names, name) })
	return kept
}
