package network

import (
	"cmp"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/mlops-iac/mlops/components/network/spec"
	"github.com/mlops-iac/mlops/internal/shared/awsenv"
)

const (
	// DefaultFlowLogsAggregationSeconds is AWS's own default; 60 costs up to ten
	// times as many records.
	DefaultFlowLogsAggregationSeconds = 600
	// DatabasePort is the only port database subnets accept: PostgreSQL's.
	DatabasePort = 5432
)

// Args configure a Network. Region and AccountID are required.
type Args struct {
	// Network is the network as a stack file describes it.
	spec.Network

	// Region is the AWS region, such as "eu-west-1".
	Region string `pulumi:"region"`
	// AccountID is the 12-digit account the network is built in.
	AccountID string `pulumi:"accountId"`

	// Partition is the AWS partition; default the one Region lies in.
	Partition string `pulumi:"partition"`
	// ClusterName is the EKS cluster that discovers its subnets by tag; default none.
	// With one, a network without NAT needs the endpoints of its nodes.
	ClusterName string `pulumi:"clusterName"`
	// FlowLogsAggregationSeconds is the longest time one record of the flow logs
	// covers, 60 or 600; default DefaultFlowLogsAggregationSeconds.
	FlowLogsAggregationSeconds int `pulumi:"flowLogsAggregationSeconds"`
	// RetainOnDelete keeps the flow logs' group and its key in AWS when the network
	// is destroyed; default false. A network built again under the same name must
	// import the group, because its name is fixed.
	RetainOnDelete bool `pulumi:"retainOnDelete"`
	// Protect refuses to delete or replace the VPC and the flow logs' group and
	// key; default false.
	Protect bool `pulumi:"protect"`
	// Tags are put on every taggable resource; default none.
	Tags map[string]string `pulumi:"tags"`
}

// withDefaults returns a copy with every default. Nothing changes what its lists
// and maps hold.
func (a *Args) withDefaults() *Args {
	in := Args{}
	if a != nil {
		in = *a
	}
	in.Network = in.Network.WithDefaults(in.Region)
	in.Partition = cmp.Or(in.Partition, awsenv.PartitionOf(in.Region))
	in.FlowLogsAggregationSeconds = cmp.Or(in.FlowLogsAggregationSeconds, DefaultFlowLogsAggregationSeconds)
	return &in
}

func (a *Args) place() awsenv.Place {
	return awsenv.Place{Partition: a.Partition, Region: a.Region, AccountID: a.AccountID}
}

func (a *Args) inputs() pulumi.Map {
	return pulumi.Map{
		"region":                pulumi.String(a.Region),
		"zones":                 pulumi.ToStringArray(a.Zones),
		"cidr":                  pulumi.String(a.CIDR),
		"clusterName":           pulumi.String(a.ClusterName),
		"nat":                   pulumi.String(string(a.NAT)),
		"interfaceEndpoints":    pulumi.ToStringArray(a.InterfaceEndpoints),
		"flowLogsRetentionDays": pulumi.Int(a.FlowLogsRetentionDays),
	}
}
