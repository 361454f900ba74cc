package harness

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/mlops-iac/mlops/components/scheduling"
	"github.com/mlops-iac/mlops/internal/settings"
	"github.com/mlops-iac/mlops/internal/workbench/localcluster"
)

// Nodes are the nodes that the node groups of a stack may grow to, spread over
// its zones. A stack without node groups gets those of the embedded platform.
func Nodes(s settings.Platform) []localcluster.Node {
	if s.Substrate != settings.SubstrateAWS {
		return localcluster.DefaultNodes()
	}
	var nodes []localcluster.Node
	for _, name := range slices.Sorted(maps.Keys(s.NodeGroups)) {
		group := s.NodeGroups[name]
		zones := s.Network.Zones
		if group.Zone != "" {
			zones = []string{group.Zone}
		}
		for i := range group.MaxSize {
			node := sized(group.InstanceTypes[0])
			node.Name, node.Role = fmt.Sprintf("%s-%d", name, i+1), scheduling.Role(group.Role)
			node.Zone = zones[i%len(zones)]
			nodes = append(nodes, node)
		}
	}
	return nodes
}

// sized returns a node with the capacity of an EC2 instance type: vCPUs by its
// size, memory by its family, and one GPU for the single-GPU sizes of g4dn, g5
// and g6. The figures are those of EC2's instance type pages.
func sized(instanceType string) localcluster.Node {
	family, size, _ := strings.Cut(instanceType, ".")
	cpus := map[string]int{"large": 2, "xlarge": 4}[size]
	if cpus == 0 {
		factor, _ := strconv.Atoi(strings.TrimSuffix(size, "xlarge"))
		cpus = 4 * factor
	}
	perCPU := map[byte]int{'c': 2, 'r': 8}[family[0]]
	if perCPU == 0 {
		perCPU = 4
	}
	node := localcluster.Node{InstanceType: instanceType, CPU: strconv.Itoa(cpus), Memory: fmt.Sprintf("%dGi", cpus*perCPU)}
	if family[0] == 'g' {
		node.GPUs = 1
		if size == "12xlarge" || size == "24xlarge" {
			node.GPUs = 4
		}
	}
	return node
}
