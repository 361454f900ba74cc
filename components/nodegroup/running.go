package nodegroup

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/autoscaling"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/eks"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// Sizes are those of a group that exists.
type Sizes struct {
	// MinSize and MaxSize are its bounds in EKS.
	MinSize int `pulumi:"minSize"`
	MaxSize int `pulumi:"maxSize"`
	// Nodes is how many its Auto Scaling group is to have now.
	Nodes int `pulumi:"nodes"`
}

// groupSuffix ends the name of the managed group of a component.
const groupSuffix = "-group"

// madeUp is what Pulumi adds to a name.
var madeUp = regexp.MustCompile(`^-[0-9a-f]{7}$`)

// AskSizes asks AWS for the sizes of the node groups of a cluster, by the names of
// their components. Groups that do not exist, and all groups of a cluster that does
// not, are left out; of a group that is just being replaced the larger one counts.
//
// The answer is for Args.Running. It decides nothing but how many nodes an update
// of a group's bounds asks for, and a preview may go without it.
func AskSizes(ctx *pulumi.Context, cluster string, names []string, opts ...pulumi.InvokeOption) (map[string]Sizes, error) {
	clusters, err := eks.GetClusters(ctx, opts...) //nolint:forbidigo // one of the two questions of docs/adr/0002
	if err != nil {
		return nil, fmt.Errorf("asking EKS for its clusters: %w", err)
	}
	if !slices.Contains(clusters.Names, cluster) {
		return nil, nil
	}
	groups, err := eks.GetNodeGroups(ctx, &eks.GetNodeGroupsArgs{ClusterName: cluster}, opts...) //nolint:forbidigo // as above
	if err != nil {
		return nil, fmt.Errorf("asking EKS for the node groups of %s: %w", cluster, err)
	}
	sizes := map[string]Sizes{}
	for _, name := range names {
		for _, group := range groups.Names {
			if rest, ours := strings.CutPrefix(group, name+groupSuffix); !ours || !madeUp.MatchString(rest) {
				continue
			}
			found, err := askGroup(ctx, cluster, group, opts...)
			if err != nil {
				return nil, fmt.Errorf("asking for the sizes of node group %s: %w", group, err)
			}
			if known, again := sizes[name]; !again || found.Nodes > known.Nodes {
				sizes[name] = found
			}
		}
	}
	return sizes, nil
}

// askGroup takes the bounds from EKS, which does not see off-hours, and the number
// of nodes from the Auto Scaling group, of which EKS may be behind.
func askGroup(ctx *pulumi.Context, cluster, group string, opts ...pulumi.InvokeOption) (Sizes, error) {
	answer, err := eks.LookupNodeGroup(ctx, &eks.LookupNodeGroupArgs{ClusterName: cluster, NodeGroupName: group}, opts...) //nolint:forbidigo // as above
	if err != nil {
		return Sizes{}, err
	}
	var sizes Sizes
	for _, scaling := range answer.ScalingConfigs {
		sizes = Sizes{MinSize: scaling.MinSize, MaxSize: scaling.MaxSize, Nodes: scaling.DesiredSize}
	}
	for _, resources := range answer.Resources {
		for _, behind := range resources.AutoscalingGroups {
			scaled, err := autoscaling.LookupGroup(ctx, &autoscaling.LookupGroupArgs{Name: behind.Name}, opts...) //nolint:forbidigo // as above
			if err != nil {
				return Sizes{}, err
			}
			sizes.Nodes = scaled.DesiredCapacity
		}
	}
	return sizes, nil
}

// desired is the number of nodes to ask for, and which inputs stay as they were
// recorded. The number belongs to the autoscaler, so what was recorded stays, and is
// not sent. But EKS takes new bounds only together with a number: then it is that of
// the nodes that run, as near as the bounds allow, and not the one of the day
// the group was made.
func (a *Args) desired() (nodes int, recorded []string) {
	if a.Running == nil || a.Running.MinSize == a.MinSize && a.Running.MaxSize == a.MaxSize {
		return a.DesiredSize, []string{"scalingConfig.desiredSize"}
	}
	return min(max(a.Running.Nodes, a.MinSize), a.MaxSize), nil
}
