package network

import (
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/mlops-iac/mlops/components/internal/contract"
)

// OutputKey is the stack output under which the platform exports the Ref.
const OutputKey = "network"

// Ref holds the outputs of a network that others use.
type Ref struct {
	// VPCID is the id of the VPC.
	VPCID pulumi.StringOutput `pulumi:"vpcId"`
	// CIDR is the IPv4 range of the VPC.
	CIDR pulumi.StringOutput `pulumi:"cidr"`
	// Zones are the availability zones in subnet order.
	Zones pulumi.StringArrayOutput `pulumi:"zones"`
	// PublicSubnetIDs has one subnet per zone for load balancers and NAT.
	PublicSubnetIDs pulumi.StringArrayOutput `pulumi:"publicSubnetIds"`
	// PrivateSubnetIDs has one subnet per zone for nodes and pods.
	PrivateSubnetIDs pulumi.StringArrayOutput `pulumi:"privateSubnetIds"`
	// DatabaseSubnetIDs has one subnet per zone without a route to the internet.
	DatabaseSubnetIDs pulumi.StringArrayOutput `pulumi:"databaseSubnetIds"`
	// PrivateSubnetCIDRs are the ranges of the private subnets.
	PrivateSubnetCIDRs pulumi.StringArrayOutput `pulumi:"privateSubnetCidrs"`
	// DatabaseSubnetCIDRs are the ranges of the database subnets.
	DatabaseSubnetCIDRs pulumi.StringArrayOutput `pulumi:"databaseSubnetCidrs"`
	// S3CIDRs are the public ranges that lead to S3 in the region, through the gateway
	// endpoint, as AWS says them. They change now and then; a refresh reads them anew.
	S3CIDRs pulumi.StringArrayOutput `pulumi:"s3Cidrs"`
}

// RefFromStack reads the Ref that another stack of this platform exports.
func RefFromStack(stack *pulumi.StackReference) (Ref, error) {
	return contract.FromStack[Ref](stack, OutputKey)
}

// Outputs returns the Ref as the map a stack exports under OutputKey.
func (r Ref) Outputs() pulumi.Map { return contract.Outputs(r) }
