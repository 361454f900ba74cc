package logging_test

import (
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/mlops-iac/mlops/components/logging"
	"github.com/mlops-iac/mlops/components/logging/spec"
	"github.com/mlops-iac/mlops/tests/harness/contract"
	"github.com/mlops-iac/mlops/tests/harness/example"
)

func TestContract(t *testing.T) {
	t.Parallel()
	contract.Check(t, &logging.Logging{}, logging.Args{}, logging.Token)
	contract.Check(t, &logging.Tenant{}, logging.TenantArgs{}, logging.TenantToken)
	contract.Check(t, &logging.Queries{}, logging.QueriesArgs{}, logging.QueriesToken)
}

// The log group of the platform, with an alarm.
func Example() {
	example.PrintOutputs(func(ctx *pulumi.Context) (pulumi.Map, error) {
		logs, err := logging.New(ctx, "mlops-dev-logs", &logging.Args{
			Logs:      spec.Logs{RetentionDays: 30, Alarms: spec.Alarms{OutOfMemoryKills: 1}},
			Prefix:    "mlops-dev",
			AccountID: "111111111111",
			Region:    "eu-west-1",
			TopicARN:  "arn:aws:sns:eu-west-1:111111111111:alerts",
		})
		if err != nil {
			return nil, err
		}
		return logs.Ref().Outputs(), nil
	})
	// Output:
	// keyArn: arn:aws:kms:eu-west-1:111111111111:mlops-dev-logs-key
	// metricNamespace: mlops/mlops-dev
	// platformGroup: /mlops/mlops-dev/platform
	// tenantGroupPrefix: /mlops/mlops-dev/tenants/
}

// The log group of a tenant, with an alarm.
func Example_tenant() {
	example.PrintResources(func(ctx *pulumi.Context) error {
		_, err := logging.NewTenant(ctx, "team-a-logs", &logging.TenantArgs{
			Logs:   spec.Logs{RetentionDays: 30, Alarms: spec.Alarms{Timeouts: 10}},
			Prefix: "mlops-dev",
			Tenant: "team-a",
			KeyARN: pulumi.String("arn:aws:kms:eu-west-1:111111111111:key/logs"), // KeyARN of a logging.Logging
		})
		return err
	})
	// Output:
	// mlops:index:TenantLogs team-a-logs
	//   aws:cloudwatch/logGroup:LogGroup team-a-logs-group
	//   aws:cloudwatch/logMetricFilter:LogMetricFilter team-a-logs-timeouts
	//   aws:cloudwatch/metricAlarm:MetricAlarm team-a-logs-timeouts
}

// What people ask the logs first.
func Example_queries() {
	example.PrintResources(func(ctx *pulumi.Context) error {
		groups := logging.GroupsOf("mlops-dev")
		_, err := logging.NewQueries(ctx, "log-queries", &logging.QueriesArgs{
			Prefix:        "mlops-dev",
			PlatformGroup: pulumi.String(groups.Platform),
			TenantGroups:  []pulumi.StringInput{pulumi.String(groups.Tenant("team-a"))},
		})
		return err
	})
	// Output:
	// mlops:index:LogQueries log-queries
	//   aws:cloudwatch/queryDefinition:QueryDefinition log-queries-errors-by-tenant
	//   aws:cloudwatch/queryDefinition:QueryDefinition log-queries-out-of-memory-kills
	//   aws:cloudwatch/queryDefinition:QueryDefinition log-queries-slowest-requests
	//   aws:cloudwatch/queryDefinition:QueryDefinition log-queries-time-outs
	//   aws:cloudwatch/queryDefinition:QueryDefinition log-queries-volume-by-tenant
	//   aws:cloudwatch/queryDefinition:QueryDefinition log-queries-volume-of-the-platform
}
