package network

import (
	"cmp"
	"slices"

	"github.com/mlops-iac/mlops/internal/awsenv"
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
	in.CIDR = cmp.Or(in.CIDR, DefaultCIDR)
	in.NAT = cmp.Or(in.NAT, DefaultNAT)
	in.Partition = cmp.Or(in.Partition, awsenv.PartitionOf(in.Region))
	in.FlowLogs.RetentionDays = cmp.Or(in.FlowLogs.RetentionDays, DefaultFlowLogRetentionDays)
	in.FlowLogs.AggregationSeconds = cmp.Or(in.FlowLogs.AggregationSeconds, DefaultFlowLogAggregationSeconds)
	return &in
}
