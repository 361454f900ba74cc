package network_test

import (
	"strings"
	"testing"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/ec2"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/mlops-iac/mlops/components/network"
	"github.com/mlops-iac/mlops/components/network/spec"
	"github.com/mlops-iac/mlops/tests/harness"
	valid "github.com/mlops-iac/mlops/tests/harness/valid/network"
)

func TestNATModes(t *testing.T) {
	t.Parallel()
	tests := []struct {
		mode spec.NATMode
		// gateway is the NAT gateway that each zone's private table leads to.
		gateway map[string]string
	}{
		{"", map[string]string{"a": "net-nat-eu-west-1a-id", "b": "net-nat-eu-west-1a-id", "c": "net-nat-eu-west-1a-id"}},
		{spec.NATNone, map[string]string{}},
		{spec.NATSingle, map[string]string{"a": "net-nat-eu-west-1a-id", "b": "net-nat-eu-west-1a-id", "c": "net-nat-eu-west-1a-id"}},
		{spec.NATPerZone, map[string]string{"a": "net-nat-eu-west-1a-id", "b": "net-nat-eu-west-1b-id", "c": "net-nat-eu-west-1c-id"}},
	}
	for _, test := range tests {
		t.Run("mode "+string(test.mode), func(t *testing.T) {
			t.Parallel()
			args := valid.Network()
			args.Zones = []string{"eu-west-1a", "eu-west-1b", "eu-west-1c"}
			args.NAT, args.ClusterName = test.mode, ""
			record := build(t, args)

			distinct := map[string]bool{}
			for zone, gateway := range test.gateway {
				distinct[gateway] = true
				route := record.One(t, typeRoute, "net-private-eu-west-1"+zone+"-nat")
				assert.Equal(t, "0.0.0.0/0", route.Prop("destinationCidrBlock"))
				assert.Equal(t, "net-private-eu-west-1"+zone+"-routes-id", route.Prop("routeTableId"))
				assert.Equal(t, gateway, route.Prop("natGatewayId"))
			}
			assert.Len(t, record.OfType(typeNAT), len(distinct))
			assert.Len(t, record.OfType(typeAddress), len(distinct))
			assert.Len(t, record.OfType(typeRoute), len(test.gateway)+1, "and the one to the internet gateway")
			for _, nat := range record.OfType(typeNAT) {
				zone := nat.Name[len("net-nat-"):]
				assert.Equal(t, "net-public-"+zone+"-id", nat.Prop("subnetId"))
				assert.Equal(t, nat.Name+"-address-id", nat.Prop("allocationId"))
				assert.True(t, dependsOn(nat, "net-internet"), "waits for the internet gateway")
			}
			for _, address := range record.OfType(typeAddress) {
				assert.Equal(t, "vpc", address.Prop("domain"))
			}
		})
	}
}

func TestOnlyThePublicTableLeadsToTheInternetGateway(t *testing.T) {
	t.Parallel()
	record := build(t, valid.Network())
	for _, route := range record.OfType(typeRoute) {
		if route.Name == "net-public-internet" {
			assert.Equal(t, "net-internet-id", route.Prop("gatewayId"))
			assert.Equal(t, "net-public-routes-id", route.Prop("routeTableId"))
			continue
		}
		assert.Nil(t, route.Prop("gatewayId"), route.Name)
		assert.NotEqual(t, "net-database-routes-id", route.Prop("routeTableId"), route.Name)
	}
	for _, table := range record.OfType(typeTable) {
		assert.Nil(t, table.Prop("routes"), "%s has no routes of its own", table.Name)
	}
}

func TestEverySubnetIsOnItsTable(t *testing.T) {
	t.Parallel()
	record := build(t, valid.Network())
	want := map[string]string{
		"net-public-eu-west-1a":   "net-public-routes-id",
		"net-public-eu-west-1b":   "net-public-routes-id",
		"net-private-eu-west-1a":  "net-private-eu-west-1a-routes-id",
		"net-private-eu-west-1b":  "net-private-eu-west-1b-routes-id",
		"net-database-eu-west-1a": "net-database-routes-id",
		"net-database-eu-west-1b": "net-database-routes-id",
	}
	require.Len(t, record.OfType(typeAssociation), len(want))
	for subnet, table := range want {
		association := record.One(t, typeAssociation, subnet+"-routes")
		assert.Equal(t, subnet+"-id", association.Prop("subnetId"))
		assert.Equal(t, table, association.Prop("routeTableId"))
	}
	assert.True(t, dependsOn(record.One(t, typeAssociation, "net-public-eu-west-1b-routes"), "net-public-internet"))
	assert.True(t, dependsOn(record.One(t, typeAssociation, "net-private-eu-west-1b-routes"), "net-private-eu-west-1b-nat"))
}

func TestDatabaseACLAdmitsOnlyPrivateSubnets(t *testing.T) {
	t.Parallel()
	acl := build(t, valid.Network()).One(t, typeACL, "net-database")
	rule := func(number float64, cidr string, from, to float64) map[string]any {
		return map[string]any{
			"ruleNo": number, "action": "allow", "protocol": "tcp", "cidrBlock": cidr, "fromPort": from, "toPort": to,
		}
	}
	assert.Equal(t, []any{"net-database-eu-west-1a-id", "net-database-eu-west-1b-id"}, acl.Prop("subnetIds"))
	assert.Equal(t, []any{rule(100, "10.0.128.0/20", 5432, 5432), rule(110, "10.0.144.0/20", 5432, 5432)}, acl.Prop("ingress"))
	assert.Equal(t, []any{rule(100, "10.0.128.0/20", 1024, 65535), rule(110, "10.0.144.0/20", 1024, 65535)}, acl.Prop("egress"))
}

func TestUsersOfASubnetWaitForItsRoutes(t *testing.T) {
	t.Parallel()
	record := harness.Run(t, func(ctx *pulumi.Context) error {
		n, err := network.New(ctx, "net", valid.Network())
		if err != nil {
			return err
		}
		for tier, subnets := range map[string]pulumi.StringArrayOutput{
			"public": n.Ref().PublicSubnetIDs, "private": n.Ref().PrivateSubnetIDs, "database": n.Ref().DatabaseSubnetIDs,
		} {
			_, err := ec2.NewNetworkInterface(ctx, tier, &ec2.NetworkInterfaceArgs{
				SubnetId: subnets.Index(pulumi.Int(0)),
			})
			if err != nil {
				return err
			}
		}
		return nil
	})
	for _, tier := range []string{"public", "private", "database"} {
		user := record.One(t, "aws:ec2/networkInterface:NetworkInterface", tier)
		assert.Equal(t, "net-"+tier+"-eu-west-1a-id", user.Prop("subnetId"))
		assert.True(t, dependsOn(user, "net-"+tier+"-eu-west-1a-routes"), tier)
	}
}

// dependsOn says whether r waits for the resource of that name.
func dependsOn(r harness.Resource, name string) bool {
	for _, urn := range r.DependsOn {
		if strings.HasSuffix(urn, "::"+name) {
			return true
		}
	}
	return false
}
