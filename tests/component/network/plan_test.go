package network_test

import (
	"fmt"
	"net/netip"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/mlops-iac/mlops/components/network/spec"
)

func TestPlanOfTheLargestVPC(t *testing.T) {
	t.Parallel()
	layout, err := spec.Plan("10.0.0.0/16", 3)
	require.NoError(t, err)
	assert.Equal(t, spec.Layout{
		VPC:      netip.MustParsePrefix("10.0.0.0/16"),
		Public:   prefixes("10.0.0.0/24", "10.0.1.0/24", "10.0.2.0/24"),
		Private:  prefixes("10.0.128.0/20", "10.0.144.0/20", "10.0.160.0/20"),
		Database: prefixes("10.0.64.0/24", "10.0.65.0/24", "10.0.66.0/24"),
	}, layout)
}

// TestPlanScalesDown holds the table in the documentation of Plan.
func TestPlanScalesDown(t *testing.T) {
	t.Parallel()
	tests := []struct {
		cidr                      string
		private, public, database int
	}{
		{"10.0.0.0/16", 20, 24, 24},
		{"10.0.128.0/17", 21, 25, 25},
		{"10.0.64.0/18", 22, 26, 26},
		{"10.0.32.0/19", 23, 27, 27},
		{"10.0.16.0/20", 24, 27, 28},
		{"10.0.8.0/21", 25, 27, 28},
		{"10.0.4.0/22", 26, 27, 28},
	}
	for _, test := range tests {
		t.Run(test.cidr, func(t *testing.T) {
			t.Parallel()
			layout, err := spec.Plan(test.cidr, spec.MaxZones)
			require.NoError(t, err)
			assert.Equal(t, repeat(test.private), bits(layout.Private), "private")
			assert.Equal(t, repeat(test.public), bits(layout.Public), "public")
			assert.Equal(t, repeat(test.database), bits(layout.Database), "database")
		})
	}
}

func TestPlanRejects(t *testing.T) {
	t.Parallel()
	const notARange = "must be an IPv4 range without host bits, such as 10.0.0.0/16"
	tests := []struct {
		name, cidr string
		zones      int
		want       string
	}{
		{"no range", "10.0.0.0", 2, notARange},
		{"IPv6", "2001:db8::/56", 2, notARange},
		{"IPv4 in IPv6", "::ffff:10.0.0.0/112", 2, notARange},
		{"host bits", "10.0.1.1/16", 2, notARange},
		{"too large", "10.0.0.0/15", 2, "must be /16 or smaller, the largest VPC of AWS"},
		{"no zones", "10.0.0.0/16", 0, "zones must be 1 to 6, not 0"},
		{"too many zones", "10.0.0.0/16", 7, "zones must be 1 to 6, not 7"},
		{
			"small for five zones", "10.0.0.0/23", 5,
			"10.0.0.0/23 has room for the subnets of 4 zones, not 5: must be /22 or larger",
		},
		{
			"small for three zones", "10.0.0.0/24", 3,
			"10.0.0.0/24 has room for the subnets of 2 zones, not 3: must be /23 or larger",
		},
		{
			"too small for any zone", "10.0.0.0/25", 1,
			"10.0.0.0/25 has room for the subnets of 0 zones, not 1: must be /24 or larger",
		},
		{
			"one address", "10.0.0.1/32", 1,
			"10.0.0.1/32 has room for the subnets of 0 zones, not 1: must be /24 or larger",
		},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			layout, err := spec.Plan(test.cidr, test.zones)
			require.EqualError(t, err, test.want)
			assert.Empty(t, layout)
		})
	}
}

// TestPlanProperties tries every size and number of zones that fit.
func TestPlanProperties(t *testing.T) {
	t.Parallel()
	fitting := 0
	for size := spec.MinVPCBits; size <= 24; size++ {
		for _, base := range []string{"10.0.0.0", "10.255.255.0", "172.31.77.0", "192.168.0.0", "100.127.254.0"} {
			vpc, err := netip.MustParseAddr(base).Prefix(size)
			require.NoError(t, err)
			for zones := 1; zones <= spec.MaxZones; zones++ {
				if layout, err := spec.Plan(vpc.String(), zones); err == nil {
					fitting++
					checkLayout(t, vpc, zones, layout)
				}
			}
		}
	}
	// All 6 zone counts fit seven sizes, 4 fit /23 and 2 fit /24, for five bases.
	assert.Equal(t, 5*(7*6+4+2), fitting)
}

func FuzzPlan(f *testing.F) {
	f.Add(uint32(0x0a000000), uint8(16), 3)
	f.Add(uint32(0xc0a80000), uint8(22), 6)
	f.Add(uint32(0xffffffff), uint8(24), 2)
	f.Add(uint32(0), uint8(32), 1)
	f.Fuzz(func(t *testing.T, address uint32, size uint8, zones int) {
		addr := netip.AddrFrom4([4]byte{byte(address >> 24), byte(address >> 16), byte(address >> 8), byte(address)})
		vpc, err := addr.Prefix(int(size % 33))
		if err != nil {
			t.Fatal(err)
		}
		layout, err := spec.Plan(vpc.String(), zones)
		fits := zones >= 1 && zones <= spec.MaxZones &&
			vpc.Bits() >= spec.MinVPCBits && vpc.Bits() <= spec.MaxVPCBits
		if err != nil {
			if fits {
				t.Fatalf("%s has no room for %d zones: %v", vpc, zones, err)
			}
			return
		}
		checkLayout(t, vpc, zones, layout)
	})
}

func checkLayout(t *testing.T, vpc netip.Prefix, zones int, layout spec.Layout) {
	t.Helper()
	where := fmt.Sprintf("%s with %d zones", vpc, zones)
	require.Equal(t, vpc, layout.VPC, where)
	all := slices.Concat(layout.Public, layout.Private, layout.Database)
	require.Len(t, all, 3*zones, where)
	for i, subnet := range all {
		require.Equal(t, subnet.Masked(), subnet, "%s: %s is a range", where, subnet)
		require.LessOrEqual(t, subnet.Bits(), 28, "%s: %s is no smaller than AWS allows", where, subnet)
		require.Greater(t, subnet.Bits(), vpc.Bits(), where)
		require.True(t, vpc.Contains(subnet.Addr()), "%s: %s lies inside", where, subnet)
		for _, other := range all[:i] {
			require.False(t, subnet.Overlaps(other), "%s: %s overlaps %s", where, subnet, other)
		}
	}
	more, err := spec.Plan(vpc.String(), zones+1)
	if err != nil {
		return
	}
	require.Equal(t, layout.Public, more.Public[:zones], "%s: public subnets stay", where)
	require.Equal(t, layout.Private, more.Private[:zones], "%s: private subnets stay", where)
	require.Equal(t, layout.Database, more.Database[:zones], "%s: database subnets stay", where)
}

func prefixes(texts ...string) []netip.Prefix {
	parsed := make([]netip.Prefix, len(texts))
	for i, text := range texts {
		parsed[i] = netip.MustParsePrefix(text)
	}
	return parsed
}

func bits(subnets []netip.Prefix) []int {
	sizes := make([]int, len(subnets))
	for i, subnet := range subnets {
		sizes[i] = subnet.Bits()
	}
	return sizes
}

func repeat(size int) []int { return slices.Repeat([]int{size}, spec.MaxZones) }
