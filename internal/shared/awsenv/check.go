package awsenv

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"k8s.io/apimachinery/pkg/util/validation/field"
)

var accountPattern = regexp.MustCompile(`^[0-9]{12}$`)

// IsAccountID says whether the text has the form of an account id.
func IsAccountID(text string) bool { return accountPattern.MatchString(text) }

// Check returns the errors of all three parts, at the paths partition, region
// and accountId.
func (p Place) Check() field.ErrorList {
	return slices.Concat(
		CheckRegion(field.NewPath("region"), p.Region),
		CheckAccountID(field.NewPath("accountId"), p.AccountID),
		CheckPartition(field.NewPath("partition"), p.Partition, p.Region),
	)
}

// CheckRegion reports text that is not a region of a known partition.
func CheckRegion(path *field.Path, region string) field.ErrorList {
	switch {
	case region == "":
		return field.ErrorList{field.Required(path, "must name an AWS region")}
	case !IsRegion(region):
		return field.ErrorList{field.Invalid(path, region, "must be an AWS region such as eu-west-1")}
	}
	return nil
}

// CheckAccountID reports text that is not an account id.
func CheckAccountID(path *field.Path, account string) field.ErrorList {
	switch {
	case account == "":
		return field.ErrorList{field.Required(path, "must be the AWS account to build in")}
	case !IsAccountID(account):
		return field.ErrorList{field.Invalid(path, account, "must be 12 digits")}
	}
	return nil
}

// CheckPartition reports an unknown partition and one the region is not in. A
// region that is itself wrong, or empty, is not compared.
func CheckPartition(path *field.Path, partition, region string) field.ErrorList {
	if !slices.Contains(Partitions(), partition) {
		return field.ErrorList{field.NotSupported(path, partition, Partitions())}
	}
	if correct := PartitionOf(region); IsRegion(region) && partition != correct {
		return field.ErrorList{field.Invalid(path, partition, fmt.Sprintf("must be %s, the partition of %s", correct, region))}
	}
	return nil
}

// LogRetentionDays lists how many days CloudWatch Logs can keep logs.
func LogRetentionDays() []int {
	return []int{
		1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653,
	}
}

// CheckLogRetention reports a number of days that CloudWatch Logs refuses.
func CheckLogRetention(path *field.Path, days int) field.ErrorList {
	if slices.Contains(LogRetentionDays(), days) {
		return nil
	}
	allowed := strings.Trim(strings.ReplaceAll(fmt.Sprint(LogRetentionDays()), " ", ", "), "[]")
	return field.ErrorList{field.Invalid(path, days, "must be one of "+allowed)}
}

// zonesWithoutEKS are the zone ids in which EKS cannot place a control plane.
var zonesWithoutEKS = []string{"use1-az3", "usw1-az2", "cac1-az3"}

// lastZone is the letter of the last zone of us-east-1, the largest region.
const lastZone = "f"

var zoneIDPattern = regexp.MustCompile(`^[a-z]+[0-9]+-az[0-9]+$`)

// CheckZoneID reports text that is not a zone id, zones without EKS, and zones of
// another region. A region that is itself wrong is not compared.
func CheckZoneID(path *field.Path, region, id string) field.ErrorList {
	switch {
	case !zoneIDPattern.MatchString(id):
		return field.ErrorList{field.Invalid(path, id, "must be a zone id such as euw1-az1")}
	case slices.Contains(zonesWithoutEKS, id):
		return field.ErrorList{field.Invalid(path, id, "must not be "+strings.Join(zonesWithoutEKS, ", ")+": EKS cannot run there")}
	case IsRegion(region) && !strings.HasPrefix(id, zoneIDPrefix(region)+"-"):
		return field.ErrorList{field.Invalid(path, id, fmt.Sprintf("must be a zone id of %s, such as %s-az1", region, zoneIDPrefix(region)))}
	}
	return nil
}

// IsZoneOf says whether zone is an availability zone of the region: its name
// and one letter, of which no region has more than six. A longer suffix is a
// Local or Wavelength Zone, which cannot host EKS.
func IsZoneOf(region, zone string) bool {
	suffix, inRegion := strings.CutPrefix(zone, region)
	return inRegion && len(suffix) == 1 && suffix >= "a" && suffix <= lastZone
}
