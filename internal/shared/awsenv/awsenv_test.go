package awsenv_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"k8s.io/apimachinery/pkg/util/validation/field"

	"github.com/mlops-iac/mlops/internal/shared/awsenv"
)

func TestPlacesOfEveryPartition(t *testing.T) {
	t.Parallel()
	for region, want := range map[string]struct{ partition, host, arn, root string }{
		"eu-west-1": {"aws", "s3.eu-west-1.amazonaws.com",
			"arn:aws:logs:eu-west-1:111111111111:log-group:app", "arn:aws:iam::111111111111:root"},
		"cn-north-1": {"aws-cn", "s3.cn-north-1.amazonaws.com.cn",
			"arn:aws-cn:logs:cn-north-1:111111111111:log-group:app", "arn:aws-cn:iam::111111111111:root"},
		"us-gov-west-1": {"aws-us-gov", "s3.us-gov-west-1.amazonaws.com",
			"arn:aws-us-gov:logs:us-gov-west-1:111111111111:log-group:app", "arn:aws-us-gov:iam::111111111111:root"},
	} {
		place := awsenv.Place{Partition: awsenv.PartitionOf(region), Region: region, AccountID: "111111111111"}
		assert.Equal(t, want.partition, place.Partition)
		assert.Equal(t, want.host, awsenv.Host("s3", region))
		assert.Equal(t, want.arn, place.ARN("logs", "log-group:app"))
		assert.Equal(t, want.root, place.Root())
		assert.Empty(t, place.Check())
	}
}

func TestCheckReportsEveryPart(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		place awsenv.Place
		want  []string
	}{
		{awsenv.Place{Partition: awsenv.Commercial}, []string{
			"region: Required value: must name an AWS region",
			"accountId: Required value: must be the AWS account to build in",
		}},
		{awsenv.Place{Partition: "azure", Region: "Ireland", AccountID: "12"}, []string{
			`region: Invalid value: "Ireland": must be an AWS region such as eu-west-1`,
			`accountId: Invalid value: "12": must be 12 digits`,
			`partition: Unsupported value: "azure": supported values: "aws", "aws-cn", "aws-us-gov"`,
		}},
		{awsenv.Place{Partition: awsenv.Gov, Region: "us-iso-east-1", AccountID: "111111111111"}, []string{
			`region: Invalid value: "us-iso-east-1": must be an AWS region such as eu-west-1`,
		}},
		{awsenv.Place{Partition: awsenv.China, Region: "eu-west-1", AccountID: "111111111111"}, []string{
			`partition: Invalid value: "aws-cn": must be aws, the partition of eu-west-1`,
		}},
	} {
		assert.Equal(t, test.want, texts(test.place.Check()))
	}
}

func TestLogRetention(t *testing.T) {
	t.Parallel()
	for _, days := range awsenv.LogRetentionDays() {
		assert.Empty(t, awsenv.CheckLogRetention(field.NewPath("days"), days))
	}
	assert.Equal(t, []string{"days: Invalid value: 31: must be one of 1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, " +
		"365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653"},
		texts(awsenv.CheckLogRetention(field.NewPath("days"), 31)))
}

func TestZones(t *testing.T) {
	t.Parallel()
	assert.True(t, awsenv.IsZoneOf("eu-west-1", "eu-west-1a"))
	for _, zone := range []string{"eu-west-1", "eu-west-2a", "eu-west-1A", "eu-west-1-lhr-1a", "eu-west-1g"} {
		assert.False(t, awsenv.IsZoneOf("eu-west-1", zone), zone)
	}
	path := field.NewPath("id")
	assert.Empty(t, awsenv.CheckZoneID(path, "eu-west-1", "euw1-az1"))
	assert.Equal(t, []string{`id: Invalid value: "eu-west-1a": must be a zone id such as euw1-az1`},
		texts(awsenv.CheckZoneID(path, "eu-west-1", "eu-west-1a")))
	assert.Equal(t, []string{`id: Invalid value: "use1-az3": must not be use1-az3, usw1-az2, cac1-az3: EKS cannot run there`},
		texts(awsenv.CheckZoneID(path, "us-east-1", "use1-az3")))
}

