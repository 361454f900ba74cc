package network

import (
	"fmt"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/ec2"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/mlops-iac/mlops/components/internal/contract"
	"github.com/mlops-iac/mlops/components/internal/options"
	"github.com/mlops-iac/mlops/components/internal/tagmap"
	"github.com/mlops-iac/mlops/components/network/spec"
)

// Token is the Pulumi type of a Network.
const Token = "mlops:index:Network"

// Network is a VPC with public, private and database subnets.
type Network struct {
	pulumi.ResourceState

	// The outputs, as in Ref.
	VPCID               pulumi.StringOutput      `pulumi:"vpcId"`
	CIDR                pulumi.StringOutput      `pulumi:"cidr"`
	Zones               pulumi.StringArrayOutput `pulumi:"zones"`
	PublicSubnetIDs     pulumi.StringArrayOutput `pulumi:"publicSubnetIds"`
	PrivateSubnetIDs    pulumi.StringArrayOutput `pulumi:"privateSubnetIds"`
	DatabaseSubnetIDs   pulumi.StringArrayOutput `pulumi:"databaseSubnetIds"`
	PrivateSubnetCIDRs  pulumi.StringArrayOutput `pulumi:"privateSubnetCidrs"`
	DatabaseSubnetCIDRs pulumi.StringArrayOutput `pulumi:"databaseSubnetCidrs"`
	S3CIDRs             pulumi.StringArrayOutput `pulumi:"s3Cidrs"`

	ref Ref
}

// Ref returns what other components need to know of the network. Its subnet ids
// resolve only after the subnet's route table is complete, so what is put into a
// private subnet can reach the internet from its first moment.
func (n *Network) Ref() Ref { return n.ref }

// builder carries what the steps of one construction share.
type builder struct {
	ctx     *pulumi.Context
	name    string
	in      *Args
	layout  spec.Layout
	parent  pulumi.ResourceOption
	network *Network
	vpc     *ec2.Vpc
}

// New builds a network. Region and AccountID are required.
func New(ctx *pulumi.Context, name string, args *Args, opts ...pulumi.ResourceOption) (*Network, error) {
	in := args.withDefaults()
	if err := in.validate(name); err != nil {
		return nil, fmt.Errorf("network %q: %w", name, err)
	}
	n := &Network{}
	if err := ctx.RegisterComponentResourceV2(Token, name, in.inputs(), n, opts...); err != nil {
		return nil, err
	}
	if err := n.create(ctx, name, in); err != nil {
		return nil, fmt.Errorf("network %q: %w", name, err)
	}
	return n, contract.Register(ctx, n, n.ref)
}

func (n *Network) create(ctx *pulumi.Context, name string, in *Args) error {
	layout, err := spec.Plan(in.CIDR, len(in.Zones))
	if err != nil {
		return err
	}
	b := &builder{ctx: ctx, name: name, in: in, layout: layout, parent: pulumi.Parent(n), network: n}
	if err := b.createVPC(); err != nil {
		return err
	}
	s, err := b.createSubnets()
	if err != nil {
		return err
	}
	r, err := b.createRoutes(s)
	if err != nil {
		return err
	}
	if err := b.createDatabaseACL(s); err != nil {
		return err
	}
	s3, err := b.createEndpoints(s, r)
	if err != nil {
		return err
	}
	if err := b.createFlowLogs(); err != nil {
		return err
	}
	n.ref = Ref{
		VPCID:               b.vpc.ID().ToStringOutput(),
		CIDR:                b.vpc.CidrBlock,
		Zones:               pulumi.ToStringArray(in.Zones).ToStringArrayOutput(),
		PublicSubnetIDs:     r.publicIDs.ToStringArrayOutput(),
		PrivateSubnetIDs:    r.privateIDs.ToStringArrayOutput(),
		DatabaseSubnetIDs:   r.databaseIDs.ToStringArrayOutput(),
		PrivateSubnetCIDRs:  cidrs(layout.Private).ToStringArrayOutput(),
		DatabaseSubnetCIDRs: cidrs(layout.Database).ToStringArrayOutput(),
		S3CIDRs:             s3.CidrBlocks,
	}
	return nil
}

func (b *builder) createVPC() error {
	vpc, err := ec2.NewVpc(b.ctx, b.name+"-vpc", &ec2.VpcArgs{
		CidrBlock: pulumi.String(b.in.CIDR),
		// Interface endpoints with private names and EKS need both.
		EnableDnsSupport:   pulumi.Bool(true),
		EnableDnsHostnames: pulumi.Bool(true),
		Tags:               tagmap.Named(b.in.Tags, b.name),
	}, options.Stateful(b.network, options.Keep{Protect: b.in.Protect})...)
	if err != nil {
		return fmt.Errorf("creating VPC: %w", err)
	}
	b.vpc = vpc
	_, err = ec2.NewDefaultSecurityGroup(b.ctx, b.name+"-default", &ec2.DefaultSecurityGroupArgs{
		VpcId: vpc.ID(),
		Tags:  tagmap.Named(b.in.Tags, b.name+"-default-no-rules"),
	}, b.parent)
	if err != nil {
		return fmt.Errorf("emptying default security group: %w", err)
	}
	return nil
}
