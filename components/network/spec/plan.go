package spec

import (
	"encoding/binary"
	"errors"
	"fmt"
	"net/netip"

	"github.com/mlops-iac/mlops/internal/shared/awsenv"
)

const (
	// MaxZones is how many zones a Layout has room for: the most any AWS region has.
	MaxZones = 6
	// MinVPCBits is the prefix length of the largest VPC AWS allows.
	MinVPCBits = 16
	// MaxVPCBits is the prefix length of the smallest VPC Check accepts: below it a
	// private subnet has fewer than 64 addresses, too few for a node's pods.
	MaxVPCBits = 22

	// minSubnetBits is the smallest subnet AWS allows, which is also the smallest
	// EKS puts its network interfaces in.
	minSubnetBits = 28
	// minPublicBits is the smallest subnet an application load balancer scales in.
	minPublicBits = 27
)

// Layout is the division of a VPC's range into subnets. Index i of each tier
// belongs to zone i.
type Layout struct {
	// VPC is the whole range.
	VPC netip.Prefix
	// Public holds the subnets of load balancers and NAT gateways.
	Public []netip.Prefix
	// Private holds the subnets of nodes and pods.
	Private []netip.Prefix
	// Database holds the subnets without a route to the internet.
	Database []netip.Prefix
}

// tier is where the subnets of one kind lie in the range of the VPC.
type tier struct {
	// start is the tier's first sixteenth of the VPC.
	start uint32
	// regionBits is the prefix length of the space kept for the tier.
	regionBits int
	// subnetBits is the prefix length of one subnet.
	subnetBits int
	// maxBits is the prefix length of the smallest useful subnet.
	maxBits int
}

// Plan divides cidr, an IPv4 range of at most /16, into subnets for a number of
// zones. The upper half of the range holds the private subnets, the first
// quarter the public ones and the eighth after it the database ones; the last
// eighth before the upper half stays free. Sizes follow the size of the range:
//
//	VPC   private  public  database
//	/16   /20      /24     /24
//	/17   /21      /25     /25
//	/18   /22      /26     /26
//	/19   /23      /27     /27
//	/20   /24      /27     /28
//	/21   /25      /27     /28
//	/22   /26      /27     /28
//
// A subnet's range depends only on cidr and the index of its zone, so a zone
// appended later changes no existing subnet. Plan also divides ranges smaller
// than Check accepts, and fails when a range has no room for the zones.
func Plan(cidr string, zones int) (Layout, error) {
	vpc, err := parseCIDR(cidr)
	if err != nil {
		return Layout{}, err
	}
	if zones < 1 || zones > MaxZones {
		return Layout{}, fmt.Errorf("zones must be 1 to %d, not %d", MaxZones, zones)
	}
	if room := capacity(vpc.Bits()); room < zones {
		return Layout{}, fmt.Errorf("%s has room for the subnets of %d zones, not %d: must be /%d or larger",
			vpc, room, zones, largestBitsFor(zones))
	}
	public, private, database := tiers(vpc.Bits())
	return Layout{
		VPC:      vpc,
		Public:   public.subnets(vpc, zones),
		Private:  private.subnets(vpc, zones),
		Database: database.subnets(vpc, zones),
	}, nil
}

func parseCIDR(cidr string) (netip.Prefix, error) {
	vpc, list := awsenv.ParseCIDR(nil, cidr)
	if len(list) > 0 {
		return netip.Prefix{}, errors.New(list[0].Detail)
	}
	if vpc.Bits() < MinVPCBits {
		return netip.Prefix{}, fmt.Errorf("must be /%d or smaller, the largest VPC of AWS", MinVPCBits)
	}
	return vpc, nil
}

func tiers(bits int) (public, private, database tier) {
	public = tier{start: 0, regionBits: bits + 2, subnetBits: min(bits+8, minPublicBits), maxBits: minPublicBits}
	database = tier{start: 4, regionBits: bits + 3, subnetBits: min(bits+8, minSubnetBits), maxBits: minSubnetBits}
	private = tier{start: 8, regionBits: bits + 1, subnetBits: bits + 4, maxBits: minSubnetBits}
	return public, private, database
}

// capacity is for how many zones a range of the given prefix length has room.
func capacity(bits int) int {
	public, private, database := tiers(bits)
	return min(public.slots(), private.slots(), database.slots())
}

func largestBitsFor(zones int) int {
	bits := MinVPCBits
	for capacity(bits+1) >= zones {
		bits++
	}
	return bits
}

func (t tier) slots() int {
	if t.subnetBits > t.maxBits || t.subnetBits < t.regionBits {
		return 0
	}
	return 1 << (t.subnetBits - t.regionBits)
}

func (t tier) subnets(vpc netip.Prefix, zones int) []netip.Prefix {
	base := vpc.Addr().As4()
	first := binary.BigEndian.Uint32(base[:]) + t.start<<(32-vpc.Bits()-4)
	prefixes := make([]netip.Prefix, zones)
	for i := range prefixes {
		var address [4]byte
		binary.BigEndian.PutUint32(address[:], first+uint32(i)<<(32-t.subnetBits))
		prefixes[i] = netip.PrefixFrom(netip.AddrFrom4(address), t.subnetBits)
	}
	return prefixes
}
