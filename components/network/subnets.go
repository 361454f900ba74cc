package network

import (
	"fmt"
	"net/netip"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/ec2"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/mlops-iac/mlops/components/internal/tagmap"
	"github.com/mlops-iac/mlops/internal/shared/tags"
)

// Tags by which the AWS load balancer controller and Karpenter find subnets.
const (
	TagPublicLoadBalancer   = "kubernetes.io/role/elb"
	TagInternalLoadBalancer = "kubernetes.io/role/internal-elb"
	TagKarpenterDiscovery   = "karpenter.sh/discovery"
)

const (
	tierPublic   = "public"
	tierPrivate  = "private"
	tierDatabase = "database"
)

type subnets struct {
	public, private, database []*ec2.Subnet
}

func (b *builder) createSubnets() (subnets, error) {
	privateTags := map[string]string{TagInternalLoadBalancer: "1"}
	if b.in.ClusterName != "" {
		privateTags[TagKarpenterDiscovery] = b.in.ClusterName
	}
	var s subnets
	var err error
	if s.public, err = b.createTier(tierPublic, b.layout.Public, map[string]string{TagPublicLoadBalancer: "1"}); err != nil {
		return s, err
	}
	if s.private, err = b.createTier(tierPrivate, b.layout.Private, privateTags); err != nil {
		return s, err
	}
	s.database, err = b.createTier(tierDatabase, b.layout.Database, nil)
	return s, err
}

func (b *builder) createTier(tier string, ranges []netip.Prefix, extra map[string]string) ([]*ec2.Subnet, error) {
	created := make([]*ec2.Subnet, len(ranges))
	for i, zone := range b.in.Zones {
		name := b.zonal(tier, zone)
		subnet, err := ec2.NewSubnet(b.ctx, name, &ec2.SubnetArgs{
			VpcId:               b.vpc.ID(),
			AvailabilityZone:    pulumi.String(zone),
			CidrBlock:           pulumi.String(ranges[i].String()),
			MapPublicIpOnLaunch: pulumi.Bool(false),
			Tags:                tagmap.Named(tags.Merge(b.in.Tags, extra), name),
		}, b.parent)
		if err != nil {
			return nil, fmt.Errorf("creating %s subnet in %s: %w", tier, zone, err)
		}
		created[i] = subnet
	}
	return created, nil
}

// PublicSubnetNames are the names of the public subnets of a network, in the order
// of its zones. Nothing else in its VPC has them.
func PublicSubnetNames(name string, zones []string) []string {
	b, names := builder{name: name}, make([]string, len(zones))
	for i, zone := range zones {
		names[i] = b.zonal(tierPublic, zone)
	}
	return names
}

// zonal names what exists once per zone after the zone, not after its index.
func (b *builder) zonal(kind, zone string) string { return b.name + "-" + kind + "-" + zone }

func ids(created []*ec2.Subnet) pulumi.StringArray {
	array := make(pulumi.StringArray, len(created))
	for i, subnet := range created {
		array[i] = subnet.ID()
	}
	return array
}

func cidrs(prefixes []netip.Prefix) pulumi.StringArray {
	array := make(pulumi.StringArray, len(prefixes))
	for i, prefix := range prefixes {
		array[i] = pulumi.String(prefix.String())
	}
	return array
}
