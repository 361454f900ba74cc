package network

import (
	"fmt"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/ec2"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/mlops-iac/mlops/components/internal/tagmap"
	"github.com/mlops-iac/mlops/components/network/spec"
)

const anywhere = "0.0.0.0/0"

type routes struct {
	// publicIDs, privateIDs and databaseIDs are subnet ids as their route table
	// associations report them, so they are known once the routes exist.
	publicIDs, privateIDs, databaseIDs pulumi.StringArray
	// internal are the tables of private and database subnets.
	internal pulumi.StringArray
}

func (b *builder) createRoutes(s subnets) (routes, error) {
	gateway, err := ec2.NewInternetGateway(b.ctx, b.name+"-internet", &ec2.InternetGatewayArgs{
		VpcId: b.vpc.ID(),
		Tags:  tagmap.Named(b.in.Tags, b.name+"-internet"),
	}, b.parent)
	if err != nil {
		return routes{}, fmt.Errorf("creating internet gateway: %w", err)
	}
	nats, err := b.createNAT(s.public, gateway)
	if err != nil {
		return routes{}, err
	}
	var r routes
	if r.publicIDs, err = b.routePublic(s.public, gateway); err != nil {
		return r, err
	}
	if err = b.routePrivate(&r, s.private, nats); err != nil {
		return r, err
	}
	return r, b.routeDatabase(&r, s.database)
}

// createNAT returns the gateway of each zone, none in mode spec.NATNone.
func (b *builder) createNAT(public []*ec2.Subnet, internet *ec2.InternetGateway) ([]*ec2.NatGateway, error) {
	count := map[spec.NATMode]int{spec.NATNone: 0, spec.NATSingle: 1, spec.NATPerZone: len(b.in.Zones)}[b.in.NAT]
	nats := make([]*ec2.NatGateway, count)
	for i := range nats {
		name := b.zonal("nat", b.in.Zones[i])
		address, err := ec2.NewEip(b.ctx, name+"-address", &ec2.EipArgs{
			Domain: pulumi.String("vpc"),
			Tags:   tagmap.Named(b.in.Tags, name),
		}, b.parent)
		if err != nil {
			return nil, fmt.Errorf("creating NAT address in %s: %w", b.in.Zones[i], err)
		}
		nats[i], err = ec2.NewNatGateway(b.ctx, name, &ec2.NatGatewayArgs{
			AllocationId: address.ID(),
			SubnetId:     public[i].ID(),
			Tags:         tagmap.Named(b.in.Tags, name),
			// AWS refuses a NAT gateway in a VPC without an attached internet gateway.
		}, b.parent, pulumi.DependsOn([]pulumi.Resource{internet}))
		if err != nil {
			return nil, fmt.Errorf("creating NAT gateway in %s: %w", b.in.Zones[i], err)
		}
	}
	return nats, nil
}

func (b *builder) routePublic(public []*ec2.Subnet, internet *ec2.InternetGateway) (pulumi.StringArray, error) {
	table, err := b.createTable(b.name + "-" + tierPublic)
	if err != nil {
		return nil, err
	}
	route, err := ec2.NewRoute(b.ctx, b.name+"-public-internet", &ec2.RouteArgs{
		RouteTableId:         table.ID(),
		DestinationCidrBlock: pulumi.String(anywhere),
		GatewayId:            internet.ID(),
	}, b.parent)
	if err != nil {
		return nil, fmt.Errorf("routing public subnets: %w", err)
	}
	associated := make(pulumi.StringArray, len(public))
	for i, subnet := range public {
		if associated[i], err = b.associate(b.zonal(tierPublic, b.in.Zones[i]), subnet, table, route); err != nil {
			return nil, err
		}
	}
	return associated, nil
}

func (b *builder) routePrivate(r *routes, private []*ec2.Subnet, nats []*ec2.NatGateway) error {
	for i, subnet := range private {
		name := b.zonal(tierPrivate, b.in.Zones[i])
		table, err := b.createTable(name)
		if err != nil {
			return err
		}
		r.internal = append(r.internal, table.ID())
		var first []pulumi.Resource
		if len(nats) > 0 {
			route, err := ec2.NewRoute(b.ctx, name+"-nat", &ec2.RouteArgs{
				RouteTableId:         table.ID(),
				DestinationCidrBlock: pulumi.String(anywhere),
				NatGatewayId:         nats[min(i, len(nats)-1)].ID(),
			}, b.parent)
			if err != nil {
				return fmt.Errorf("routing private subnet in %s: %w", b.in.Zones[i], err)
			}
			first = append(first, route)
		}
		id, err := b.associate(name, subnet, table, first...)
		if err != nil {
			return err
		}
		r.privateIDs = append(r.privateIDs, id)
	}
	return nil
}

func (b *builder) routeDatabase(r *routes, database []*ec2.Subnet) error {
	table, err := b.createTable(b.name + "-" + tierDatabase)
	if err != nil {
		return err
	}
	r.internal = append(r.internal, table.ID())
	for i, subnet := range database {
		id, err := b.associate(b.zonal(tierDatabase, b.in.Zones[i]), subnet, table)
		if err != nil {
			return err
		}
		r.databaseIDs = append(r.databaseIDs, id)
	}
	return nil
}

func (b *builder) createTable(name string) (*ec2.RouteTable, error) {
	table, err := ec2.NewRouteTable(b.ctx, name+"-routes", &ec2.RouteTableArgs{
		VpcId: b.vpc.ID(),
		Tags:  tagmap.Named(b.in.Tags, name),
	}, b.parent)
	if err != nil {
		return nil, fmt.Errorf("creating route table %s: %w", name, err)
	}
	return table, nil
}

// associate puts a subnet on a table once the table's routes exist, and returns
// the subnet's id as known from then on: whoever uses it starts with a working
// network and is destroyed before the routes are.
func (b *builder) associate(
	name string, subnet *ec2.Subnet, table *ec2.RouteTable, first ...pulumi.Resource,
) (pulumi.StringOutput, error) {
	association, err := ec2.NewRouteTableAssociation(b.ctx, name+"-routes", &ec2.RouteTableAssociationArgs{
		SubnetId:     subnet.ID(),
		RouteTableId: table.ID(),
	}, b.parent, pulumi.DependsOn(first))
	if err != nil {
		return pulumi.StringOutput{}, fmt.Errorf("associating %s with its route table: %w", name, err)
	}
	return association.SubnetId.Elem(), nil
}
