package settings

import (
	"fmt"
	"strings"

	"k8s.io/apimachinery/pkg/util/validation/field"

	networkspec "github.com/mlops-iac/mlops/components/network/spec"
	nodegroupspec "github.com/mlops-iac/mlops/components/nodegroup/spec"
)

// traffic is a part of the platform whose pods need more than the cluster.
type traffic struct {
	// key switches it on, while on is true.
	key string
	on  bool
	// service is the AWS service it calls, as an endpoint is named; empty for none
	// that nodes do not need anyway.
	service string
	// public says that its images are in public registries.
	public bool
}

// traffic lists the parts of a stack on AWS.
func (p *Platform) traffic() []traffic {
	a, monitoring := p.Addons, p.Monitoring.Enabled
	return []traffic{
		{"addons.clusterAutoscaler.enabled", a.ClusterAutoscaler.Enabled, "autoscaling", true},
		{"addons.loadBalancerController.enabled", a.LoadBalancerController.Enabled, "elasticloadbalancing", true},
		{"addons.externalDns.enabled", a.ExternalDNS.Enabled, "", true},
		{"addons.nvidiaDevicePlugin.enabled", a.NVIDIADevicePlugin.Enabled, "", true},
		{"addons.dcgmExporter.enabled", a.DCGMExporter.Enabled, "", true},
		{"addons.openCost.enabled", a.OpenCost.Enabled, "", true},
		{"monitoring.enabled", monitoring, "", true},
		{"monitoring.alerting.sns", monitoring && p.Monitoring.Alerting.SNS != nil, "sns", false},
		{"logs.enabled", p.Logs.Enabled, "logs", true},
		// Its jobs make the accounts of tenants.
		{"metadataStore", true, "secretsmanager", true},
	}
}

// validateWayOut checks a network without NAT: AWS is reached by endpoints, and
// public registries not at all.
func (p *Platform) validateWayOut(c *checker, at *field.Path) {
	if p.Network.NAT != networkspec.NATNone {
		return
	}
	var services, public []string
	for _, part := range p.traffic() {
		if part.on && part.service != "" {
			services = append(services, part.service)
		}
		if part.on && part.public {
			public = append(public, part.key)
		}
	}
	c.add(p.Network.CheckNodes(at, p.AWS.Region, services...)...)
	c.add(field.Invalid(at.Child("nat"), p.Network.NAT, fmt.Sprintf(
		"must be %s or %s: nodes would not reach the public registries that hold the images for %s",
		networkspec.NATSingle, networkspec.NATPerZone, strings.Join(public, ", "))))
}

// validateRoom checks that the subnets hold the node groups at their largest.
// Nodes that find no block of addresses become ready, and their pods never start.
func (p *Platform) validateRoom(c *checker, at *field.Path) {
	perZone, zones := p.Network.NodesPerZone(), p.Network.Zones
	if perZone == 0 || len(zones) == 0 {
		return
	}
	total, bound := 0, map[string]int{}
	for _, group := range p.NodeGroups {
		if group.MaxSize < 1 || group.MaxSize > nodegroupspec.MaximumNodes {
			return // which is reported itself
		}
		total += group.MaxSize
		if group.Zone != "" {
			bound[group.Zone] += group.MaxSize
		}
	}
	if room := perZone * len(zones); total > room {
		c.add(field.Invalid(at, p.Network.CIDR, fmt.Sprintf("has room for %d nodes, %d in each of %d zones, and maxSize of nodeGroups adds up to %d; %s",
			room, perZone, len(zones), total, p.larger((total+len(zones)-1)/len(zones)))))
		return
	}
	for _, zone := range zones {
		if need := bound[zone]; need > perZone {
			c.add(field.Invalid(at, p.Network.CIDR, fmt.Sprintf("has room for %d nodes in %s, and maxSize of nodeGroups with that zone adds up to %d; %s",
				perZone, zone, need, p.larger(need))))
		}
	}
}

// larger says what helps where so many nodes per zone have no room.
func (p *Platform) larger(nodesPerZone int) string {
	const why = "every node takes two whole /28 blocks for its pods"
	if bits := p.Network.BitsFor(nodesPerZone); bits != 0 {
		return fmt.Sprintf("must be /%d or larger, or maxSize smaller: %s", bits, why)
	}
	return "no range is large enough, maxSize must be smaller: " + why
}
