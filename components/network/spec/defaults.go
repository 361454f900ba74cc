package spec

import (
	"github.com/mlops-iac/mlops/internal/shared/awsenv"
	"github.com/mlops-iac/mlops/internal/shared/defaults"
)

const (
	// DefaultCIDR is the largest VPC AWS allows, in the block of RFC 1918 with the
	// most room for peers.
	DefaultCIDR = "10.0.0.0/16"
	// DefaultZoneCount is the least EKS and RDS accept.
	DefaultZoneCount = 2
	// DefaultNAT is the cheapest mode that lets nodes pull public images.
	DefaultNAT = NATSingle
	// DefaultFlowLogsRetentionDays keeps a month, enough to look into an incident
	// after the fact without paying for an archive.
	DefaultFlowLogsRetentionDays = 30
)

// Default returns the network of a stack that says nothing about it.
func Default() Network {
	return Network{
		CIDR: DefaultCIDR, ZoneCount: DefaultZoneCount, NAT: DefaultNAT,
		FlowLogsRetentionDays: DefaultFlowLogsRetentionDays,
	}
}

// DefaultInterfaceEndpoints lists the services nodes and pods of the platform
// call all the time: image pulls, credentials, logs, network interfaces and
// secrets.
func DefaultInterfaceEndpoints() []string {
	return []string{"ecr.api", "ecr.dkr", "sts", "logs", "ec2", "secretsmanager"}
}

// WithDefaults fills in what is left out, and names the zones.
func (n Network) WithDefaults(region string) Network {
	from := Default()
	if len(n.Zones) > 0 {
		from.ZoneCount = 0
	}
	defaults.Fill(&n, from)
	return n.Derived(region)
}

// Derived names the zones that ZoneCount asks for. A wrong count or region, and one
// whose zones have other letters, names none; Check reports the cause.
func (n Network) Derived(region string) Network {
	known := n.ZoneCount >= minZones && n.ZoneCount <= min(maxZoneCount, awsenv.LetteredZones(region))
	if len(n.Zones) == 0 && awsenv.IsRegion(region) && known {
		n.Zones = firstZones(region, n.ZoneCount)
	}
	return n
}

func firstZones(region string, count int) []string {
	zones := make([]string, count)
	for i := range zones {
		zones[i] = region + string(rune('a'+i))
	}
	return zones
}
