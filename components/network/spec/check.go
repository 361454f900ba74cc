package spec

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"k8s.io/apimachinery/pkg/util/validation/field"

	"github.com/mlops-iac/mlops/internal/shared/awsenv"
	"github.com/mlops-iac/mlops/internal/shared/validation"
)

const (
	// minZones is the least EKS and RDS accept.
	minZones = 2
	// maxZoneCount is how many zones nearly every region calls a, b and c.
	maxZoneCount = 3
)

const s3Service = "s3"

var (
	endpointPattern = regexp.MustCompile(`^[a-z0-9]+([.-][a-z0-9]+)*$`)
	bucketPattern   = regexp.MustCompile(`^[a-z0-9*][a-z0-9.*-]*$`)
)

// endpointsWithoutNAT are what a node needs to join the cluster and run pods, and
// the jobs that make accounts in the metadata store, without a way to the internet.
var endpointsWithoutNAT = []string{"ec2", "ecr.api", "ecr.dkr", "eks", "eks-auth", "secretsmanager", "sts"}

// Check reports every broken rule of a network with all its defaults. What a
// region that is itself wrong decides is not checked.
func (n Network) Check(path *field.Path, region string) field.ErrorList {
	return slices.Concat(
		n.checkCIDR(path.Child("cidr")),
		n.checkZones(path, region),
		n.checkZoneIDs(path.Child("zoneIds"), region),
		validation.Supported(path.Child("nat"), n.NAT),
		n.checkEndpoints(path.Child("interfaceEndpoints"), region),
		n.checkBuckets(path.Child("s3ReadBuckets")),
		awsenv.CheckLogRetention(path.Child("flowLogsRetentionDays"), n.FlowLogsRetentionDays),
	)
}

// CheckNodes reports the endpoints without which nodes of an EKS cluster, in a
// network without NAT, cannot join it.
func (n Network) CheckNodes(path *field.Path, region string) field.ErrorList {
	if n.NAT != NATNone {
		return nil
	}
	missing := slices.DeleteFunc(slices.Clone(endpointsWithoutNAT), func(service string) bool {
		return slices.ContainsFunc(n.InterfaceEndpoints, func(own string) bool {
			return ServiceName(region, own) == ServiceName(region, service)
		})
	})
	if len(missing) == 0 {
		return nil
	}
	return field.ErrorList{field.Required(path.Child("interfaceEndpoints"),
		fmt.Sprintf("must contain %s while nat is %s: nodes and the jobs of the platform call them", strings.Join(missing, ", "), NATNone))}
}

// checkCIDR need not ask whether the subnets have room: Plan divides every range
// of these sizes for as many zones as there can be.
func (n Network) checkCIDR(path *field.Path) field.ErrorList {
	vpc, list := awsenv.ParseCIDR(path, n.CIDR)
	if len(list) > 0 {
		return list
	}
	if vpc.Bits() < MinVPCBits || vpc.Bits() > MaxVPCBits {
		list = append(list, field.Invalid(path, n.CIDR,
			fmt.Sprintf("must be /%d to /%d: AWS has no larger VPC, and smaller subnets cannot hold a node's pods", MinVPCBits, MaxVPCBits)))
	}
	return append(list, awsenv.CheckPrivateCIDR(path, vpc)...)
}

func (n Network) checkZones(path *field.Path, region string) field.ErrorList {
	count, zones := path.Child("zoneCount"), path.Child("zones")
	if len(n.Zones) == 0 {
		return validation.Between(count, n.ZoneCount, minZones, maxZoneCount)
	}
	if n.ZoneCount != 0 && (n.ZoneCount != len(n.Zones) || !slices.Equal(n.Zones, firstZones(region, n.ZoneCount))) {
		return field.ErrorList{field.Forbidden(count, "zones already names the zones")}
	}
	list := validation.Unique(zones, n.Zones)
	if len(n.Zones) < minZones || len(n.Zones) > MaxZones {
		list = append(list, field.Invalid(zones, n.Zones, fmt.Sprintf("must name %d to %d zones", minZones, MaxZones)))
	}
	for i, zone := range n.Zones {
		if awsenv.IsRegion(region) && !awsenv.IsZoneOf(region, zone) {
			list = append(list, field.Invalid(zones.Index(i), zone, "must be an availability zone of "+region+": its name and one letter"))
		}
	}
	return list
}

func (n Network) checkZoneIDs(path *field.Path, region string) field.ErrorList {
	list := validation.Unique(path, n.ZoneIDs)
	if len(n.ZoneIDs) > 0 && len(n.ZoneIDs) != len(n.Zones) {
		list = append(list, field.Invalid(path, n.ZoneIDs,
			fmt.Sprintf("must have one id per zone (%d), in the order of the zones", len(n.Zones))))
	}
	for i, id := range n.ZoneIDs {
		list = append(list, awsenv.CheckZoneID(path.Index(i), region, id)...)
	}
	return list
}

func (n Network) checkEndpoints(path *field.Path, region string) field.ErrorList {
	var list field.ErrorList
	for i, service := range n.InterfaceEndpoints {
		same := func(other string) bool { return ServiceName(region, other) == ServiceName(region, service) }
		switch {
		case slices.ContainsFunc(n.InterfaceEndpoints[:i], same):
			list = append(list, field.Duplicate(path.Index(i), service))
		case !endpointPattern.MatchString(service):
			list = append(list, field.Invalid(path.Index(i), service, "must be the short name of an AWS service, such as ecr.api"))
		case strings.HasPrefix(service, servicePrefix) && !strings.HasPrefix(service, ServiceName(region, "")):
			list = append(list, field.Invalid(path.Index(i), service, "must be a service of region "+region))
		case same(s3Service):
			list = append(list, field.Invalid(path.Index(i), service, "must not be s3: its gateway endpoint is always built"))
		}
	}
	return list
}

const servicePrefix = "com.amazonaws."

// ServiceName expands the short name of a service; a full one, which some
// services of the China partition need, is returned as it is.
func ServiceName(region, service string) string {
	if strings.HasPrefix(service, servicePrefix) || strings.HasPrefix(service, "cn."+servicePrefix) {
		return service
	}
	return servicePrefix + region + "." + service
}

func (n Network) checkBuckets(path *field.Path) field.ErrorList {
	list := validation.Unique(path, n.S3ReadBuckets)
	for i, bucket := range n.S3ReadBuckets {
		if !bucketPattern.MatchString(bucket) || strings.Trim(bucket, "*") == "" {
			list = append(list, field.Invalid(path.Index(i), bucket,
				"must be a bucket name, in which * stands for any characters but not for the whole name"))
		}
	}
	return list
}
