package settings

import (
	"fmt"
	"net/netip"
	"regexp"
	"slices"
	"strings"

	"k8s.io/apimachinery/pkg/util/validation/field"

	"github.com/mlops-iac/mlops/internal/awsenv"
	"github.com/mlops-iac/mlops/internal/ipv4"
)

const (
	// minZones is the least EKS and RDS accept; maxZones the most a region has.
	minZones, maxZones = 2, 6
	// maxZoneCount is how many zones nearly every region calls a, b and c.
	maxZoneCount = 3
	// minVPCBits is AWS's largest VPC; below maxVPCBits private subnets cannot
	// hold the pods of a node.
	minVPCBits, maxVPCBits = 16, 22
	// minServiceBits and maxServiceBits are the limits of EKS.
	minServiceBits, maxServiceBits = 12, 24
	// minPublicBits is ours: wider ranges are the internet.
	minPublicBits = 8
)

var endpointPattern = regexp.MustCompile(`^[a-z0-9]+([.-][a-z0-9]+)*$`)

// endpointsWithoutNAT are what a node needs to join the cluster and run pods
// when it cannot reach the internet.
var endpointsWithoutNAT = []string{"ec2", "ecr.api", "ecr.dkr", "eks", "eks-auth", "sts"}

func (n Network) validate(c *checker, at *field.Path, region string) {
	if vpc, ok := c.prefix(at.Child("cidr"), n.CIDR); ok {
		if vpc.Bits() < minVPCBits || vpc.Bits() > maxVPCBits {
			c.add(field.Invalid(at.Child("cidr"), n.CIDR, fmt.Sprintf("must be /%d to /%d", minVPCBits, maxVPCBits)))
		}
		c.private(at.Child("cidr"), vpc)
	}
	n.validateZones(c, at, region)
	n.validateZoneIDs(c, at.Child("zoneIds"), region)
	always(c, at.Child("nat"), n.NAT)
	n.validateEndpoints(c, at.Child("interfaceEndpoints"))
	c.retention(at.Child("flowLogsRetentionDays"), n.FlowLogsRetentionDays)
}

func (n Network) validateZones(c *checker, at *field.Path, region string) {
	count, zones := at.Child("zoneCount"), at.Child("zones")
	if len(n.Zones) == 0 {
		c.between(count, n.ZoneCount, minZones, maxZoneCount)
		return
	}
	if n.ZoneCount != 0 && !n.derivedZones(region) {
		c.add(field.Forbidden(count, "zones already names the zones"))
		return
	}
	if len(n.Zones) < minZones || len(n.Zones) > maxZones {
		c.add(field.Invalid(zones, n.Zones, fmt.Sprintf("must name %d to %d zones", minZones, maxZones)))
	}
	c.unique(zones, n.Zones)
	if !awsenv.IsRegion(region) {
		return
	}
	for i, zone := range n.Zones {
		if !awsenv.IsZoneOf(region, zone) {
			c.add(field.Invalid(zones.Index(i), zone, "must be an availability zone of "+region+": its name and one letter"))
		}
	}
}

// derivedZones says whether Zones is what derive makes of ZoneCount.
func (n Network) derivedZones(region string) bool {
	derived := len(n.Zones) == n.ZoneCount
	for i, zone := range n.Zones {
		derived = derived && zone == region+string(rune('a'+i))
	}
	return derived
}

func (n Network) validateZoneIDs(c *checker, at *field.Path, region string) {
	if len(n.ZoneIDs) == 0 {
		return
	}
	if len(n.ZoneIDs) != len(n.Zones) {
		c.add(field.Invalid(at, n.ZoneIDs, fmt.Sprintf("must have one id per zone (%d), in the order of the zones", len(n.Zones))))
	}
	c.unique(at, n.ZoneIDs)
	for i, id := range n.ZoneIDs {
		c.add(awsenv.CheckZoneID(at.Index(i), region, id)...)
	}
}

func (n Network) validateEndpoints(c *checker, at *field.Path) {
	c.unique(at, n.InterfaceEndpoints)
	for i, service := range n.InterfaceEndpoints {
		switch {
		case !endpointPattern.MatchString(service):
			c.add(field.Invalid(at.Index(i), service, "must be the short name of an AWS service, such as ecr.api"))
		case service == "s3":
			c.add(field.Invalid(at.Index(i), service, "must not be s3: its gateway endpoint is always built"))
		}
	}
	if n.NAT != NATNone {
		return
	}
	missing := slices.DeleteFunc(slices.Clone(endpointsWithoutNAT), func(service string) bool {
		return slices.Contains(n.InterfaceEndpoints, service)
	})
	if len(missing) > 0 {
		c.add(field.Required(at, fmt.Sprintf("must contain %s while nat is %s, or nodes cannot join the cluster",
			strings.Join(missing, ", "), NATNone)))
	}
}

// prefix reads an IPv4 range; false means that its fault is reported.
func (c *checker) prefix(at *field.Path, cidr string) (netip.Prefix, bool) {
	prefix, faults := ipv4.Parse(at, cidr)
	c.add(faults...)
	return prefix, len(faults) == 0
}

func (c *checker) private(at *field.Path, prefix netip.Prefix) {
	c.add(ipv4.CheckPrivate(at, prefix)...)
}
