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

var bucketPattern = regexp.MustCompile(`^[a-z0-9*][a-z0-9.*-]*$`)

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
		return append(validation.Between(count, n.ZoneCount, minZones, maxZoneCount), n.checkLetters(zones, region)...)
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

// checkLetters asks for names where a count cannot tell which zones are meant.
func (n Network) checkLetters(zones *field.Path, region string) field.ErrorList {
	if n.ZoneCount > maxZoneCount || n.ZoneCount <= awsenv.LetteredZones(region) {
		return nil
	}
	return field.ErrorList{field.Required(zones, fmt.Sprintf(
		"must name the zones in %s: not every account has %s, which a zoneCount of %d stands for; aws ec2 describe-availability-zones lists them",
		region, strings.Join(firstZones(region, n.ZoneCount), ", "), n.ZoneCount))}
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
