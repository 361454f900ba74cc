package spec

import (
	"cmp"

	"github.com/mlops-iac/mlops/components/scheduling"
	"github.com/mlops-iac/mlops/internal/shared/awsenv"
	"github.com/mlops-iac/mlops/internal/shared/defaults"
)

const (
	// DefaultDiskSizeGiB holds a few tens of gigabytes of images next to the
	// operating system and emptyDir volumes.
	DefaultDiskSizeGiB = 100
	// DefaultGPUDiskSizeGiB is twice that: CUDA images run to 10 GB and more each.
	DefaultGPUDiskSizeGiB = 200
)

// Default returns what a node group has when no more than its role is said: of
// an unknown role the role alone.
func Default(role scheduling.Role) NodeGroup {
	group := NodeGroup{Role: role, CapacityType: OnDemand, DiskSizeGiB: DefaultDiskSizeGiB}
	switch role {
	case scheduling.RoleSystem:
		// Two nodes, so that add-ons survive the loss of one.
		group.InstanceTypes = []string{"m6i.large"}
		group.MinSize, group.MaxSize, group.DesiredSize = 2, 4, 2
	case scheduling.RoleCPU:
		group.InstanceTypes = []string{"m6i.xlarge"}
		group.MinSize, group.MaxSize, group.DesiredSize = 1, 10, 1
	case scheduling.RoleGPU:
		// The smallest current type with an NVIDIA GPU of 24 GiB; none until
		// something needs it.
		group.InstanceTypes, group.DiskSizeGiB = []string{"g5.xlarge"}, DefaultGPUDiskSizeGiB
		group.MaxSize = 4
	case scheduling.RoleSpot:
		// Types of one size, so that a node is a node whichever EC2 gives, from
		// more pools than the four required.
		group.InstanceTypes = []string{"m6i.xlarge", "m5.xlarge", "m6a.xlarge", "m5a.xlarge", "m7i.xlarge"}
		group.CapacityType = Spot
		group.MaxSize = 10
	default:
		return NodeGroup{Role: role}
	}
	return group
}

// WithDefaults fills in what is left out from the defaults of the role and then
// what follows from other values. The three sizes go together: with a MaxSize, a
// MinSize of 0 is meant.
func (g NodeGroup) WithDefaults(zones []string) NodeGroup {
	from := Default(g.Role)
	if g.MaxSize != 0 {
		from.MinSize, from.DesiredSize = 0, 0
	}
	defaults.Fill(&g, from)
	return g.Derived(zones)
}

// Trains says that the group is for training, and so in one zone. A checkpoint volume
// stays in the zone of its first pod, and where a group of several zones has no node the
// autoscaler cannot choose the zone of the next one: training would wait for ever. The
// capacity of GPUs differs between zones, too. Who needs more zones has more groups.
func (g NodeGroup) Trains() bool {
	return g.Role == scheduling.RoleGPU || g.Role == scheduling.RoleSpot
}

// Derived fills in what follows from other values: the number of nodes to start
// with, the zone of a group that Trains, and the image that fits the instance types.
func (g NodeGroup) Derived(zones []string) NodeGroup {
	g.DesiredSize = cmp.Or(g.DesiredSize, g.MinSize)
	if g.Trains() && len(zones) > 0 {
		g.Zone = cmp.Or(g.Zone, zones[0])
	}
	if g.AMIType == "" && len(g.InstanceTypes) > 0 {
		if parsed, ok := awsenv.ParseInstanceType(g.InstanceTypes[0]); ok {
			g.AMIType = imageOf(parsed)
		}
	}
	return g
}
