// Package awsenv knows what differs between AWS partitions, and the rules AWS
// has for regions, accounts, IAM principals and the retention of logs. It is
// plain Go, so that settings and components share one copy of each rule.
package awsenv

import "strings"

// The partitions the platform runs in. The isolated ones have other service
// names and domains.
const (
	Commercial = "aws"
	China      = "aws-cn"
	Gov        = "aws-us-gov"
)

// Partitions lists the partitions the platform runs in.
func Partitions() []string { return []string{Commercial, China, Gov} }

// PartitionOf is the partition a region lies in.
func PartitionOf(region string) string {
	switch {
	case strings.HasPrefix(region, "cn-"):
		return China
	case strings.HasPrefix(region, "us-gov-"):
		return Gov
	default:
		return Commercial
	}
}

// DNSSuffix is the domain of AWS services in a partition.
func DNSSuffix(partition string) string {
	if partition == China {
		return "amazonaws.com.cn"
	}
	return "amazonaws.com"
}

// Host is the name of a service's regional endpoint, such as
// "s3.eu-west-1.amazonaws.com". It is also the service's principal, where that
// carries a region, and its value of kms:ViaService.
func Host(service, region string) string {
	return service + "." + region + "." + DNSSuffix(PartitionOf(region))
}

// Place is where resources are: one account and region of one partition.
type Place struct {
	Partition, Region, AccountID string
}

// ARN names a regional resource, such as ARN("logs", "log-group:app").
func (p Place) ARN(service, resource string) string {
	return strings.Join([]string{"arn", p.Partition, service, p.Region, p.AccountID, resource}, ":")
}

// Root is the principal that stands for the account and its IAM policies.
func (p Place) Root() string { return "arn:" + p.Partition + ":iam::" + p.AccountID + ":root" }
