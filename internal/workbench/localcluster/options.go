package localcluster

import (
	"errors"
	"fmt"
	"time"

	"k8s.io/apimachinery/pkg/api/resource"
	kubevalidation "k8s.io/apimachinery/pkg/util/validation"

	"github.com/mlops-iac/mlops/components/scheduling"
	"github.com/mlops-iac/mlops/internal/workbench/toolset"
)

// Options describe a control plane. Tools are required.
type Options struct {
	// Tools are the programs it is made of.
	Tools toolset.Kube
	// Folder holds its state, keys and logs. An existing one is taken up again.
	// Default: a temporary folder that Stop removes.
	Folder string
	// Nodes are simulated. Default: DefaultNodes.
	Nodes []Node
	// ServiceCIDR is the range of service addresses. Default: 172.20.0.0/16, as
	// on EKS.
	ServiceCIDR string
	// PodCIDR is cut into a /24 per node. Default: 10.244.0.0/16.
	PodCIDR string
	// TolerateExtendedResources switches the admission plugin
	// ExtendedResourceToleration on, as EKS does. Default: off, as Kubernetes does.
	TolerateExtendedResources bool
	// Metrics runs metrics-server, which reads the simulated usage of pods.
	// Default: no metrics API, so that autoscalers see nothing.
	Metrics bool
	// AutoscalerSync is how often autoscalers look. Default: 15 s, Kubernetes' own.
	AutoscalerSync time.Duration
	// Machine runs real nodes; Nodes must be nil then. Default: nodes are simulated.
	Machine Machine
	// Port of the API server. Default: a free one.
	Port int
	// NoVolumes leaves claims unbound. Default: every claim is given a volume
	// that holds nothing.
	NoVolumes bool
}

// Node is one simulated node.
type Node struct {
	// Name of the node: a DNS subdomain. Required.
	Name string
	// Role gives the node the labels and taints of a node group of that role.
	// Required.
	Role scheduling.Role
	// Zone is its availability zone. Required.
	Zone string
	// InstanceType is its instance type. Default: none.
	InstanceType string
	// CPU and Memory are what pods can have of it, as quantities. Required.
	CPU, Memory string
	// GPUs is the number of NVIDIA GPUs. Default: 0.
	GPUs int
	// Pods is how many pods it takes. Default: 110, Kubernetes' own.
	Pods int
}

const (
	defaultServiceCIDR = "172.20.0.0/16"
	defaultPodCIDR     = "10.244.0.0/16"
	defaultPods        = 110
	defaultSync        = 15 * time.Second
)

// DefaultNodes returns one node group of each role as the stacks on AWS have
// them, spread over two zones; GPUs are in one zone.
func DefaultNodes() []Node {
	const a, b = "local-1a", "local-1b"
	return []Node{
		{Name: "system-1", Role: scheduling.RoleSystem, Zone: a, InstanceType: "m6i.large", CPU: "2", Memory: "8Gi"},
		{Name: "system-2", Role: scheduling.RoleSystem, Zone: b, InstanceType: "m6i.large", CPU: "2", Memory: "8Gi"},
		{Name: "cpu-1", Role: scheduling.RoleCPU, Zone: a, InstanceType: "m6i.2xlarge", CPU: "8", Memory: "32Gi"},
		{Name: "cpu-2", Role: scheduling.RoleCPU, Zone: b, InstanceType: "m6i.2xlarge", CPU: "8", Memory: "32Gi"},
		{Name: "spot-1", Role: scheduling.RoleSpot, Zone: a, InstanceType: "m6i.xlarge", CPU: "4", Memory: "16Gi"},
		{Name: "spot-2", Role: scheduling.RoleSpot, Zone: b, InstanceType: "m5.xlarge", CPU: "4", Memory: "16Gi"},
		{Name: "gpu-1", Role: scheduling.RoleGPU, Zone: a, InstanceType: "g5.xlarge", CPU: "4", Memory: "16Gi", GPUs: 1},
	}
}

func (o Options) withDefaults() Options {
	if o.Nodes == nil && o.Machine == nil {
		o.Nodes = DefaultNodes()
	}
	if o.ServiceCIDR == "" {
		o.ServiceCIDR = defaultServiceCIDR
	}
	if o.PodCIDR == "" {
		o.PodCIDR = defaultPodCIDR
	}
	if o.AutoscalerSync == 0 {
		o.AutoscalerSync = defaultSync
	}
	return o
}

// validate returns every error of the options.
func (o Options) validate() error {
	var errs []error
	if o.Tools.APIServer == "" {
		errs = append(errs, errors.New("tools: the programs of the control plane are required"))
	}
	if o.Machine != nil && len(o.Nodes) > 0 {
		errs = append(errs, errors.New("nodes: must be empty with a machine, which brings its own"))
	}
	names := map[string]bool{}
	for i, n := range o.Nodes {
		at := func(key string, rule any) { errs = append(errs, fmt.Errorf("nodes[%d].%s: %v", i, key, rule)) }
		for _, rule := range kubevalidation.IsDNS1123Subdomain(n.Name) {
			at("name", fmt.Sprintf("%q: %s", n.Name, rule))
		}
		if names[n.Name] {
			at("name", fmt.Sprintf("%q: is used twice", n.Name))
		}
		names[n.Name] = true
		for key, value := range map[string]string{"cpu": n.CPU, "memory": n.Memory} {
			if _, err := resource.ParseQuantity(value); err != nil {
				at(key, fmt.Sprintf("%q: %v", value, err))
			}
		}
		if n.GPUs < 0 {
			at("gpus", fmt.Sprintf("%d: must not be negative", n.GPUs))
		}
	}
	return errors.Join(errs...)
}
