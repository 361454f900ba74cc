package logging_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/mlops-iac/mlops/components/logging"
	"github.com/mlops-iac/mlops/tests/pulumitest"
	"github.com/mlops-iac/mlops/tests/pulumitest/valid"
)

const (
	groupType  = "aws:cloudwatch/logGroup:LogGroup"
	filterType = "aws:cloudwatch/logMetricFilter:LogMetricFilter"
	alarmType  = "aws:cloudwatch/metricAlarm:MetricAlarm"
	queryType  = "aws:cloudwatch/queryDefinition:QueryDefinition"
	keyType    = "aws:kms/key:Key"
	aliasType  = "aws:kms/alias:Alias"
)

func build(t *testing.T, args *logging.Args, options ...pulumitest.Option) *pulumitest.Recorder {
	t.Helper()
	return pulumitest.Run(t, func(ctx *pulumi.Context) error {
		kept, err := logging.New(ctx, "logs", args)
		if err != nil {
			return err
		}
		assert.Len(t, kept.Ready(), len(args.Tenants)+1, "every group")
		return nil
	}, options...)
}

func TestBuildsExactlyThis(t *testing.T) {
	t.Parallel()
	for _, options := range [][]pulumitest.Option{nil, {pulumitest.InPreview()}} {
		record := build(t, valid.Logging(), options...)
		got := map[string][]string{}
		for _, r := range record.Resources() {
			got[r.Type] = append(got[r.Type], r.Name)
		}
		assert.Equal(t, map[string][]string{
			logging.Token: {"logs"},
			keyType:       {"logs-key"}, aliasType: {"logs-key"},
			groupType:  {"logs-platform", "logs-tenant-tenant-a", "logs-tenant-tenant-b"},
			filterType: {"logs-memory-kills", "logs-timeouts-tenant-a", "logs-timeouts-tenant-b"},
			alarmType:  {"logs-memory-kills", "logs-timeouts-tenant-a", "logs-timeouts-tenant-b"},
			queryType: {
				"logs-errors-by-tenant", "logs-out-of-memory-kills", "logs-slowest-requests", "logs-time-outs",
				"logs-volume-by-tenant", "logs-volume-of-the-platform",
			},
		}, got)
		component := record.One(t, logging.Token, "logs")
		record.AssertChildren(t, component, 17, valid.Logging().Tags, filterType, queryType, aliasType)
		assert.Empty(t, record.Invokes())
	}
}

func TestGroups(t *testing.T) {
	t.Parallel()
	args := valid.Logging()
	args.Protect, args.RetainOnDelete = true, true
	record := build(t, args)
	for name, group := range map[string]string{
		"logs-platform": "/mlops/mlops-test/platform", "logs-tenant-tenant-a": "/mlops/mlops-test/tenants/tenant-a",
	} {
		r := record.One(t, groupType, name)
		assert.Equal(t, group, r.Prop("name"))
		assert.InDelta(t, 90.0, r.Prop("retentionInDays"), 0)
		assert.Equal(t, "arn:aws:kms:eu-west-1:111111111111:logs-key", r.Prop("kmsKeyId"))
		assert.True(t, r.Protect && r.RetainOnDelete)
	}
	key := record.One(t, keyType, "logs-key")
	assert.True(t, key.Protect && key.RetainOnDelete)
	statement := pulumitest.Statements(t, key, "policy")[1]
	assert.Equal(t, map[string]any{"Service": []any{"logs.eu-west-1.amazonaws.com"}}, statement["Principal"])
	assert.Equal(t, map[string]any{"ArnLike": map[string]any{
		"kms:EncryptionContext:aws:logs:arn": []any{"arn:aws:logs:eu-west-1:111111111111:log-group:/mlops/mlops-test/*"},
	}}, statement["Condition"])
	plain := build(t, valid.Logging()).One(t, groupType, "logs-platform")
	assert.False(t, plain.Protect || plain.RetainOnDelete)
}

func TestAlarms(t *testing.T) {
	t.Parallel()
	record := build(t, valid.Logging())
	topic := []any{"arn:aws:sns:eu-west-1:111111111111:alerts"}
	for name, c := range map[string]struct {
		metric, group string
		threshold     float64
		dimensions    any
	}{
		"logs-memory-kills":      {logging.KillsMetric, "/mlops/mlops-test/platform", 1, nil},
		"logs-timeouts-tenant-b": {logging.TimeoutsMetric, "/mlops/mlops-test/tenants/tenant-b", 10, map[string]any{"Tenant": "tenant-b"}},
	} {
		filter, alarm := record.One(t, filterType, name), record.One(t, alarmType, name)
		assert.Equal(t, c.group, filter.Prop("logGroupName"))
		assert.Equal(t, c.metric, filter.Prop("metricTransformation.name"))
		assert.Equal(t, c.metric, alarm.Prop("metricName"))
		assert.Equal(t, filter.Prop("metricTransformation.namespace"), alarm.Prop("namespace"))
		assert.Equal(t, c.dimensions, alarm.Prop("dimensions"))
		assert.Equal(t, c.dimensions == nil, filter.Prop("metricTransformation.dimensions") == nil)
		assert.Equal(t, c.dimensions == nil, filter.Prop("metricTransformation.defaultValue") == "0",
			"CloudWatch takes no default value together with dimensions")
		assert.InDelta(t, c.threshold, alarm.Prop("threshold"), 0)
		assert.InDelta(t, 300.0, alarm.Prop("period"), 0)
		assert.Equal(t, "notBreaching", alarm.Prop("treatMissingData"))
		assert.Equal(t, topic, alarm.Prop("alarmActions"))
		assert.Equal(t, topic, alarm.Prop("okActions"))
		pulumitest.AssertDependsOn(t, alarm, name)
	}
}

