// Package scheduling holds the node labels and taints that node groups set and
// workloads select. Both sides share one definition.
package scheduling

import "github.com/mlops-iac/mlops/internal/shared/names"

// Labels on nodes.
const (
	// RoleLabel says what a node is for; its values are the Role constants.
	RoleLabel = "mlops.io/node-role"
	// AcceleratorLabel marks nodes with an accelerator.
	AcceleratorLabel = "accelerator"
	// AcceleratorNVIDIA is the value of AcceleratorLabel on GPU nodes.
	AcceleratorNVIDIA = "nvidia"
	// AWSAcceleratorLabel names the accelerator of a node on AWS, for example
	// "nvidia-a10g". It is the only label by which the cluster autoscaler knows
	// there that a node will have GPUs as soon as its driver has started.
	AWSAcceleratorLabel = "k8s.amazonaws.com/accelerator"
	// ZoneLabel is Kubernetes' well-known zone label.
	ZoneLabel = "topology.kubernetes.io/zone"
	// HostnameLabel is Kubernetes' well-known host label.
	HostnameLabel = "kubernetes.io/hostname"
)

// Role is the purpose of a node group.
type Role string

// The roles a node group can have.
const (
	// RoleSystem runs cluster add-ons and monitoring.
	RoleSystem Role = "system"
	// RoleCPU runs inference and other tenant work on demand.
	RoleCPU Role = "cpu"
	// RoleGPU runs work that requests an NVIDIA GPU, and nothing else.
	RoleGPU Role = "gpu"
	// RoleSpot runs interruptible training work on spot capacity.
	RoleSpot Role = "spot"
)

// Roles lists every role in the order in which node groups are made.
func Roles() []Role { return []Role{RoleSystem, RoleCPU, RoleGPU, RoleSpot} }

// Values lists the roles as texts.
func (Role) Values() []string {
	values := make([]string, 0, len(Roles()))
	for _, role := range Roles() {
		values = append(values, string(role))
	}
	return values
}

// Taint effects as Kubernetes spells them.
const (
	NoSchedule       = "NoSchedule"
	PreferNoSchedule = "PreferNoSchedule"
	NoExecute        = "NoExecute"
)

// GPUResource is the extended resource that NVIDIA's device plugin advertises,
// and the key of the GPU taint.
const GPUResource = names.GPUResource

// Taint is a Kubernetes node taint.
type Taint struct {
	Key    string `pulumi:"key"`
	Value  string `pulumi:"value"`
	Effect string `pulumi:"effect"`
}

// GPUTaint keeps pods that do not ask for a GPU off GPU nodes.
func GPUTaint() Taint {
	return Taint{Key: GPUResource, Value: names.GPUTaintValue, Effect: names.GPUTaintEffect}
}

// SpotTaint keeps everything but training off spot nodes.
func SpotTaint() Taint {
	return Taint{Key: "mlops.io/capacity", Value: "spot", Effect: NoSchedule}
}

// Labels returns the labels of a node of the given role.
func Labels(role Role) map[string]string {
	labels := map[string]string{RoleLabel: string(role)}
	if role == RoleGPU {
		labels[AcceleratorLabel] = AcceleratorNVIDIA
	}
	return labels
}

// Taints returns the taints of a node of the given role; nil for none.
func Taints(role Role) []Taint {
	switch role {
	case RoleGPU:
		return []Taint{GPUTaint()}
	case RoleSpot:
		return []Taint{SpotTaint()}
	default:
		return nil
	}
}
