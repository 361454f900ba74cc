package awsenv

import (
	"net/netip"
	"slices"

	"k8s.io/apimachinery/pkg/util/validation/field"
)

// privateRanges are those of RFC 1918.
var privateRanges = []netip.Prefix{
	netip.MustParsePrefix("10.0.0.0/8"), netip.MustParsePrefix("172.16.0.0/12"), netip.MustParsePrefix("192.168.0.0/16"),
}

// ParseCIDR accepts only the canonical form, because AWS stores that and the next
// preview would show a difference.
func ParseCIDR(path *field.Path, cidr string) (netip.Prefix, field.ErrorList) {
	prefix, err := netip.ParsePrefix(cidr)
	if err != nil || !prefix.Addr().Is4() || prefix.Masked() != prefix {
		return netip.Prefix{}, field.ErrorList{
			field.Invalid(path, cidr, "must be an IPv4 range without host bits, such as 10.0.0.0/16"),
		}
	}
	return prefix, nil
}

// CheckPrivateCIDR reports a range that does not lie in one of RFC 1918.
func CheckPrivateCIDR(path *field.Path, prefix netip.Prefix) field.ErrorList {
	inside := func(r netip.Prefix) bool { return r.Bits() <= prefix.Bits() && r.Contains(prefix.Addr()) }
	if slices.ContainsFunc(privateRanges, inside) {
		return nil
	}
	return field.ErrorList{field.Invalid(path, prefix.String(), "must lie in 10.0.0.0/8, 172.16.0.0/12 or 192.168.0.0/16")}
}

// internalRanges are those of hosts that are not on the internet: RFC 1918,
// RFC 6598 (shared), RFC 3927 (link-local, which holds the instance metadata) and
// RFC 1122 (loopback).
var internalRanges = append(privateRanges[:len(privateRanges):len(privateRanges)],
	netip.MustParsePrefix("100.64.0.0/10"), netip.MustParsePrefix("169.254.0.0/16"), netip.MustParsePrefix("127.0.0.0/8"))

// reservedRanges are those no host on the internet has: the internal ones, "this
// network", multicast and class E.
var reservedRanges = append(internalRanges[:len(internalRanges):len(internalRanges)],
	netip.MustParsePrefix("0.0.0.0/8"), netip.MustParsePrefix("224.0.0.0/3"))

// CheckPublicCIDR reports a range that lies in a reserved one: EKS refuses it for a
// public endpoint.
func CheckPublicCIDR(path *field.Path, prefix netip.Prefix) field.ErrorList {
	inside := func(r netip.Prefix) bool { return r.Bits() <= prefix.Bits() && r.Contains(prefix.Addr()) }
	if !slices.ContainsFunc(reservedRanges, inside) {
		return nil
	}
	return field.ErrorList{field.Invalid(path, prefix.String(), "must be addresses of the internet: nobody calls from a reserved range")}
}
