package network

import (
	"fmt"
	"net/netip"
	"regexp"
	"slices"
	"strings"

	"k8s.io/apimachinery/pkg/util/validation/field"

	"github.com/mlops-iac/mlops/internal/awsenv"
	"github.com/mlops-iac/mlops/internal/faults"
	"github.com/mlops-iac/mlops/internal/tags"
)

var (
	clusterRule  = regexp.MustCompile(`^[0-9A-Za-z][0-9A-Za-z_-]{0,99}$`)
	endpointRule = regexp.MustCompile(`^[a-z0-9]+([.-][a-z0-9]+)*$`)
	bucketRule   = regexp.MustCompile(`^[a-z0-9*][a-z0-9.*-]*$`)
)

// sharedAddresses is RFC 6598's range, which AWS allows in a VPC and which is
// as unreachable from the internet as RFC 1918's.
var sharedAddresses = netip.MustParsePrefix("100.64.0.0/10")

// maxNameLength is what IAM's 64 characters leave for the component's name in
// "<name>-flow-logs-<7 random characters>".
const maxNameLength = 64 - len("-flow-logs") - 8

func (a *Args) validate(name string) error {
	var long field.ErrorList
	if len(name) > maxNameLength {
		long = append(long, field.TooLong(field.NewPath("name"), name, maxNameLength))
	}
	return faults.ToError("", slices.Concat(
		long, tags.Check(field.NewPath("tags"), a.Tags),
		a.validatePlace(), a.validateCIDR(), a.validateZones(), a.validateZoneIDs(),
		a.validateNAT(), a.validateEndpoints(), a.validateFlowLogs(),
	))
}

func (a *Args) validatePlace() field.ErrorList {
	list := a.place().Check()
	if a.ClusterName != "" && !clusterRule.MatchString(a.ClusterName) {
		list = append(list, field.Invalid(field.NewPath("clusterName"), a.ClusterName,
			"must be 1 to 100 letters, digits, - and _, beginning with a letter or digit"))
	}
	return list
}

func (a *Args) validateCIDR() field.ErrorList {
	path := field.NewPath("cidr")
	vpc, err := parseCIDR(a.CIDR)
	switch {
	case err != nil:
		return field.ErrorList{field.Invalid(path, a.CIDR, err.Error())}
	case vpc.Bits() > MaxVPCBits:
		return field.ErrorList{field.Invalid(path, a.CIDR,
			fmt.Sprintf("must be /%d to /%d: smaller subnets cannot hold a node's pods", MinVPCBits, MaxVPCBits))}
	case !vpc.Addr().IsPrivate() && !sharedAddresses.Contains(vpc.Addr()):
		return field.ErrorList{field.Invalid(path, a.CIDR,
			"must lie in 10.0.0.0/8, 172.16.0.0/12, 192.168.0.0/16 or 100.64.0.0/10: hosts on the internet own all others")}
	}
	return nil
}

func (a *Args) validateZones() field.ErrorList {
	path := field.NewPath("zones")
	if len(a.Zones) == 0 {
		return field.ErrorList{field.Required(path, fmt.Sprintf("must name 1 to %d availability zones", MaxZones))}
	}
	var list field.ErrorList
	if len(a.Zones) > MaxZones {
		list = append(list, field.TooMany(path, len(a.Zones), MaxZones))
	}
	for i, zone := range a.Zones {
		if slices.Contains(a.Zones[:i], zone) {
			list = append(list, field.Duplicate(path.Index(i), zone))
		}
		if !awsenv.IsZoneOf(a.Region, zone) {
			list = append(list, field.Invalid(path.Index(i), zone,
				fmt.Sprintf("must be an availability zone of region %q: its name and one letter", a.Region)))
		}
	}
	return list
}

func (a *Args) validateZoneIDs() field.ErrorList {
	if len(a.ZoneIDs) == 0 {
		return nil
	}
	path := field.NewPath("zoneIds")
	var list field.ErrorList
	if len(a.ZoneIDs) != len(a.Zones) {
		list = append(list, field.Invalid(path, len(a.ZoneIDs),
			fmt.Sprintf("must have one id per zone (%d), in the order of zones", len(a.Zones))))
	}
	for i, id := range a.ZoneIDs {
		if slices.Contains(a.ZoneIDs[:i], id) {
			list = append(list, field.Duplicate(path.Index(i), id))
			continue
		}
		list = append(list, awsenv.CheckZoneID(path.Index(i), a.Region, id)...)
	}
	return list
}

func (a *Args) validateNAT() field.ErrorList {
	modes := []NATMode{NATNone, NATSingle, NATPerZone}
	if slices.Contains(modes, a.NAT) {
		return nil
	}
	return field.ErrorList{field.NotSupported(field.NewPath("nat"), a.NAT, modes)}
}

func (a *Args) validateEndpoints() field.ErrorList {
	var list field.ErrorList
	path := field.NewPath("interfaceEndpoints")
	for i, service := range a.InterfaceEndpoints {
		seen := func(other string) bool { return a.serviceName(other) == a.serviceName(service) }
		switch {
		case slices.ContainsFunc(a.InterfaceEndpoints[:i], seen):
			list = append(list, field.Duplicate(path.Index(i), service))
		case !endpointRule.MatchString(service):
			list = append(list, field.Invalid(path.Index(i), service, "must be a service such as ecr.api"))
		case strings.HasPrefix(service, "com.amazonaws.") && !strings.HasPrefix(service, "com.amazonaws."+a.Region+"."):
			list = append(list, field.Invalid(path.Index(i), service, "must be a service of region "+a.Region))
		case a.serviceName(service) == a.serviceName(s3Service):
			list = append(list, field.Invalid(path.Index(i), service, "must not be s3: its gateway endpoint is always built"))
		}
	}
	buckets := field.NewPath("s3ReadBuckets")
	for i, bucket := range a.S3ReadBuckets {
		if !bucketRule.MatchString(bucket) || strings.Trim(bucket, "*") == "" {
			list = append(list, field.Invalid(buckets.Index(i), bucket,
				"must be a bucket name, in which * stands for any characters but not for the whole name"))
		}
	}
	return list
}

func (a *Args) validateFlowLogs() field.ErrorList {
	path := field.NewPath("flowLogs")
	list := awsenv.CheckLogRetention(path.Child("retentionDays"), a.FlowLogs.RetentionDays)
	if seconds := a.FlowLogs.AggregationSeconds; seconds != 60 && seconds != 600 {
		list = append(list, field.Invalid(path.Child("aggregationSeconds"), seconds, "must be 60 or 600"))
	}
	return list
}