func TestNoAlarmWithoutAThreshold(t *testing.T) {
	t.Parallel()
	for name, alarms := range map[string]logging.Alarms{
		"logs-memory-kills": {OutOfMemoryKills: 5}, "logs-timeouts-tenant-a": {Timeouts: 1}, "": {},
	} {
		args := valid.Logging()
		args.Tenants, args.Alarms, args.TopicARN = []string{"tenant-a"}, alarms, ""
		record := build(t, args)
		if name == "" {
			assert.Empty(t, record.OfType(alarmType))
			assert.Empty(t, record.OfType(filterType))
			continue
		}
		require.Len(t, record.OfType(filterType), 1)
		assert.Nil(t, record.One(t, alarmType, name).Prop("alarmActions"), "without a topic it shows in CloudWatch only")
	}
}

// TestManyTenants checks that no query asks more groups than Logs Insights takes.
func TestManyTenants(t *testing.T) {
	t.Parallel()
	args := valid.Logging()
	args.Tenants = nil
	for i := range 120 {
		args.Tenants = append(args.Tenants, fmt.Sprintf("team-%03d", i))
	}
	asked := map[string]int{}
	for _, r := range build(t, args).OfType(queryType) {
		groups, _ := r.Prop("logGroupNames").([]any)
		assert.LessOrEqual(t, len(groups), 50)
		assert.NotEmpty(t, groups)
		if strings.HasPrefix(r.Name, "logs-time-outs") {
			asked[r.Prop("name").(string)] = len(groups)
		}
	}
	assert.Equal(t, map[string]int{
		"mlops-test/time-outs": 50, "mlops-test/time-outs-2": 50, "mlops-test/time-outs-3": 20,
	}, asked)
}

func TestWithoutTenants(t *testing.T) {
	t.Parallel()
	args := valid.Logging()
	args.Tenants = nil
	record := build(t, args)
	assert.Len(t, record.OfType(groupType), 1)
	assert.Len(t, record.OfType(queryType), 2, "those that ask the platform")
}

func TestTheWriterMayWriteAndNothingElse(t *testing.T) {
	t.Parallel()
	statements := logging.Statements(logging.Writer{Prefix: "mlops-dev", AccountID: "111111111111", Region: "us-gov-west-1"})
	require.Len(t, statements, 1)
	assert.Equal(t, []string{"logs:CreateLogStream", "logs:DescribeLogStreams", "logs:PutLogEvents"}, statements[0].Actions)
	var resources []string
	for _, resource := range statements[0].Resources {
		resources = append(resources, string(resource.(pulumi.String)))
	}
	assert.Equal(t, []string{
		"arn:aws-us-gov:logs:us-gov-west-1:111111111111:log-group:/mlops/mlops-dev/platform:*",
		"arn:aws-us-gov:logs:us-gov-west-1:111111111111:log-group:/mlops/mlops-dev/tenants/*:*",
	}, resources)
}

func TestFaults(t *testing.T) {
	t.Parallel()
	record, err := pulumitest.RunErr(func(ctx *pulumi.Context) error {
		_, err := logging.New(ctx, "logs", &logging.Args{
			Prefix: "Mlops", AccountID: "1", Region: "here", Tenants: []string{"a", "a", "kube-system"}, RetentionDays: 31,
			Alarms: logging.Alarms{OutOfMemoryKills: -1, Timeouts: -2}, TopicARN: "topic",
		})
		return err
	})
	for _, want := range []string{
		`prefix: Invalid value: "Mlops": must be 1 to 63 of a-z, 0-9 and '-', starting with a letter`,
		`accountId: Invalid value: "1"`, `region: Invalid value: "here"`, `tenants[1]: Duplicate value: "a"`, `tenants[2]: Invalid value: "kube-system"`,
		`retentionDays: Invalid value: 31: must be one of 1, 3, 5,`, `alarms.outOfMemoryKills: Invalid value: -1: must be >= 0`,
		`alarms.timeouts: Invalid value: -2: must be >= 0`, `topicArn: Invalid value: "topic": must be the ARN of an SNS topic`,
	} {
		require.ErrorContains(t, err, want)
	}
	assert.Empty(t, record.Resources(), "nothing may be registered")
	_, err = pulumitest.RunErr(func(ctx *pulumi.Context) error {
		_, err := logging.New(ctx, "logs", nil)
		return err
	})
	assert.ErrorContains(t, err, "region: Required value: must name an AWS region")
}

func TestDefaults(t *testing.T) {
	t.Parallel()
	record := build(t, &logging.Args{Prefix: "mlops-test", AccountID: "111111111111", Region: "eu-west-1"})
	assert.InDelta(t, float64(logging.DefaultRetentionDays), record.One(t, groupType, "logs-platform").Prop("retentionInDays"), 0)
	assert.Empty(t, record.OfType(alarmType))
}
