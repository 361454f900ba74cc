package logging_test

import (
	"strings"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/mlops-iac/mlops/components/logging"
	"github.com/mlops-iac/mlops/components/logging/spec"
	"github.com/mlops-iac/mlops/tests/harness"
	valid "github.com/mlops-iac/mlops/tests/harness/valid/logging"
)

const (
	groupType  = "aws:cloudwatch/logGroup:LogGroup"
	filterType = "aws:cloudwatch/logMetricFilter:LogMetricFilter"
	alarmType  = "aws:cloudwatch/metricAlarm:MetricAlarm"
	queryType  = "aws:cloudwatch/queryDefinition:QueryDefinition"
	keyType    = "aws:kms/key:Key"
	aliasType  = "aws:kms/alias:Alias"
)

// args are those of a stack with one tenant.
type args struct {
	stack  *logging.Args
	tenant *logging.TenantArgs
	groups int
}

func usual() args { return args{valid.Logging(), valid.TenantLogs(), 1} }

func build(t *testing.T, in args, options ...harness.Option) *harness.Recorder {
	t.Helper()
	return harness.Run(t, func(ctx *pulumi.Context) error {
		kept, err := logging.New(ctx, "logs", in.stack)
		if err != nil {
			return err
		}
		assert.Len(t, kept.Ready(), 1)
		team, err := logging.NewTenant(ctx, "logs", in.tenant)
		if err != nil {
			return err
		}
		assert.Len(t, team.Ready(), 1)
		var groups []pulumi.StringInput
		for range in.groups {
			groups = append(groups, team.Ref().Group)
		}
		_, err = logging.NewQueries(ctx, "logs", &logging.QueriesArgs{
			Prefix: in.stack.Prefix, PlatformGroup: kept.Ref().PlatformGroup, TenantGroups: groups,
		})
		return err
	}, options...)
}

func TestBuildsExactlyThis(t *testing.T) {
	t.Parallel()
	for _, options := range [][]harness.Option{nil, {harness.InPreview()}} {
		record := build(t, usual(), options...)
		got, parents := map[string][]string{}, map[string]string{
			keyType: logging.Token, aliasType: logging.Token, queryType: logging.QueriesToken,
		}
		for _, r := range record.Resources() {
			got[r.Type] = append(got[r.Type], r.Name)
			if want := parents[r.Type]; want != "" {
				assert.Equal(t, want, r.ParentType, r.Name)
			}
			if r.Custom && r.Type != aliasType && r.Type != filterType && r.Type != queryType {
				for key, value := range valid.Logging().Tags {
					assert.Equal(t, value, r.Prop("tags."+key), "%s %s", r.Type, r.Name)
				}
			}
		}
		assert.Equal(t, map[string][]string{
			logging.Token: {"logs"}, logging.TenantToken: {"logs"}, logging.QueriesToken: {"logs"},
			keyType: {"logs-key"}, aliasType: {"logs-key"},
			groupType:  {"logs-group", "logs-platform"},
			filterType: {"logs-memory-kills", "logs-timeouts"},
			alarmType:  {"logs-memory-kills", "logs-timeouts"},
			queryType: {
				"logs-errors-by-tenant", "logs-out-of-memory-kills", "logs-slowest-requests", "logs-time-outs",
				"logs-volume-by-tenant", "logs-volume-of-the-platform",
			},
		}, got)
		assert.Equal(t, logging.TenantToken, record.One(t, groupType, "logs-group").ParentType)
		assert.Empty(t, record.Invokes())
	}
}

func TestGroups(t *testing.T) {
	t.Parallel()
	in := usual()
	in.stack.Protect, in.stack.RetainOnDelete = true, true
	in.tenant.Protect, in.tenant.RetainOnDelete = true, true
	record := build(t, in)
	for name, group := range map[string][2]string{
		"logs-platform": {"/mlops/mlops-test/platform", "arn:aws:kms:eu-west-1:111111111111:logs-key"},
		"logs-group":    {"/mlops/mlops-test/tenants/tenant-a", "arn:aws:kms:eu-west-1:111111111111:key/logs"},
	} {
		r := record.One(t, groupType, name)
		assert.Equal(t, group[0], r.Prop("name"))
		assert.InDelta(t, 90.0, r.Prop("retentionInDays"), 0)
		assert.Equal(t, group[1], r.Prop("kmsKeyId"))
		assert.True(t, r.Protect && r.RetainOnDelete)
	}
	key := record.One(t, keyType, "logs-key")
	assert.True(t, key.Protect && key.RetainOnDelete)
	statement := harness.Statements(t, key, "policy")[1]
	assert.Equal(t, map[string]any{"Service": []any{"logs.eu-west-1.amazonaws.com"}}, statement["Principal"])
	assert.Equal(t, map[string]any{"ArnLike": map[string]any{
		"kms:EncryptionContext:aws:logs:arn": []any{"arn:aws:logs:eu-west-1:111111111111:log-group:/mlops/mlops-test/*"},
	}}, statement["Condition"])
	plain := build(t, usual()).One(t, groupType, "logs-platform")
	assert.False(t, plain.Protect || plain.RetainOnDelete)
}