func TestPrincipals(t *testing.T) {
	t.Parallel()
	role, ok := awsenv.ParsePrincipal("arn:aws:iam::111111111111:role/ops/Break-Glass")
	assert.True(t, ok)
	assert.Equal(t, awsenv.Principal{
		Partition: "aws", AccountID: "111111111111", Kind: "role", Name: "Break-Glass",
	}, role)
	assert.Equal(t, "111111111111-role-break-glass", awsenv.PrincipalKey("arn:aws:iam::111111111111:role/Break-glass"))
	for _, arn := range []string{
		"deployer", "arn:aws:iam::111111111111:root", "arn:aws:iam::111111111111:group/admins",
		"arn:aws:sts::111111111111:assumed-role/deployer/session", "arn:aws:iam::111111111111:role/",
	} {
		_, ok := awsenv.ParsePrincipal(arn)
		assert.False(t, ok, arn)
		assert.Empty(t, awsenv.PrincipalKey(arn), arn)
	}
}

func texts(list field.ErrorList) []string {
	words := make([]string, len(list))
	for i, err := range list {
		words[i] = err.Error()
	}
	return words
}

func TestZoneIDsBelongToTheRegion(t *testing.T) {
	t.Parallel()
	path := field.NewPath("id")
	for region, id := range map[string]string{
		"us-east-1": "use1-az1", "us-gov-west-1": "usgw1-az1", "ap-northeast-1": "apne1-az4", "ap-southeast-2": "apse2-az2",
		"cn-northwest-1": "cnnw1-az1", "eu-central-2": "euc2-az1", "il-central-1": "ilc1-az1", "sa-east-1": "sae1-az3",
	} {
		assert.Empty(t, awsenv.CheckZoneID(path, region, id), region)
		assert.NotEmpty(t, awsenv.CheckZoneID(path, "eu-west-1", id), region)
	}
}

func TestARNs(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		arn                      string
		key, bucket, topic, role bool
	}{
		{arn: "arn:aws:kms:eu-west-1:111111111111:key/1234-ab", key: true},
		{arn: "arn:aws:kms:eu-west-1:111111111111:alias/a"},
		{arn: "arn:aws:s3:::a-bucket", bucket: true},
		{arn: "arn:aws:s3:::a-bucket/object"},
		{arn: "arn:aws:s3:eu-west-1:111111111111:accesspoint/a"},
		{arn: "arn:aws:sns:eu-west-1:111111111111:alerts", topic: true},
		{arn: "arn:aws:sns:eu-west-1:111111111111:alerts.fifo"},
		{arn: "arn:aws:iam::111111111111:role/a", role: true},
		{arn: "arn:aws:iam::111111111111:user/a"},
		{arn: "text"}, {arn: "arn:aws:iam"}, {arn: ""},
	} {
		assert.Equal(t, c.key, awsenv.IsKeyARN(c.arn), c.arn)
		assert.Equal(t, c.bucket, awsenv.IsBucketARN(c.arn), c.arn)
		assert.Equal(t, c.topic, awsenv.IsTopicARN(c.arn), c.arn)
		assert.Equal(t, c.role, awsenv.IsRoleARN(c.arn), c.arn)
	}
}

func TestDatabaseClasses(t *testing.T) {
	t.Parallel()
	for _, class := range []string{"db.t4g.small", "db.t3.micro", "db.m7g.large", "db.r6gd.16xlarge", "db.x2iedn.32xlarge", "db.m5.xlarge"} {
		assert.True(t, awsenv.IsDatabaseClass(class), class)
	}
	for _, class := range []string{"m7g.large", "db.t2.micro", "db.m4.large", "db.t.small", "db.m7g.lagre", "db.m7g.1xlarge", "db.serverless"} {
		assert.False(t, awsenv.IsDatabaseClass(class), class)
	}
}
