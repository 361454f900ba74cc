package nodegroup

import (
	"fmt"
	"slices"
	"strconv"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/ec2"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/eks"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/iam"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/mlops-iac/mlops/components/iampolicy"
	"github.com/mlops-iac/mlops/components/internal/contract"
	"github.com/mlops-iac/mlops/components/internal/tagmap"
	"github.com/mlops-iac/mlops/components/scheduling"
	"github.com/mlops-iac/mlops/internal/shared/awsenv"
	"github.com/mlops-iac/mlops/internal/shared/tags"
)

// Token is the type token of NodeGroup.
const Token = "mlops:index:NodeGroup"

// NodeGroup is one EKS managed node group with its launch template and role.
type NodeGroup struct {
	pulumi.ResourceState

	// The outputs, as in Ref.
	Name                  pulumi.StringOutput      `pulumi:"name"`
	ARN                   pulumi.StringOutput      `pulumi:"arn"`
	RoleARN               pulumi.StringOutput      `pulumi:"roleArn"`
	AutoScalingGroupNames pulumi.StringArrayOutput `pulumi:"autoScalingGroupNames"`

	ref   Ref
	ready []pulumi.Resource
}

// New makes a NodeGroup. It must depend on what is Ready of the cluster, so that
// the network and identity add-ons are there before the first node:
//
//	nodegroup.New(ctx, "system", args, pulumi.DependsOn(theCluster.Ready()))
//
// It returns an error that lists every validation error of args.
func New(ctx *pulumi.Context, name string, args *Args, opts ...pulumi.ResourceOption) (*NodeGroup, error) {
	in := args.withDefaults()
	if err := in.validate(name); err != nil {
		return nil, fmt.Errorf("node group %q: %w", name, err)
	}
	n := &NodeGroup{}
	if err := ctx.RegisterComponentResourceV2(Token, name, in.inputs(), n, opts...); err != nil {
		return nil, err
	}
	if err := n.create(ctx, name, in); err != nil {
		return nil, fmt.Errorf("node group %q: %w", name, err)
	}
	return n, contract.Register(ctx, n, n.ref)
}

// Ref returns what other components need to know of the node group.
func (n *NodeGroup) Ref() Ref { return n.ref }

// Ready returns what must exist before pods can count on the group: the group
// with its first nodes and the tags of its Auto Scaling group. Depend on these and not on
// the component, whose children the SDK registers in the background.
func (n *NodeGroup) Ready() []pulumi.Resource { return slices.Clone(n.ready) }

func (n *NodeGroup) create(ctx *pulumi.Context, name string, in *Args) error {
	role, attachments, err := n.newRole(ctx, name, in)
	if err != nil {
		return fmt.Errorf("creating node role: %w", err)
	}
	template, err := n.newTemplate(ctx, name, in)
	if err != nil {
		return fmt.Errorf("creating launch template: %w", err)
	}
	nodes, recorded := in.desired()
	group, err := eks.NewNodeGroup(ctx, name+groupSuffix, groupArgs(name, in, nodes, role, template),
		pulumi.Parent(n),
		// Nodes that start before their role has its policies never join, and
		// nodes that outlive the policies cannot be drained.
		pulumi.DependsOn(attachments),
		pulumi.IgnoreChanges(recorded))
	if err != nil {
		return fmt.Errorf("creating managed node group: %w", err)
	}
	n.ready = []pulumi.Resource{group}
	n.ref = Ref{
		Name:                  group.NodeGroupName,
		ARN:                   group.Arn,
		RoleARN:               role.Arn,
		AutoScalingGroupNames: autoScalingGroups(group),
	}
	if err := n.newAutoscalerTags(ctx, name, in); err != nil {
		return err
	}
	if err := n.newInstanceTags(ctx, name, in); err != nil {
		return err
	}
	return n.newSchedule(ctx, name, in)
}

