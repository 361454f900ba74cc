package network_test

import (
	"slices"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/mlops-iac/mlops/components/network"
	"github.com/mlops-iac/mlops/components/network/spec"
	"github.com/mlops-iac/mlops/tests/harness"
	valid "github.com/mlops-iac/mlops/tests/harness/valid/network"
)

const (
	typeVPC         = "aws:ec2/vpc:Vpc"
	typeSubnet      = "aws:ec2/subnet:Subnet"
	typeGroup       = "aws:ec2/securityGroup:SecurityGroup"
	typeIngress     = "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule"
	typeDefault     = "aws:ec2/defaultSecurityGroup:DefaultSecurityGroup"
	typeInternet    = "aws:ec2/internetGateway:InternetGateway"
	typeNAT         = "aws:ec2/natGateway:NatGateway"
	typeAddress     = "aws:ec2/eip:Eip"
	typeTable       = "aws:ec2/routeTable:RouteTable"
	typeRoute       = "aws:ec2/route:Route"
	typeAssociation = "aws:ec2/routeTableAssociation:RouteTableAssociation"
	typeACL         = "aws:ec2/networkAcl:NetworkAcl"
	typeEndpoint    = "aws:ec2/vpcEndpoint:VpcEndpoint"
	typeFlowLog     = "aws:ec2/flowLog:FlowLog"
	typeLogGroup    = "aws:cloudwatch/logGroup:LogGroup"
	typeRole        = "aws:iam/role:Role"
	typeRolePolicy  = "aws:iam/rolePolicy:RolePolicy"
	typeKey         = "aws:kms/key:Key"
	typeAlias       = "aws:kms/alias:Alias"
)

// untaggable are the types AWS gives no tags.
var untaggable = []string{typeRoute, typeAssociation, typeRolePolicy, typeAlias}

func build(t *testing.T, args *network.Args) *harness.Recorder {
	t.Helper()
	return harness.Run(t, harness.Program(network.New, "net", args))
}

func TestBuildsExactlyThis(t *testing.T) {
	t.Parallel()
	record := build(t, valid.Network())
	got := map[string][]string{}
	for _, r := range record.Resources() {
		got[r.Type] = append(got[r.Type], r.Name)
	}
	assert.Equal(t, map[string][]string{
		network.Token: {"net"},
		typeVPC:       {"net-vpc"},
		typeDefault:   {"net-default"},
		typeSubnet: {
			"net-database-eu-west-1a", "net-database-eu-west-1b",
			"net-private-eu-west-1a", "net-private-eu-west-1b",
			"net-public-eu-west-1a", "net-public-eu-west-1b",
		},
		typeInternet: {"net-internet"},
		typeNAT:      {"net-nat-eu-west-1a"},
		typeAddress:  {"net-nat-eu-west-1a-address"},
		typeTable: {
			"net-database-routes", "net-private-eu-west-1a-routes", "net-private-eu-west-1b-routes", "net-public-routes",
		},
		typeRoute: {"net-private-eu-west-1a-nat", "net-private-eu-west-1b-nat", "net-public-internet"},
		typeAssociation: {
			"net-database-eu-west-1a-routes", "net-database-eu-west-1b-routes",
			"net-private-eu-west-1a-routes", "net-private-eu-west-1b-routes",
			"net-public-eu-west-1a-routes", "net-public-eu-west-1b-routes",
		},
		typeACL:        {"net-database"},
		typeEndpoint:   {"net-s3"},
		typeKey:        {"net-flow-logs"},
		typeAlias:      {"net-flow-logs"},
		typeLogGroup:   {"net-flow-logs"},
		typeRole:       {"net-flow-logs"},
		typeRolePolicy: {"net-flow-logs"},
		typeFlowLog:    {"net-flow-logs"},
	}, got)
	assert.Empty(t, record.Invokes())
}

func TestChildrenBelongToTheNetworkAndCarryTags(t *testing.T) {
	t.Parallel()
	args := valid.Network()
	args.InterfaceEndpoints = spec.DefaultInterfaceEndpoints()
	record := build(t, args)
	for _, r := range record.Resources() {
		if r.Type == network.Token {
			continue
		}
		assert.Equal(t, network.Token, r.ParentType, "parent of %s %s", r.Type, r.Name)
		assert.Equal(t, "net", r.ParentName, "parent of %s %s", r.Type, r.Name)
		assert.False(t, r.Protect, "%s %s", r.Type, r.Name)
		if slices.Contains(untaggable, r.Type) {
			continue
		}
		for key, want := range args.Tags {
			assert.Equal(t, want, tagsOf(r)[key], "tag %s of %s %s", key, r.Type, r.Name)
		}
		assert.NotEmpty(t, tagsOf(r)["Name"], "name tag of %s %s", r.Type, r.Name)
	}
}

func TestVPC(t *testing.T) {
	t.Parallel()
	record := build(t, valid.Network())
	vpc := record.One(t, typeVPC, "net-vpc")
	assert.Equal(t, spec.DefaultCIDR, vpc.Prop("cidrBlock"))
	assert.Equal(t, true, vpc.Prop("enableDnsSupport"))
	assert.Equal(t, true, vpc.Prop("enableDnsHostnames"))

	group := record.One(t, typeDefault, "net-default")
	assert.Equal(t, "net-vpc-id", group.Prop("vpcId"))
	assert.Nil(t, group.Prop("ingress"))
	assert.Nil(t, group.Prop("egress"))
}