func TestAlarms(t *testing.T) {
	t.Parallel()
	record := build(t, usual())
	topic := []any{"arn:aws:sns:eu-west-1:111111111111:alerts"}
	for name, c := range map[string]struct {
		metric, group string
		threshold     float64
		dimensions    any
	}{
		"logs-memory-kills": {logging.KillsMetric, "/mlops/mlops-test/platform", 1, nil},
		"logs-timeouts":     {logging.TimeoutsMetric, "/mlops/mlops-test/tenants/tenant-a", 10, map[string]any{"Tenant": "tenant-a"}},
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
		harness.AssertDependsOn(t, alarm, name)
	}
}

func TestNoAlarmWithoutAThreshold(t *testing.T) {
	t.Parallel()
	in := usual()
	in.stack.Alarms, in.tenant.Alarms = spec.Alarms{}, spec.Alarms{}
	record := build(t, in)
	assert.Empty(t, record.OfType(alarmType))
	assert.Empty(t, record.OfType(filterType))

	in = usual()
	in.stack.TopicARN, in.tenant.TopicARN = "", ""
	alarms := build(t, in).OfType(alarmType)
	require.Len(t, alarms, 2)
	for _, alarm := range alarms {
		assert.Nil(t, alarm.Prop("alarmActions"), "without a topic it shows in CloudWatch only")
	}
}

// TestManyTenants checks that no query asks more groups than Logs Insights takes.
func TestManyTenants(t *testing.T) {
	t.Parallel()
	in := usual()
	in.groups = 120
	asked := map[string]int{}
	for _, r := range build(t, in).OfType(queryType) {
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
	in.groups = 0
	assert.Len(t, build(t, in).OfType(queryType), 2, "those that ask the platform")
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

func TestInvalidArguments(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		build func(*pulumi.Context) error
		want  []string
	}{
		"stack": {harness.Program(logging.New, "logs", &logging.Args{
			Logs:   spec.Logs{RetentionDays: 31, Alarms: spec.Alarms{OutOfMemoryKills: -1}},
			Prefix: "Mlops", AccountID: "1", Region: "here", TopicARN: "topic",
		}), []string{
			`prefix: Invalid value: "Mlops": must be 1 to 63 of a-z, 0-9 and '-', starting with a letter`,
			`accountId: Invalid value: "1"`, `region: Invalid value: "here"`,
			`retentionDays: Invalid value: 31: must be one of 1, 3, 5,`, `alarms.outOfMemoryKills: Invalid value: -1: must be 0 to 1000000`,
			`topicArn: Invalid value: "topic": must be the ARN of a standard SNS topic`,
		}},
		"tenant": {harness.Program(logging.NewTenant, "logs", &logging.TenantArgs{
			Logs:   spec.Logs{RetentionDays: 2, Alarms: spec.Alarms{Timeouts: -1}},
			Tenant: "kube-system", TopicARN: "topic",
		}), []string{
			`prefix: Invalid value: ""`, `tenant: Invalid value: "kube-system"`, "keyArn: Required value: the key of the stack's log groups",
			`retentionDays: Invalid value: 2`, `alarms.timeouts: Invalid value: -1: must be 0 to 1000000`, `topicArn: Invalid value: "topic"`,
		}},
		"queries": {harness.Program(logging.NewQueries, "logs", nil), []string{
			`prefix: Invalid value: ""`, "platformGroup: Required value: the log group of the platform",
		}},
		"nothing": {harness.Program(logging.New, "logs", nil), []string{"region: Required value: must name an AWS region"}},
	} {
		record, err := harness.RunErr(c.build)
		for _, want := range c.want {
			require.ErrorContains(t, err, want, name)
		}
		assert.Empty(t, record.Resources(), "nothing may be registered")
	}
}

func TestDefaults(t *testing.T) {
	t.Parallel()
	record := build(t, args{
		&logging.Args{Prefix: "mlops-test", AccountID: "111111111111", Region: "eu-west-1"},
		&logging.TenantArgs{Prefix: "mlops-test", Tenant: "a", KeyARN: pulumi.String("arn:aws:kms:eu-west-1:111111111111:key/logs")}, 1,
	})
	for _, group := range record.OfType(groupType) {
		assert.InDelta(t, float64(spec.DefaultRetentionDays), group.Prop("retentionInDays"), 0)
	}
	assert.Empty(t, record.OfType(alarmType))
}