// newRole gives nodes what they need to join and to pull images. The policy of
// the network plug-in is missing on purpose: that add-on has a role of its own,
// and on the nodes it would let every pod change network interfaces.
func (n *NodeGroup) newRole(ctx *pulumi.Context, name string, in *Args) (*iam.Role, []pulumi.Resource, error) {
	role, err := iam.NewRole(ctx, name+"-role", &iam.RoleArgs{
		Description: pulumi.String("Nodes of EKS node group " + name),
		// One of the few service principals that differ in China.
		AssumeRolePolicy: iampolicy.ServiceTrust("ec2." + awsenv.DNSSuffix(in.Partition)),
		Tags:             tagmap.Plain(in.Tags),
	}, pulumi.Parent(n))
	if err != nil {
		return nil, nil, err
	}
	policies := []string{"AmazonEKSWorkerNodePolicy", "AmazonEC2ContainerRegistryPullOnly"}
	if in.SessionManager {
		policies = append(policies, "AmazonSSMManagedInstanceCore")
	}
	attachments := make([]pulumi.Resource, 0, len(policies))
	for _, policy := range policies {
		attachment, err := iam.NewRolePolicyAttachment(ctx, name+"-"+policy, &iam.RolePolicyAttachmentArgs{
			Role:      role.Name,
			PolicyArn: pulumi.String("arn:" + in.Partition + ":iam::aws:policy/" + policy),
		}, pulumi.Parent(n))
		if err != nil {
			return nil, nil, err
		}
		attachments = append(attachments, attachment)
	}
	return role, attachments, nil
}

func groupArgs(name string, in *Args, nodes int, role *iam.Role, template *ec2.LaunchTemplate) *eks.NodeGroupArgs {
	args := &eks.NodeGroupArgs{
		ClusterName:   in.ClusterName,
		NodeRoleArn:   role.Arn,
		SubnetIds:     in.subnets(),
		AmiType:       pulumi.String(in.AMIType),
		CapacityType:  pulumi.String(in.CapacityType),
		InstanceTypes: pulumi.ToStringArray(in.InstanceTypes),
		Version:       pulumi.String(in.KubernetesVersion),
		LaunchTemplate: &eks.NodeGroupLaunchTemplateArgs{
			Id: template.ID(),
			// The number and not "$Latest", so that a changed template replaces nodes.
			Version: template.LatestVersion.ApplyT(strconv.Itoa).(pulumi.StringOutput),
		},
		ScalingConfig: &eks.NodeGroupScalingConfigArgs{
			MinSize:     pulumi.Int(in.MinSize),
			MaxSize:     pulumi.Int(in.MaxSize),
			DesiredSize: pulumi.Int(nodes),
		},
		UpdateConfig: &eks.NodeGroupUpdateConfigArgs{
			MaxUnavailablePercentage: pulumi.Int(MaxUnavailablePercentage),
		},
		NodeRepairConfig: &eks.NodeGroupNodeRepairConfigArgs{Enabled: pulumi.Bool(true)},
		Labels:           pulumi.ToStringMap(in.labels()),
		Taints:           eksTaints(in.taints()),
		Tags:             tagmap.Named(in.Tags, name),
	}
	if in.ReleaseVersion != "" {
		args.ReleaseVersion = pulumi.String(in.ReleaseVersion)
	}
	return args
}

func (a *Args) labels() map[string]string {
	labels := tags.Merge(a.Labels, scheduling.Labels(a.Role))
	if parsed, ok := awsenv.ParseInstanceType(a.InstanceTypes[0]); ok && parsed.Accelerator() != "" {
		labels[scheduling.AWSAcceleratorLabel] = parsed.Accelerator()
	}
	return labels
}

func (a *Args) taints() []scheduling.Taint {
	own := scheduling.Taints(a.Role)
	return append(own[:len(own):len(own)], a.Taints...)
}

// eksEffects spells Kubernetes' taint effects as the EKS API does.
var eksEffects = map[string]string{
	scheduling.NoSchedule:       "NO_SCHEDULE",
	scheduling.PreferNoSchedule: "PREFER_NO_SCHEDULE",
	scheduling.NoExecute:        "NO_EXECUTE",
}

func eksTaints(taints []scheduling.Taint) eks.NodeGroupTaintArray {
	rendered := make(eks.NodeGroupTaintArray, len(taints))
	for i, taint := range taints {
		rendered[i] = &eks.NodeGroupTaintArgs{
			Key: pulumi.String(taint.Key), Value: pulumi.String(taint.Value), Effect: pulumi.String(eksEffects[taint.Effect]),
		}
	}
	return rendered
}
