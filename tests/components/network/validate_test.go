package network_test

import (
	"strings"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/mlops-iac/mlops/components/network"
	"github.com/mlops-iac/mlops/tests/pulumitest"
	"github.com/mlops-iac/mlops/tests/pulumitest/valid"
)

const retentions = "1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, " +
	"1096, 1827, 2192, 2557, 2922, 3288, 3653"

func TestRejectsFaultyArgs(t *testing.T) {
	t.Parallel()
	const outside = "must lie in 10.0.0.0/8, 172.16.0.0/12, 192.168.0.0/16 or 100.64.0.0/10: hosts on the internet own all others"
	tests := []struct {
		name   string
		change func(*network.Args)
		want   []string
	}{
		{"region missing", func(a *network.Args) { a.Region = ""; a.Zones = nil }, []string{
			`region: Required value: must name an AWS region`,
			`zones: Required value: must name 1 to 6 availability zones`,
		}},
		{"region unknown", func(a *network.Args) { a.Region = "us-iso-east-1"; a.Zones = []string{"us-iso-east-1a"} }, []string{
			`region: Invalid value: "us-iso-east-1": must be an AWS region such as eu-west-1`,
		}},
		{"partition of another region", func(a *network.Args) { a.Partition = "aws-cn" }, []string{
			`partition: Invalid value: "aws-cn": must be aws, the partition of eu-west-1`,
		}},
		{"account missing", func(a *network.Args) { a.AccountID = "" }, []string{
			`accountId: Required value: must be the AWS account to build in`,
		}},
		{"account malformed", func(a *network.Args) { a.AccountID = "1234" }, []string{
			`accountId: Invalid value: "1234": must be 12 digits`,
		}},
		{"cluster name", func(a *network.Args) { a.ClusterName = "-x" }, []string{
			`clusterName: Invalid value: "-x": must be 1 to 100 letters, digits, - and _, beginning with a letter or digit`,
		}},
		{"range malformed", func(a *network.Args) { a.CIDR = "10.0.0.0/33" }, []string{
			`cidr: Invalid value: "10.0.0.0/33": must be an IPv4 range such as 10.0.0.0/16`,
		}},
		{"range too large", func(a *network.Args) { a.CIDR = "10.0.0.0/8" }, []string{
			`cidr: Invalid value: "10.0.0.0/8": must be /16 or smaller, the largest VPC of AWS`,
		}},
		{"range too small", func(a *network.Args) { a.CIDR = "10.0.0.0/23" }, []string{
			`cidr: Invalid value: "10.0.0.0/23": must be /16 to /22: smaller subnets cannot hold a node's pods`,
		}},
		{"range public", func(a *network.Args) { a.CIDR = "8.8.0.0/16" }, []string{
			`cidr: Invalid value: "8.8.0.0/16": ` + outside,
		}},
		{"zone twice", func(a *network.Args) { a.Zones = []string{"eu-west-1a", "eu-west-1a"} }, []string{
			`zones[1]: Duplicate value: "eu-west-1a"`,
		}},
		{"zone elsewhere", func(a *network.Args) { a.Zones = []string{"eu-west-2a", "eu-west-1"} }, []string{
			`zones[0]: Invalid value: "eu-west-2a": must be an availability zone of region "eu-west-1": its name and one letter`,
			`zones[1]: Invalid value: "eu-west-1": must be an availability zone of region "eu-west-1": its name and one letter`,
		}},
		{"local zone", func(a *network.Args) { a.Zones = []string{"eu-west-1-lon-1a"} }, []string{
			`zones[0]: Invalid value: "eu-west-1-lon-1a": must be an availability zone of region "eu-west-1": its name and one letter`,
		}},
		{"seven zones", func(a *network.Args) {
			a.Zones = strings.Fields("eu-west-1a eu-west-1b eu-west-1c eu-west-1d eu-west-1e eu-west-1f eu-west-1g")
		}, []string{
			`zones: Too many: 7: must have at most 6 items`,
			`zones[6]: Invalid value: "eu-west-1g": must be an availability zone of region "eu-west-1": its name and one letter`,
		}},
		{"zone ids", func(a *network.Args) { a.ZoneIDs = []string{"use1-az3", "x", "x"} }, []string{
			`zoneIds: Invalid value: 3: must have one id per zone (2), in the order of zones`,
			`zoneIds[0]: Invalid value: "use1-az3": must not be use1-az3, usw1-az2, cac1-az3: EKS cannot run there`,
			`zoneIds[1]: Invalid value: "x": must be a zone id such as euw1-az1`,
			`zoneIds[2]: Duplicate value: "x"`,
		}},
		{"zone ids without EKS", func(a *network.Args) { a.ZoneIDs = []string{"usw1-az2", "cac1-az3"} }, []string{
			`zoneIds[0]: Invalid value: "usw1-az2": must not be use1-az3, usw1-az2, cac1-az3: EKS cannot run there`,
			`zoneIds[1]: Invalid value: "cac1-az3": must not be use1-az3, usw1-az2, cac1-az3: EKS cannot run there`,
		}},
		{"NAT mode", func(a *network.Args) { a.NAT = "two" }, []string{
			`nat: Unsupported value: "two": supported values: "none", "single", "per-zone"`,
		}},
		{"endpoints", func(a *network.Args) {
			a.InterfaceEndpoints = []string{"sts", "com.amazonaws.eu-west-1.sts", "ECR", "s3"}
		}, []string{
			`interfaceEndpoints[1]: Duplicate value: "com.amazonaws.eu-west-1.sts"`,
			`interfaceEndpoints[2]: Invalid value: "ECR": must be a service such as ecr.api`,
			`interfaceEndpoints[3]: Invalid value: "s3": must not be s3: its gateway endpoint is always built`,
		}},
		{"buckets", func(a *network.Args) { a.S3ReadBuckets = []string{"*", "Data", "data-*"} }, []string{
			`s3ReadBuckets[0]: Invalid value: "*": must be a bucket name, in which * stands for any characters but not for the whole name`,
			`s3ReadBuckets[1]: Invalid value: "Data": must be a bucket name, in which * stands for any characters but not for the whole name`,
		}},
		{"flow logs", func(a *network.Args) { a.FlowLogs = network.FlowLogs{RetentionDays: 31, AggregationSeconds: 61} }, []string{
			`flowLogs.aggregationSeconds: Invalid value: 61: must be 60 or 600`,
			`flowLogs.retentionDays: Invalid value: 31: must be one of ` + retentions,
		}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			args := valid.Network()
			test.change(args)
			record, err := pulumitest.RunErr(func(ctx *pulumi.Context) error {
				_, err := network.New(ctx, "net", args)
				return err
			})
			require.ErrorContains(t, err, `network "net": `+pulumitest.Faults(test.want...)+"\n")
			assert.Empty(t, record.OfType(network.Token), "nothing is registered")
		})
	}
}

func TestReportsAllFaultsAtOnce(t *testing.T) {
	t.Parallel()
	_, err := pulumitest.RunErr(func(ctx *pulumi.Context) error {
		_, err := network.New(ctx, "net", nil)
		return err
	})
	require.ErrorContains(t, err, `network "net": `+pulumitest.Faults(
		`accountId: Required value: must be the AWS account to build in`,
		`region: Required value: must name an AWS region`,
		`zones: Required value: must name 1 to 6 availability zones`,
	)+"\n")
}

func TestAcceptsEveryKindOfRange(t *testing.T) {
	t.Parallel()
	for _, cidr := range []string{"10.1.0.0/16", "172.31.252.0/22", "192.168.0.0/18", "100.64.0.0/20"} {
		t.Run(cidr, func(t *testing.T) {
			t.Parallel()
			args := valid.Network()
			args.CIDR = cidr
			record := build(t, args)
			assert.Equal(t, cidr, record.One(t, typeVPC, "net-vpc").Prop("cidrBlock"))
		})
	}
}
