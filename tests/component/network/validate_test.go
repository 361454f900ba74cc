package network_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/mlops-iac/mlops/components/network"
	"github.com/mlops-iac/mlops/tests/harness"
	valid "github.com/mlops-iac/mlops/tests/harness/valid/network"
)

const retentions = "1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, " +
	"1096, 1827, 2192, 2557, 2922, 3288, 3653"

const outside = "must lie in 10.0.0.0/8, 172.16.0.0/12 or 192.168.0.0/16"

// wrongValues are arguments that must be refused, each with its message.
var wrongValues = []struct {
	name   string
	change func(*network.Args)
	want   []string
}{
	{"region missing", func(a *network.Args) { a.Region = ""; a.Zones = nil }, []string{
		`region: Required value: must name an AWS region`,
	}},
	{"zone count", func(a *network.Args) { a.Zones, a.ZoneCount = nil, 4 }, []string{
		`zoneCount: Invalid value: 4: must be 2 to 3`,
	}},
	{"zones and their count", func(a *network.Args) { a.ZoneCount = -1 }, []string{
		`zoneCount: Forbidden: zones already names the zones`,
	}},
	{"one zone", func(a *network.Args) { a.Zones = []string{"eu-west-1a"} }, []string{
		`zones: Invalid value: ["eu-west-1a"]: must name 2 to 6 zones`,
	}},
	{"region unknown", func(a *network.Args) {
		a.Region = "us-iso-east-1"
		a.Zones = []string{"us-iso-east-1a", "us-iso-east-1b"}
	}, []string{
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
		`cidr: Invalid value: "10.0.0.0/33": must be an IPv4 range without host bits, such as 10.0.0.0/16`,
	}},
	{"range too large", func(a *network.Args) { a.CIDR = "10.0.0.0/8" }, []string{
		`cidr: Invalid value: "10.0.0.0/8": must be /16 to /22: AWS has no larger VPC, and smaller subnets cannot hold a node's pods`,
	}},
	{"range too small", func(a *network.Args) { a.CIDR = "10.0.0.0/23" }, []string{
		`cidr: Invalid value: "10.0.0.0/23": must be /16 to /22: AWS has no larger VPC, and smaller subnets cannot hold a node's pods`,
	}},
	{"range public", func(a *network.Args) { a.CIDR = "8.8.0.0/16" }, []string{
		`cidr: Invalid value: "8.8.0.0/16": ` + outside,
	}},
	{"zone twice", func(a *network.Args) { a.Zones = []string{"eu-west-1a", "eu-west-1a"} }, []string{
		`zones[1]: Duplicate value: "eu-west-1a"`,
	}},
	{"zone elsewhere", func(a *network.Args) { a.Zones = []string{"eu-west-2a", "eu-west-1"} }, []string{
		`zones[0]: Invalid value: "eu-west-2a": must be an availability zone of eu-west-1: its name and one letter`,
		`zones[1]: Invalid value: "eu-west-1": must be an availability zone of eu-west-1: its name and one letter`,
	}},
	{"local zone", func(a *network.Args) { a.Zones = []string{"eu-west-1a", "eu-west-1-lon-1a"} }, []string{
		`zones[1]: Invalid value: "eu-west-1-lon-1a": must be an availability zone of eu-west-1: its name and one letter`,
	}},
	{"seven zones", func(a *network.Args) {
		a.Zones = strings.Fields("eu-west-1a eu-west-1b eu-west-1c eu-west-1d eu-west-1e eu-west-1f eu-west-1g")
	}, []string{
		`zones: Invalid value: ["eu-west-1a","eu-west-1b","eu-west-1c","eu-west-1d","eu-west-1e","eu-west-1f","eu-west-1g"]: must name 2 to 6 zones`,
		`zones[6]: Invalid value: "eu-west-1g": must be an availability zone of eu-west-1: its name and one letter`,
	}},
	{"zone ids", func(a *network.Args) { a.ZoneIDs = []string{"use1-az3", "x", "x"} }, []string{
		`zoneIds: Invalid value: ["use1-az3","x","x"]: must have one id per zone (2), in the order of the zones`,
		`zoneIds[0]: Invalid value: "use1-az3": must not be use1-az3, usw1-az2, cac1-az3: EKS cannot run there`,
		`zoneIds[1]: Invalid value: "x": must be a zone id such as euw1-az1`,
		`zoneIds[2]: Duplicate value: "x"`,
		`zoneIds[2]: Invalid value: "x": must be a zone id such as euw1-az1`,
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
		`interfaceEndpoints[2]: Invalid value: "ECR": must be the short name of an AWS service, such as ecr.api`,
		`interfaceEndpoints[3]: Invalid value: "s3": must not be s3: its gateway endpoint is always built`,
	}},
	{"nodes without NAT", func(a *network.Args) {
		a.NAT, a.InterfaceEndpoints = "none", []string{"com.amazonaws.eu-west-1.ec2", "ecr.api", "ecr.dkr", "sts"}
	}, []string{
		`interfaceEndpoints: Required value: must contain eks, eks-auth, secretsmanager while nat is none: nodes and what runs on them call them`,
	}},
	{"buckets", func(a *network.Args) { a.S3ReadBuckets = []string{"*", "Data", "data-*"} }, []string{
		`s3ReadBuckets[0]: Invalid value: "*": must be a bucket name, in which * stands for any characters but not for the whole name`,
		`s3ReadBuckets[1]: Invalid value: "Data": must be a bucket name, in which * stands for any characters but not for the whole name`,
	}},
	{"flow logs", func(a *network.Args) { a.FlowLogsRetentionDays, a.FlowLogsAggregationSeconds = 31, 61 }, []string{
		`flowLogsAggregationSeconds: Invalid value: 61: must be 60 or 600`,
		`flowLogsRetentionDays: Invalid value: 31: must be one of ` + retentions,
	}},
}

func TestRejectsWrongArgs(t *testing.T) {
	t.Parallel()
	for _, test := range wrongValues {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			args := valid.Network()
			test.change(args)
			record, err := harness.RunErr(harness.Program(network.New, "net", args))
			require.ErrorContains(t, err, `network "net": `+harness.Errors(test.want...)+"\n")
			assert.Empty(t, record.OfType(network.Token), "nothing is registered")
		})
	}
}

func TestReportsAllErrorsAtOnce(t *testing.T) {
	t.Parallel()
	_, err := harness.RunErr(harness.Program(network.New, "net", nil))
	require.ErrorContains(t, err, `network "net": `+harness.Errors(
		`accountId: Required value: must be the AWS account to build in`,
		`region: Required value: must name an AWS region`,
	)+"\n")
}

func TestAcceptsEveryKindOfRange(t *testing.T) {
	t.Parallel()
	for _, cidr := range []string{"10.1.0.0/16", "172.31.252.0/22", "192.168.0.0/18"} {
		t.Run(cidr, func(t *testing.T) {
			t.Parallel()
			args := valid.Network()
			args.CIDR = cidr
			record := build(t, args)
			assert.Equal(t, cidr, record.One(t, typeVPC, "net-vpc").Prop("cidrBlock"))
		})
	}
}
