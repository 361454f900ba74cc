package nodegroup

import (
	"cmp"

	"github.com/mlops-iac/mlops/components/scheduling"
	"github.com/mlops-iac/mlops/internal/awsenv"
)

// Defaults and limits of Args.
const (
	// DefaultVolumeGiB holds a few tens of gigabytes of images next to the
	// operating system and emptyDir volumes.
	DefaultVolumeGiB = 100
	// DefaultGPUVolumeGiB is twice that: CUDA images run to 10 GB and more each.
	DefaultGPUVolumeGiB = 200
	// MinimumVolumeGiB is what Amazon Linux 2023's EKS image itself asks for.
	MinimumVolumeGiB = 20
	// MaximumVolumeGiB is the largest gp3 volume.
	MaximumVolumeGiB = 16384
	// MaximumNodes is EKS's default quota of nodes per managed node group.
	MaximumNodes = 450
	// MinimumSpotTypes is 4: with fewer, one reclaimed pool can empty the group.
	MinimumSpotTypes = 4
	// MaxUnavailablePercentage is how many nodes an upgrade replaces at a time: a
	// third, so that a group across three zones keeps two.
	MaxUnavailablePercentage = 33
	// HopLimit keeps the instance's credentials from pods: answers of the
	// metadata service do not survive the extra hop into a pod's network.
	HopLimit = 1
)

// DefaultInstanceTypes returns the instance types of a role. Those of the spot
// role have the same size, so that a node is a node whichever EC2 gives.
func DefaultInstanceTypes(role scheduling.Role) []string {
	switch role {
	case scheduling.RoleSystem:
		return []string{"m6i.large"}
	case scheduling.RoleGPU:
		return []string{"g5.xlarge"}
	case scheduling.RoleSpot:
		return []string{"m6i.xlarge", "m5.xlarge", "m6a.xlarge", "m5a.xlarge", "m7i.xlarge"}
	default:
		return []string{"m6i.xlarge"}
	}
}

// DefaultScaling returns the number of nodes of a role: two for the system, so
// that one can be replaced; none for GPUs and spot until something needs them.
func DefaultScaling(role scheduling.Role) Scaling {
	switch role {
	case scheduling.RoleSystem:
		return Scaling{Min: 2, Max: 4, Desired: 2}
	case scheduling.RoleGPU:
		return Scaling{Min: 0, Max: 4, Desired: 0}
	case scheduling.RoleSpot:
		return Scaling{Min: 0, Max: 10, Desired: 0}
	default:
		return Scaling{Min: 1, Max: 10, Desired: 1}
	}
}

// System returns the preset for nodes that run add-ons and monitoring.
func System() *Args { return preset(scheduling.RoleSystem) }

// CPU returns the preset for nodes that run inference and other tenant work.
func CPU() *Args { return preset(scheduling.RoleCPU) }

// GPU returns the preset for nodes with NVIDIA GPUs; they need SubnetID.
func GPU() *Args { return preset(scheduling.RoleGPU) }

// Spot returns the preset for interruptible training nodes.
func Spot() *Args { return preset(scheduling.RoleSpot) }

// preset leaves AMIType open, so that it follows a change of InstanceTypes.
func preset(role scheduling.Role) *Args {
	args := (&Args{Role: role}).withDefaults()
	args.AMIType = ""
	return args
}

func (a *Args) withDefaults() *Args {
	in := a.clone()
	in.Role = cmp.Or(in.Role, scheduling.RoleCPU)
	in.Partition = cmp.Or(in.Partition, awsenv.Commercial)
	if len(in.InstanceTypes) == 0 {
		in.InstanceTypes = DefaultInstanceTypes(in.Role)
	}
	in.AMIType = cmp.Or(in.AMIType, defaultAMIType(in.InstanceTypes[0]))
	in.Capacity = cmp.Or(in.Capacity, defaultCapacity(in.Role))
	in.VolumeGiB = cmp.Or(in.VolumeGiB, defaultVolume(in.Role))
	if in.Scaling == nil {
		scaling := DefaultScaling(in.Role)
		in.Scaling = &scaling
	}
	in.Scaling.Desired = cmp.Or(in.Scaling.Desired, in.Scaling.Min)
	return in
}

func defaultCapacity(role scheduling.Role) Capacity {
	if role == scheduling.RoleSpot {
		return CapacitySpot
	}
	return CapacityOnDemand
}

func defaultVolume(role scheduling.Role) int {
	if role == scheduling.RoleGPU {
		return DefaultGPUVolumeGiB
	}
	return DefaultVolumeGiB
}
