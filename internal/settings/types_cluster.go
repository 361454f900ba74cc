package settings

import "github.com/mlops-iac/mlops/components/scheduling"

// Cluster is the EKS control plane.
type Cluster struct {
	// Version is the Kubernetes minor version, at least 1.34. Put it in quotes.
	Version string `json:"version"`
	// AdminPrincipalARNs are the IAM roles and users that administer the cluster: at least two, all in
	// `aws.accountId`, the one that deploys among them.
	AdminPrincipalARNs []string `json:"adminPrincipalArns" required:"at least 2 IAM roles or users must administer the cluster; have 0"`
	// ViewerPrincipalARNs are IAM roles and users that may read everything in the cluster.
	ViewerPrincipalARNs []string `json:"viewerPrincipalArns"`
	// PublicAccessCIDRs are the ranges that may reach the Kubernetes API over the internet, /8 or narrower; empty keeps the API inside the VPC.
	PublicAccessCIDRs []string `json:"publicAccessCidrs"`
	// ServiceCIDR is the range of Service addresses: private, /12 to /24, outside `network.cidr`. A change replaces the cluster.
	ServiceCIDR string `json:"serviceCidr"`
	// LogRetentionDays is how long control-plane logs are kept, one of the values of CloudWatch Logs.
	LogRetentionDays int `json:"logRetentionDays" unit:"days"`
	// UpgradePolicy is what EKS does at the end of standard support. `STANDARD` upgrades; extended support, at six times
	// the price, is not offered.
	UpgradePolicy UpgradePolicy `json:"upgradePolicy"`
	// AddonVersions pins EKS add-ons by name, such as `vpc-cni: v1.20.4-eksbuild.2`; the others get the version EKS
	// offers by default when they are created.
	AddonVersions map[string]string `json:"addonVersions"`
}

// UpgradePolicy is what EKS does at the end of standard support.
type UpgradePolicy string

// UpgradeStandard lets EKS upgrade the cluster at the end of standard support.
const UpgradeStandard UpgradePolicy = "STANDARD"

// Values lists what is supported.
func (UpgradePolicy) Values() []string { return []string{string(UpgradeStandard)} }

// NodeGroup is one managed node group.
type NodeGroup struct {
	// Role is what the nodes are for. It fixes labels and taints.
	Role Role `json:"role" required:"what the nodes are for: system, cpu, gpu or spot"`
	// InstanceTypes are the EC2 types, best first, all of one architecture; at least four for spot capacity.
	InstanceTypes []string `json:"instanceTypes"`
	// CapacityType is how the instances are bought.
	CapacityType CapacityType `json:"capacityType"`
	// AMIType is the machine image; left out, it is the one the instance types need.
	AMIType AMIType `json:"amiType"`
	// MinSize is the least number of nodes; 0 lets the group vanish while nobody needs it.
	MinSize int `json:"minSize" unit:"nodes"`
	// MaxSize is the largest number of nodes.
	MaxSize int `json:"maxSize" unit:"nodes"`
	// DesiredSize is the number of nodes to start with; left out, it is `minSize`. Afterwards the autoscaler decides.
	DesiredSize int `json:"desiredSize" unit:"nodes"`
	// DiskSizeGiB is the size of the encrypted gp3 root volume.
	DiskSizeGiB int `json:"diskSizeGiB" unit:"GiB"`
	// Zone keeps the group in one zone; left out, GPU groups use the first zone and others use all.
	Zone string `json:"zone"`
	// Labels are Kubernetes labels on the nodes beyond those of the role.
	Labels map[string]string `json:"labels"`
	// Schedule empties the group in off-hours; left out, it never is. Not for role `system`, and not for role `cpu` while
	// `protect` is on.
	Schedule *OffHours `json:"schedule"`
}

// OffHours is when a node group shrinks and grows again. In between the autoscaler cannot start nodes in it.
type OffHours struct {
	// Enabled puts the times into force; left out, it is true. False keeps them in the file of a stack that never sleeps.
	Enabled bool `json:"enabled"`
	// ScaleDown is when the group shrinks to `size`: minute, hour, day, month, weekday.
	ScaleDown string `json:"scaleDown" unit:"cron" required:"when the group shrinks, such as 0 19 * * 1-5"`
	// ScaleUp is when the group gets its sizes back.
	ScaleUp string `json:"scaleUp" unit:"cron" required:"when the group gets its sizes back, such as 0 7 * * 1-5"`
	// TimeZone is the IANA time zone of both; left out, it is `Etc/UTC`.
	TimeZone string `json:"timeZone"`
	// Size is the number of nodes in off-hours.
	Size int `json:"size" unit:"nodes"`
}

// Role is what a node group is for.
type Role string

// The roles.
const (
	RoleSystem = Role(scheduling.RoleSystem)
	RoleCPU    = Role(scheduling.RoleCPU)
	RoleGPU    = Role(scheduling.RoleGPU)
	RoleSpot   = Role(scheduling.RoleSpot)
)

// Values lists what is supported.
func (Role) Values() []string {
	var values []string
	for _, role := range scheduling.Roles() {
		values = append(values, string(role))
	}
	return values
}

// CapacityType is how EC2 instances are bought, as EKS spells it.
type CapacityType string

// The capacity types.
const (
	OnDemand CapacityType = "ON_DEMAND"
	Spot     CapacityType = "SPOT"
)

// Values lists what is supported.
func (CapacityType) Values() []string { return []string{string(OnDemand), string(Spot)} }

// AMIType is the machine image of a node group, as EKS spells it.
type AMIType string

// The machine images. Amazon Linux 2 ended with Kubernetes 1.32.
const (
	AMIStandard  AMIType = "AL2023_x86_64_STANDARD"
	AMINVIDIA    AMIType = "AL2023_x86_64_NVIDIA"
	AMIARM       AMIType = "AL2023_ARM_64_STANDARD"
	AMIARMNVIDIA AMIType = "AL2023_ARM_64_NVIDIA"
)

// Values lists what is supported.
func (AMIType) Values() []string {
	return []string{string(AMIStandard), string(AMINVIDIA), string(AMIARM), string(AMIARMNVIDIA)}
}
