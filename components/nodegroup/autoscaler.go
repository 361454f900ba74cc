package nodegroup

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strconv"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/autoscaling"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/eks"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/mlops-iac/mlops/components/scheduling"
	"github.com/mlops-iac/mlops/internal/shared/awsenv"
	"github.com/mlops-iac/mlops/internal/shared/tags"
)

// templatePrefix starts the tags by which the cluster autoscaler knows what a
// node of an empty group would look like.
const templatePrefix = "k8s.io/cluster-autoscaler/node-template/"

// errNoGroup says that EKS reported a node group without an Auto Scaling group;
// only a mock does that.
var errNoGroup = errors.New("the node group has no Auto Scaling group")

// newAutoscalerTags tags the Auto Scaling group of a group that scales to zero.
// EKS does not pass a node group's own tags on to it. The tags by which the
// autoscaler finds the group at all, EKS sets itself.
func (n *NodeGroup) newAutoscalerTags(ctx *pulumi.Context, name string, in *Args) error {
	if in.MinSize > 0 {
		return nil
	}
	wanted := in.templateTags()
	for _, key := range slices.Sorted(maps.Keys(wanted)) {
		err := n.newGroupTag(ctx, name+"-"+key, autoscaling.TagTagArgs{
			Key: pulumi.String(templatePrefix + key), Value: pulumi.String(wanted[key]), PropagateAtLaunch: pulumi.Bool(false),
		})
		if err != nil {
			return fmt.Errorf("creating autoscaler tag %s: %w", key, err)
		}
	}
	return nil
}

// newInstanceTags puts the tags that may change on the instances the group starts
// from now on. Those that run keep what they have, the first ones have none of
// them: EKS starts them together with the Auto Scaling group.
func (n *NodeGroup) newInstanceTags(ctx *pulumi.Context, name string, in *Args) error {
	changing := tags.Changing(in.Tags)
	for _, key := range slices.Sorted(maps.Keys(changing)) {
		err := n.newGroupTag(ctx, name+"-instance-"+key, autoscaling.TagTagArgs{
			Key: pulumi.String(key), Value: pulumi.String(changing[key]), PropagateAtLaunch: pulumi.Bool(true),
		})
		if err != nil {
			return fmt.Errorf("creating instance tag %s: %w", key, err)
		}
	}
	return nil
}

// newGroupTag puts one tag on the Auto Scaling group.
func (n *NodeGroup) newGroupTag(ctx *pulumi.Context, name string, wanted autoscaling.TagTagArgs) error {
	tag, err := autoscaling.NewTag(ctx, name, &autoscaling.TagArgs{
		AutoscalingGroupName: n.autoScalingGroup(), Tag: wanted,
	}, pulumi.Parent(n))
	if err != nil {
		return err
	}
	n.ready = append(n.ready, tag)
	return nil
}

// autoScalingGroup is the name of the group that EKS made for the node group:
// there is exactly one.
func (n *NodeGroup) autoScalingGroup() pulumi.StringOutput {
	return n.ref.AutoScalingGroupNames.ApplyT(func(names []string) (string, error) {
		if len(names) == 0 {
			return "", errNoGroup
		}
		return names[0], nil
	}).(pulumi.StringOutput)
}

// templateTags returns the tags without their prefix.
func (a *Args) templateTags() map[string]string {
	wanted := map[string]string{"resources/ephemeral-storage": strconv.Itoa(a.DiskSizeGiB) + "Gi"}
	for key, value := range a.labels() {
		wanted["label/"+key] = value
	}
	for _, taint := range a.taints() {
		wanted["taint/"+taint.Key] = taint.Value + ":" + taint.Effect
	}
	if parsed, ok := awsenv.ParseInstanceType(a.InstanceTypes[0]); ok && parsed.GPUs() > 0 {
		wanted["resources/"+scheduling.GPUResource] = strconv.Itoa(parsed.GPUs())
	}
	return wanted
}

func autoScalingGroups(group *eks.NodeGroup) pulumi.StringArrayOutput {
	return group.Resources.ApplyT(func(resources []eks.NodeGroupResource) []string {
		names := []string{}
		for _, resource := range resources {
			for _, made := range resource.AutoscalingGroups {
				if made.Name != nil {
					names = append(names, *made.Name)
				}
			}
		}
		return names
	}).(pulumi.StringArrayOutput)
}