func TestSubnets(t *testing.T) {
	t.Parallel()
	args := valid.Network()
	args.Zones = []string{"eu-west-1b", "eu-west-1a", "eu-west-1c"}
	record := build(t, args)
	tests := []struct{ name, zone, cidr string }{
		{"net-public-eu-west-1b", "eu-west-1b", "10.0.0.0/24"},
		{"net-public-eu-west-1a", "eu-west-1a", "10.0.1.0/24"},
		{"net-public-eu-west-1c", "eu-west-1c", "10.0.2.0/24"},
		{"net-private-eu-west-1b", "eu-west-1b", "10.0.128.0/20"},
		{"net-private-eu-west-1a", "eu-west-1a", "10.0.144.0/20"},
		{"net-private-eu-west-1c", "eu-west-1c", "10.0.160.0/20"},
		{"net-database-eu-west-1b", "eu-west-1b", "10.0.64.0/24"},
		{"net-database-eu-west-1a", "eu-west-1a", "10.0.65.0/24"},
		{"net-database-eu-west-1c", "eu-west-1c", "10.0.66.0/24"},
	}
	require.Len(t, record.OfType(typeSubnet), len(tests))
	for _, test := range tests {
		subnet := record.One(t, typeSubnet, test.name)
		assert.Equal(t, test.zone, subnet.Prop("availabilityZone"), test.name)
		assert.Equal(t, test.cidr, subnet.Prop("cidrBlock"), test.name)
		assert.Equal(t, false, subnet.Prop("mapPublicIpOnLaunch"), test.name)
	}
}

func TestPublicSubnetsAreFoundByTheirNames(t *testing.T) {
	t.Parallel()
	zones := []string{"eu-west-1b", "eu-west-1a", "eu-west-1c"}
	names := network.PublicSubnetNames("net", zones)
	assert.Equal(t, []string{"net-public-eu-west-1b", "net-public-eu-west-1a", "net-public-eu-west-1c"}, names)
	args := valid.Network()
	args.Zones = zones
	record := build(t, args)
	for i, name := range names {
		subnet := record.One(t, typeSubnet, name)
		assert.Equal(t, []any{name, zones[i]}, []any{subnet.Prop("tags.Name"), subnet.Prop("availabilityZone")})
	}
}

func TestSubnetTagsForTheCluster(t *testing.T) {
	t.Parallel()
	const elb, internal, discovery = "kubernetes.io/role/elb", "kubernetes.io/role/internal-elb", "karpenter.sh/discovery"
	tests := []struct {
		name, cluster                    string
		onPublic, onPrivate, onDatabases map[string]any
	}{
		{
			"with a cluster", "mlops-test",
			map[string]any{elb: "1"}, map[string]any{internal: "1", discovery: "mlops-test"}, map[string]any{},
		},
		{"without", "", map[string]any{elb: "1"}, map[string]any{internal: "1"}, map[string]any{}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			args := valid.Network()
			args.ClusterName = test.cluster
			record := build(t, args)
			for tier, want := range map[string]map[string]any{
				"public": test.onPublic, "private": test.onPrivate, "database": test.onDatabases,
			} {
				subnet := record.One(t, typeSubnet, "net-"+tier+"-eu-west-1a")
				got := map[string]any{}
				for _, key := range []string{elb, internal, discovery} {
					if value, tagged := tagsOf(subnet)[key]; tagged {
						got[key] = value
					}
				}
				assert.Equal(t, want, got, tier)
			}
		})
	}
}

func TestProtect(t *testing.T) {
	t.Parallel()
	args := valid.Network()
	args.Protect = true
	args.RetainOnDelete = true
	var protected, retained []string
	for _, r := range build(t, args).Resources() {
		if r.Protect {
			protected = append(protected, r.Type)
		}
		if r.RetainOnDelete {
			retained = append(retained, r.Type)
		}
	}
	assert.Equal(t, []string{typeLogGroup, typeVPC, typeKey}, protected)
	assert.Equal(t, []string{typeLogGroup, "aws:kms/alias:Alias", typeKey}, retained)
}

func TestRef(t *testing.T) {
	t.Parallel()
	var got map[string]any
	harness.Run(t, func(ctx *pulumi.Context) error {
		n, err := network.New(ctx, "net", valid.Network())
		if err != nil {
			return err
		}
		n.Ref().Outputs().ToMapOutput().ApplyT(func(values map[string]any) error {
			got = values
			return nil
		})
		return nil
	})
	assert.Equal(t, map[string]any{
		"vpcId":               "net-vpc-id",
		"cidr":                "10.0.0.0/16",
		"zones":               []string{"eu-west-1a", "eu-west-1b"},
		"publicSubnetIds":     []string{"net-public-eu-west-1a-id", "net-public-eu-west-1b-id"},
		"privateSubnetIds":    []string{"net-private-eu-west-1a-id", "net-private-eu-west-1b-id"},
		"databaseSubnetIds":   []string{"net-database-eu-west-1a-id", "net-database-eu-west-1b-id"},
		"privateSubnetCidrs":  []string{"10.0.128.0/20", "10.0.144.0/20"},
		"databaseSubnetCidrs": []string{"10.0.64.0/24", "10.0.65.0/24"},
		"s3Cidrs":             []string{"52.218.0.0/17", "3.5.64.0/21"},
	}, got)
}

func TestLeavesArgsAlone(t *testing.T) {
	t.Parallel()
	args := valid.Network()
	build(t, args)
	assert.Equal(t, valid.Network(), args)
}

func tagsOf(r harness.Resource) map[string]any {
	found, _ := r.Prop("tags").(map[string]any)
	return found
}
