package spec

import (
	"fmt"
	"net/netip"
	"slices"
	"strings"

	"k8s.io/apimachinery/pkg/util/validation/field"

	"github.com/mlops-iac/mlops/internal/shared/validation"
)

// PortDNS is opened over UDP as well: DNS asks there first.
const PortDNS = 53

// portsOfUDP are those of protocols that are spoken over UDP, with their names: an
// Egress opens TCP, and would open nothing that anybody uses.
var portsOfUDP = map[int]string{
	67: "DHCP", 68: "DHCP", 69: "TFTP", 123: "NTP", 161: "SNMP", 162: "SNMP", 500: "IPsec", 4500: "IPsec",
}

// Check reports a range that is none or holds every address, and missing or
// impossible ports.
func (e Egress) Check(path *field.Path) field.ErrorList {
	list := validation.Required(path, e, "")
	if e.CIDR != "" {
		list = append(list, checkRange(path.Child("cidr"), e.CIDR)...)
	}
	ports := path.Child("ports")
	for i, port := range e.Ports {
		protocol, udp := portsOfUDP[port]
		switch {
		case port < 1 || port > 65535:
			list = append(list, field.Invalid(ports.Index(i), port, "must be from 1 to 65535"))
		case udp:
			list = append(list, field.Invalid(ports.Index(i), port, fmt.Sprintf("must be a TCP port: %s is spoken over UDP, which is not opened", protocol)))
		}
	}
	return list
}

// instanceMetadata is where a node gets its own credentials, by either kind of
// address.
var instanceMetadata = []netip.Addr{netip.MustParseAddr("169.254.169.254"), netip.MustParseAddr("fd00:ec2::254")}

// CheckSource reports what CheckCIDR does, and a range of every address: who may
// call is named.
func CheckSource(path *field.Path, text string) field.ErrorList {
	if list := CheckCIDR(path, text); len(list) > 0 {
		return list
	}
	return notEveryAddress(path, text)
}

func notEveryAddress(path *field.Path, text string) field.ErrorList {
	if netip.MustParsePrefix(text).Bits() > 0 {
		return nil
	}
	return field.ErrorList{field.Invalid(path, text, "must not be every address: name the ranges that are needed")}
}

// checkRange reports what CheckCIDR does, and ranges so wide that they hold
// every address or the node's own credentials.
func checkRange(path *field.Path, text string) field.ErrorList {
	if list := CheckCIDR(path, text); len(list) > 0 {
		return list
	}
	if list := notEveryAddress(path, text); len(list) > 0 {
		return list
	}
	prefix := netip.MustParsePrefix(text)
	if i := slices.IndexFunc(instanceMetadata, prefix.Contains); i >= 0 {
		return field.ErrorList{field.Invalid(path, text, fmt.Sprintf("must not hold %s, where nodes get their credentials", instanceMetadata[i]))}
	}
	return nil
}

// mappedRange holds the addresses of IPv4 as IPv6 writes them.
var mappedRange = netip.MustParsePrefix("::ffff:0:0/96")

// CheckCIDR reports text that is not a range of addresses in canonical form. One
// address has one form: those of IPv4 are not written as IPv6.
func CheckCIDR(path *field.Path, text string) field.ErrorList {
	prefix, err := netip.ParsePrefix(text)
	switch {
	case err != nil:
		return field.ErrorList{field.Invalid(path, text, `must be a CIDR such as "203.0.113.0/24"`)}
	case prefix.Masked() != prefix:
		return field.ErrorList{field.Invalid(path, text, fmt.Sprintf("must not have bits behind the mask; did you mean %s?", prefix.Masked()))}
	case prefix.Bits() > 0 && prefix.Overlaps(mappedRange):
		return field.ErrorList{field.Invalid(path, text, "must not hold IPv4 addresses as IPv6 writes them"+asIPv4(prefix))}
	default:
		return nil
	}
}

// asIPv4 asks whether the range as IPv4 writes it was meant, where there is one.
func asIPv4(mapped netip.Prefix) string {
	bits := mapped.Bits() - mappedRange.Bits()
	if bits < 0 || !strings.Contains(mapped.Addr().String(), ".") {
		return ""
	}
	return fmt.Sprintf("; did you mean %s?", netip.PrefixFrom(mapped.Addr().Unmap(), bits))
}
