package nodegroup

import (
	"cmp"
	"slices"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/mlops-iac/mlops/components/nodegroup/spec"
	"github.com/mlops-iac/mlops/components/scheduling"
	"github.com/mlops-iac/mlops/internal/shared/awsenv"
)

const (
	// MaxUnavailablePercentage is how many nodes an upgrade replaces at a time: a
	// third, so that a group across three zones keeps two.
	MaxUnavailablePercentage = 33
	// HopLimit keeps the instance's credentials from pods: answers of the
	// metadata service do not survive the extra hop into a pod's network.
	HopLimit = 1
)

// Args configures a NodeGroup. Role, ClusterName, KubernetesVersion and
// SubnetIDs are required; what else the NodeGroup leaves out, its role decides.
type Args struct {
	// NodeGroup is the group as a stack file describes it. With a Zone, and so in
	// every group that trains, Zones is required.
	spec.NodeGroup

	// ClusterName is the EKS cluster the nodes join.
	ClusterName pulumi.StringInput `pulumi:"clusterName"`
	// KubernetesVersion of the nodes, for example "1.35": the cluster's, or up to
	// three minor versions older.
	KubernetesVersion string `pulumi:"kubernetesVersion"`
	// SubnetIDs are the private subnets of the cluster, one per zone. A group with
	// a Zone uses the one in it.
	SubnetIDs pulumi.StringArrayInput `pulumi:"subnetIds"`

	// Zones are the zones of SubnetIDs, in the same order. Default none: then no
	// Zone can be said.
	Zones []string `pulumi:"zones"`
	// Running are the sizes of the group as it is, from AskSizes, so that changed
	// bounds keep the nodes that run. Default none, for a group that is new; with it,
	// changed bounds of one that exists ask for as many nodes as at the start.
	Running *Sizes `pulumi:"running"`
	// ReleaseVersion pins the image, for example "1.35.0-20260105". Default the
	// newest when the group is made or its KubernetesVersion changes.
	ReleaseVersion string `pulumi:"releaseVersion"`
	// Taints are added to those of Role.
	Taints []scheduling.Taint `pulumi:"taints"`
	// SessionManager lets administrators open a shell on the nodes through AWS
	// Systems Manager. Default off.
	SessionManager bool `pulumi:"sessionManager"`
	// Partition is the AWS partition: "aws" (default), "aws-cn" or "aws-us-gov".
	Partition string `pulumi:"partition"`
	// Tags go on every taggable resource. On volumes and the first instances stand
	// only project, environment and managed-by, which never change; the others
	// reach instances that start later.
	Tags map[string]string `pulumi:"tags"`
}

// withDefaults returns a copy with every default. Nothing below changes what
// maps and lists hold.
func (a *Args) withDefaults() *Args {
	in := &Args{}
	if a != nil {
		*in = *a
	}
	in.NodeGroup = in.NodeGroup.WithDefaults(in.Zones)
	in.Partition = cmp.Or(in.Partition, awsenv.Commercial)
	return in
}

func (a *Args) inputs() pulumi.Map {
	return pulumi.Map{
		"role":          pulumi.String(a.Role),
		"clusterName":   a.ClusterName,
		"instanceTypes": pulumi.ToStringArray(a.InstanceTypes),
		"capacityType":  pulumi.String(a.CapacityType),
		"minSize":       pulumi.Int(a.MinSize),
		"maxSize":       pulumi.Int(a.MaxSize),
	}
}

// subnets are those of the nodes: one in the group's zone, or all.
func (a *Args) subnets() pulumi.StringArrayInput {
	if a.Zone == "" {
		return a.SubnetIDs
	}
	return pulumi.StringArray{a.SubnetIDs.ToStringArrayOutput().Index(pulumi.Int(slices.Index(a.Zones, a.Zone)))}
}
