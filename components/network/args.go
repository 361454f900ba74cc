package network

import (
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/mlops-iac/mlops/internal/awsenv"
)

// NATMode says how private subnets reach the internet.
type NATMode string

// The NAT modes.
const (
	// NATNone builds no NAT gateway; private subnets have no default route.
	NATNone NATMode = "none"
	// NATSingle builds one NAT gateway in the first zone. When that zone fails,
	// every private subnet loses the internet.
	NATSingle NATMode = "single"
	// NATPerZone builds one NAT gateway per zone, so zones fail independently.
	NATPerZone NATMode = "per-zone"
)

// Args configure a Network.
type Args struct {
	// Region is the AWS region, such as "eu-west-1"; required.
	Region string
	// Zones are availability zone names in Region, such as "eu-west-1a"; 1 to 6,
	// required. Append only: the position of a zone fixes its subnets' ranges.
	Zones []string
	// AccountID is the 12-digit account the network is built in; required.
	AccountID string
	// CIDR is the private IPv4 range of the VPC, /16 to /22; default DefaultCIDR.
	CIDR string
	// ZoneIDs are the zone ids of Zones in the same order, such as "euw1-az1".
	// They are only checked against the zones that cannot host EKS; optional.
	ZoneIDs []string
	// ClusterName is the EKS cluster that discovers its subnets by tag; optional.
	ClusterName string
	// NAT says how private subnets reach the internet; default NATSingle.
	NAT NATMode
	// InterfaceEndpoints are AWS services reached without NAT, by short name such
	// as "ecr.api" or full name in Region such as "com.amazonaws.eu-west-1.ecr.api";
	// default none. See DefaultInterfaceEndpoints.
	InterfaceEndpoints []string
	// S3ReadBuckets are names of further buckets, "*" allowed, whose objects may be
	// read without this account's credentials through the S3 endpoint; default none.
	S3ReadBuckets []string
	// FlowLogs configures the record of accepted and rejected connections.
	FlowLogs FlowLogs
	// Partition is the AWS partition; default the one Region lies in.
	Partition string
	// Protect refuses to delete or replace the VPC and the flow logs' group and
	// key; default false.
	Protect bool
	// Tags are put on every taggable resource; default none.
	Tags map[string]string
}

// FlowLogs configures the VPC's flow logs. They are always on.
type FlowLogs struct {
	// RetentionDays is how long records are kept, one of the values CloudWatch Logs
	// knows; default DefaultFlowLogRetentionDays.
	RetentionDays int
	// AggregationSeconds is the longest time one record covers, 60 or 600; default
	// DefaultFlowLogAggregationSeconds.
	AggregationSeconds int
	// RetainOnDelete keeps the log group and its key in AWS when the network is
	// destroyed; default false. A network built again under the same name must
	// import the group, because its name is fixed.
	RetainOnDelete bool
}

func (a *Args) place() awsenv.Place {
	return awsenv.Place{Partition: a.Partition, Region: a.Region, AccountID: a.AccountID}
}

func (a *Args) inputs() pulumi.Map {
	return pulumi.Map{
		"region":             pulumi.String(a.Region),
		"zones":              pulumi.ToStringArray(a.Zones),
		"cidr":               pulumi.String(a.CIDR),
		"clusterName":        pulumi.String(a.ClusterName),
		"nat":                pulumi.String(string(a.NAT)),
		"interfaceEndpoints": pulumi.ToStringArray(a.InterfaceEndpoints),
		"flowLogRetention":   pulumi.Int(a.FlowLogs.RetentionDays),
	}
}
