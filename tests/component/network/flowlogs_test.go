package network_test

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/mlops-iac/mlops/components/network"
	"github.com/mlops-iac/mlops/tests/harness"
	valid "github.com/mlops-iac/mlops/tests/harness/valid/network"
)

const groupARN = "arn:aws:cloudwatch:eu-west-1:111111111111:net-flow-logs"

func TestFlowLog(t *testing.T) {
	t.Parallel()
	record := build(t, valid.Network())
	flowLog := record.One(t, typeFlowLog, "net-flow-logs")
	assert.Equal(t, "net-vpc-id", flowLog.Prop("vpcId"))
	assert.Equal(t, "ALL", flowLog.Prop("trafficType"))
	assert.Equal(t, "cloud-watch-logs", flowLog.Prop("logDestinationType"))
	assert.Equal(t, groupARN, flowLog.Prop("logDestination"))
	assert.Equal(t, "arn:aws:iam:eu-west-1:111111111111:net-flow-logs", flowLog.Prop("iamRoleArn"))
	assert.InDelta(t, network.DefaultFlowLogsAggregationSeconds, flowLog.Prop("maxAggregationInterval"), 0)
	assert.Contains(t, flowLog.DependsOn, "urn:pulumi:test::mlops::"+network.Token+"$"+typeRolePolicy+"::net-flow-logs")
}

func TestFlowLogGroupIsEncryptedAndExpires(t *testing.T) {
	t.Parallel()
	args := valid.Network()
	args.FlowLogsRetentionDays = 365
	record := build(t, args)
	group := record.One(t, typeLogGroup, "net-flow-logs")
	assert.Equal(t, "/aws/vpc-flow-logs/mlops-test-net", group.Prop("name"))
	assert.InDelta(t, 365, group.Prop("retentionInDays"), 0)
	assert.Equal(t, "arn:aws:kms:eu-west-1:111111111111:net-flow-logs", group.Prop("kmsKeyId"))

	args.FlowLogsRetentionDays = 0
	byDefault := build(t, args).One(t, typeLogGroup, "net-flow-logs")
	assert.InDelta(t, 30, byDefault.Prop("retentionInDays"), 0)
}

func TestFlowLogKeyServesOnlyItsGroup(t *testing.T) {
	t.Parallel()
	tests := []struct{ region, partition, logs string }{
		{"eu-west-1", "aws", "logs.eu-west-1.amazonaws.com"},
		{"us-gov-west-1", "aws-us-gov", "logs.us-gov-west-1.amazonaws.com"},
		{"cn-north-1", "aws-cn", "logs.cn-north-1.amazonaws.com.cn"},
	}
	for _, test := range tests {
		t.Run(test.region, func(t *testing.T) {
			t.Parallel()
			args := valid.Network()
			args.Region, args.Zones = test.region, []string{test.region + "a", test.region + "b"}
			record := build(t, args)
			key := record.One(t, typeKey, "net-flow-logs")
			assert.Equal(t, true, key.Prop("enableKeyRotation"))
			assert.InDelta(t, 30, key.Prop("deletionWindowInDays"), 0)
			group := "arn:" + test.partition + ":logs:" + test.region + ":111111111111:log-group:/aws/vpc-flow-logs/mlops-test-net"
			assert.Equal(t, map[string]any{
				"Version": "2012-10-17",
				"Statement": []any{
					map[string]any{
						"Sid": "AccountAdministers", "Effect": "Allow", "Action": []any{"kms:*"}, "Resource": []any{"*"},
						"Principal": map[string]any{"AWS": []any{"arn:" + test.partition + ":iam::111111111111:root"}},
					},
					map[string]any{
						"Sid": "LogsEncrypts", "Effect": "Allow", "Resource": []any{"*"},
						"Action": []any{
							"kms:Encrypt", "kms:Decrypt", "kms:ReEncrypt*", "kms:GenerateDataKey*", "kms:DescribeKey",
						},
						"Principal": map[string]any{"Service": []any{test.logs}},
						"Condition": map[string]any{
							"ArnEquals": map[string]any{"kms:EncryptionContext:aws:logs:arn": []any{group}},
						},
					},
				},
			}, harness.Document(t, key, "policy"))
			assert.Equal(t, "net-flow-logs-id", record.One(t, typeAlias, "net-flow-logs").Prop("targetKeyId"))
		})
	}
}

func TestFlowLogRole(t *testing.T) {
	t.Parallel()
	record := build(t, valid.Network())
	assert.Equal(t, map[string]any{
		"Version": "2012-10-17",
		"Statement": []any{map[string]any{
			"Effect": "Allow", "Action": []any{"sts:AssumeRole"},
			"Principal": map[string]any{"Service": []any{"vpc-flow-logs.amazonaws.com"}},
			"Condition": map[string]any{
				"StringEquals": map[string]any{"aws:SourceAccount": []any{"111111111111"}},
				"ArnLike":      map[string]any{"aws:SourceArn": []any{"arn:aws:ec2:eu-west-1:111111111111:vpc-flow-log/*"}},
			},
		}},
	}, harness.Document(t, record.One(t, typeRole, "net-flow-logs"), "assumeRolePolicy"))

	policy := record.One(t, typeRolePolicy, "net-flow-logs")
	assert.Equal(t, "net-flow-logs-id", policy.Prop("role"))
	assert.Equal(t, map[string]any{
		"Version": "2012-10-17",
		"Statement": []any{
			map[string]any{
				"Effect": "Allow", "Resource": []any{groupARN + ":*"},
				"Action": []any{"logs:CreateLogStream", "logs:PutLogEvents", "logs:DescribeLogStreams"},
			},
			map[string]any{
				"Effect": "Allow", "Action": []any{"logs:DescribeLogGroups"},
				"Resource": []any{"arn:aws:logs:eu-west-1:111111111111:log-group:*"},
			},
		},
	}, harness.Document(t, policy, "policy"))
}
