package nodegroup

import (
	"maps"
	"slices"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/mlops-iac/mlops/components/scheduling"
)

// AMIType is the family of machine images of a node group, as EKS spells it.
type AMIType string

// The supported machine images: Amazon Linux 2023, with or without NVIDIA's
// driver and container toolkit, for Intel and AMD or for Graviton.
const (
	AMIX86       AMIType = "AL2023_x86_64_STANDARD"
	AMIX86NVIDIA AMIType = "AL2023_x86_64_NVIDIA"
	AMIARM       AMIType = "AL2023_ARM_64_STANDARD"
	AMIARMNVIDIA AMIType = "AL2023_ARM_64_NVIDIA"
)

// AMITypes lists the supported machine images.
func AMITypes() []AMIType { return []AMIType{AMIX86, AMIX86NVIDIA, AMIARM, AMIARMNVIDIA} }

// Capacity is how EC2 sells the nodes.
type Capacity string

// The kinds of capacity.
const (
	// CapacityOnDemand nodes stay until they are removed.
	CapacityOnDemand Capacity = "ON_DEMAND"
	// CapacitySpot nodes are cheaper and can be taken back with two minutes' notice.
	CapacitySpot Capacity = "SPOT"
)

// Scaling is the number of nodes.
type Scaling struct {
	// Min is the fewest nodes; 0 lets the group scale to nothing.
	Min int
	// Max is the most nodes, 1 to MaximumNodes.
	Max int
	// Desired is the number of nodes the group starts with. Default Min. Later
	// changes are ignored: from then on it belongs to the autoscaler.
	Desired int
}

// Args configures a NodeGroup. Role decides every default; ClusterName,
// KubernetesVersion and one of SubnetIDs and SubnetID are required.
type Args struct {
	// Role is what the nodes are for; it sets their labels and taints. Default
	// scheduling.RoleCPU.
	Role scheduling.Role
	// ClusterName is the EKS cluster the nodes join.
	ClusterName pulumi.StringInput
	// KubernetesVersion of the nodes, for example "1.35": the cluster's, or up to
	// three minor versions older.
	KubernetesVersion string
	// SubnetIDs are the private subnets nodes are spread over. Not for GPU groups.
	SubnetIDs pulumi.StringArrayInput
	// SubnetID puts every node into this one subnet and so into one zone. GPU
	// groups need it: GPU capacity differs between zones, volumes and training
	// traffic stay inside one, and the autoscaler can reason about one only.
	SubnetID pulumi.StringInput

	// InstanceTypes in order of preference, all with the same architecture and,
	// so that the autoscaler can plan, of the same size. Spot capacity needs at
	// least MinimumSpotTypes. Default DefaultInstanceTypes(Role).
	InstanceTypes []string
	// AMIType is the machine image. Default the one InstanceTypes need.
	AMIType AMIType
	// ReleaseVersion pins the image, for example "1.35.0-20260105". Default the
	// newest when the group is made or its KubernetesVersion changes.
	ReleaseVersion string
	// Capacity is CapacityOnDemand (default) or CapacitySpot (default for scheduling.RoleSpot).
	Capacity Capacity
	// Scaling is the number of nodes. Default DefaultScaling(Role).
	Scaling *Scaling
	// VolumeGiB is the size of the encrypted gp3 root volume, which holds images,
	// logs and emptyDir volumes. Default DefaultVolumeGiB, or
	// DefaultGPUVolumeGiB for scheduling.RoleGPU.
	VolumeGiB int
	// Labels are added to those of Role.
	Labels map[string]string
	// Taints are added to those of Role.
	Taints []scheduling.Taint
	// SessionManager lets administrators open a shell on the nodes through AWS
	// Systems Manager. Default off.
	SessionManager bool
	// Partition is the AWS partition: "aws" (default), "aws-cn" or "aws-us-gov".
	Partition string
	// Schedule empties the group in off-hours; default never.
	Schedule *Schedule
	// Tags go on every taggable resource, the instances and their volumes.
	Tags map[string]string
}

func (a *Args) inputs() pulumi.Map {
	return pulumi.Map{
		"role":          pulumi.String(a.Role),
		"clusterName":   a.ClusterName,
		"instanceTypes": pulumi.ToStringArray(a.InstanceTypes),
		"capacity":      pulumi.String(a.Capacity),
		"minSize":       pulumi.Int(a.Scaling.Min),
		"maxSize":       pulumi.Int(a.Scaling.Max),
	}
}

func (a *Args) clone() *Args {
	if a == nil {
		return &Args{}
	}
	c := *a
	c.InstanceTypes = slices.Clone(a.InstanceTypes)
	c.Labels = maps.Clone(a.Labels)
	c.Taints = slices.Clone(a.Taints)
	c.Tags = maps.Clone(a.Tags)
	if a.Scaling != nil {
		scaling := *a.Scaling
		c.Scaling = &scaling
	}
	if a.Schedule != nil {
		schedule := *a.Schedule
		c.Schedule = &schedule
	}
	return &c
}
