package network

import (
	"slices"
	"strings"
)

const (
	// DefaultCIDR is the range of the VPC: the largest AWS allows, in the block of
	// RFC 1918 with the most room for peers.
	DefaultCIDR = "10.0.0.0/16"
	// DefaultNAT is the cheapest mode that lets nodes pull public images.
	DefaultNAT = NATSingle
	// DefaultFlowLogRetentionDays keeps a month, enough to look into an incident
	// after the fact without paying for an archive.
	DefaultFlowLogRetentionDays = 30
	// DefaultFlowLogAggregationSeconds is AWS's own default; 60 costs up to ten
	// times as many records.
	DefaultFlowLogAggregationSeconds = 600
	// DatabasePort is the only port database subnets accept: PostgreSQL's.
	DatabasePort = 5432
)

const (
	// keyDeletionDays is the longest waiting time KMS offers before a key, and with
	// it everything it encrypted, is gone for good.
	keyDeletionDays = 30

	partitionAWS   = "aws"
	partitionChina = "aws-cn"
	partitionGov   = "aws-us-gov"
)

// DefaultInterfaceEndpoints lists the services nodes and pods of the platform
// call all the time: image pulls, credentials, logs, network interfaces and
// secrets.
func DefaultInterfaceEndpoints() []string {
	return []string{"ecr.api", "ecr.dkr", "sts", "logs", "ec2", "secretsmanager"}
}

func (a *Args) withDefaults() *Args {
	in := Args{}
	if a != nil {
		in = *a
	}
	in.Zones = slices.Clone(in.Zones)
	in.InterfaceEndpoints = slices.Clone(in.InterfaceEndpoints)
	in.S3ReadBuckets = slices.Clone(in.S3ReadBuckets)
	if in.CIDR == "" {
		in.CIDR = DefaultCIDR
	}
	if in.NAT == "" {
		in.NAT = DefaultNAT
	}
	if in.Partition == "" {
		in.Partition = partitionOf(in.Region)
	}
	if in.FlowLogs.RetentionDays == 0 {
		in.FlowLogs.RetentionDays = DefaultFlowLogRetentionDays
	}
	if in.FlowLogs.AggregationSeconds == 0 {
		in.FlowLogs.AggregationSeconds = DefaultFlowLogAggregationSeconds
	}
	return &in
}

func partitionOf(region string) string {
	switch {
	case strings.HasPrefix(region, "cn-"):
		return partitionChina
	case strings.HasPrefix(region, "us-gov-"):
		return partitionGov
	default:
		return partitionAWS
	}
}

// dnsSuffix is the domain of AWS services in a partition.
func dnsSuffix(partition string) string {
	if partition == partitionChina {
		return "amazonaws.com.cn"
	}
	return "amazonaws.com"
}
