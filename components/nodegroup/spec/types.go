package spec

import "github.com/mlops-iac/mlops/components/scheduling"

// NodeGroup is one managed node group.
type NodeGroup struct {
	// Role is the purpose of the nodes. It fixes labels and taints.
	Role scheduling.Role `json:"role" pulumi:"role" required:"what the nodes are for: system, cpu, gpu or spot"`
	// InstanceTypes are the EC2 types, best first, all of one architecture and with the same GPU as often; at least
	// four for spot capacity. The autoscaler plans best with types of one size.
	InstanceTypes []string `json:"instanceTypes" pulumi:"instanceTypes"`
	// CapacityType is how the instances are bought.
	CapacityType CapacityType `json:"capacityType" pulumi:"capacityType"`
	// AMIType is the machine image; left out, it is the one the instance types need.
	AMIType AMIType `json:"amiType" pulumi:"amiType"`
	// MinSize is the least number of nodes; 0 lets the group vanish while nobody needs it.
	MinSize int `json:"minSize" pulumi:"minSize" unit:"nodes"`
	// MaxSize is the largest number of nodes.
	MaxSize int `json:"maxSize" pulumi:"maxSize" unit:"nodes"`
	// DesiredSize is the number of nodes to start with; left out, it is `minSize`. Afterwards the autoscaler decides.
	DesiredSize int `json:"desiredSize" pulumi:"desiredSize" unit:"nodes"`
	// DiskSizeGiB is the size of the encrypted gp3 root volume, which holds images, logs and emptyDir volumes.
	DiskSizeGiB int `json:"diskSizeGiB" pulumi:"diskSizeGiB" unit:"GiB"`
	// Zone keeps the group in one zone; left out, groups of the roles `gpu` and `spot` use the first zone and others use all.
	Zone string `json:"zone" pulumi:"zone"`
	// Labels are Kubernetes labels on the nodes beyond those of the role.
	Labels map[string]string `json:"labels" pulumi:"labels"`
	// Schedule empties the group in off-hours; left out, it never is. Not for role `system`, and not for role `cpu` while
	// `protect` is on.
	Schedule *OffHours `json:"schedule" pulumi:"schedule"`
}

// OffHours is when a node group shrinks and grows again. In between the autoscaler cannot start nodes in it.
type OffHours struct {
	// Enabled puts the times into force; left out, it is true. False keeps them in the file of a stack that never sleeps.
	Enabled bool `json:"enabled" pulumi:"enabled"`
	// ScaleDown is when the group shrinks to `size`: minute, hour, day, month, weekday.
	ScaleDown string `json:"scaleDown" pulumi:"scaleDown" unit:"cron" required:"when the group shrinks, such as 0 19 * * 1-5"`
	// ScaleUp is when the group gets its sizes back.
	ScaleUp string `json:"scaleUp" pulumi:"scaleUp" unit:"cron" required:"when the group gets its sizes back, such as 0 7 * * 1-5"`
	// TimeZone is the IANA time zone of both; left out, it is `Etc/UTC`.
	TimeZone string `json:"timeZone" pulumi:"timeZone"`
	// Size is the number of nodes in off-hours.
	Size int `json:"size" pulumi:"size" unit:"nodes"`
}

// CapacityType is how EC2 instances are bought, as EKS spells it.
type CapacityType string

// The capacity types.
const (
	// OnDemand nodes stay until they are removed.
	OnDemand CapacityType = "ON_DEMAND"
	// Spot nodes are cheaper and can be taken back with two minutes' notice.
	Spot CapacityType = "SPOT"
)

// Values lists what is supported.
func (CapacityType) Values() []string { return []string{string(OnDemand), string(Spot)} }

// AMIType is the machine image of a node group, as EKS spells it.
type AMIType string

// The machine images: Amazon Linux 2023, with or without NVIDIA's driver and
// container toolkit, for Intel and AMD or for Graviton.
const (
	AMIX86       AMIType = "AL2023_x86_64_STANDARD"
	AMIX86NVIDIA AMIType = "AL2023_x86_64_NVIDIA"
	AMIARM       AMIType = "AL2023_ARM_64_STANDARD"
	AMIARMNVIDIA AMIType = "AL2023_ARM_64_NVIDIA"
)

// Values lists what is supported.
func (AMIType) Values() []string {
	return []string{string(AMIX86), string(AMIX86NVIDIA), string(AMIARM), string(AMIARMNVIDIA)}
}
