// Package valid has valid arguments for the tests of logging, which change what they are about.
package valid

import (
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/mlops-iac/mlops/components/logging"
	"github.com/mlops-iac/mlops/components/logging/spec"
	"github.com/mlops-iac/mlops/tests/harness"
)

// Logging returns valid arguments of the logs of a stack.
func Logging() *logging.Args {
	return &logging.Args{
		Prefix: "mlops-test", AccountID: harness.Account, Region: harness.Region,
		Logs:     spec.Logs{RetentionDays: 90, Alarms: spec.Alarms{OutOfMemoryKills: 1}},
		TopicARN: alarmTopic, Tags: logTags(),
	}
}

// TenantLogs returns valid arguments of the logs of a tenant.
func TenantLogs() *logging.TenantArgs {
	return &logging.TenantArgs{
		Prefix: "mlops-test", Tenant: "tenant-a", KeyARN: pulumi.String("arn:aws:kms:eu-west-1:111111111111:key/logs"),
		Logs:     spec.Logs{RetentionDays: 90, Alarms: spec.Alarms{Timeouts: 10}},
		TopicARN: alarmTopic, Tags: logTags(),
	}
}

const alarmTopic = "arn:aws:sns:eu-west-1:111111111111:alerts"

func logTags() map[string]string {
	return map[string]string{
		"project": "mlops", "environment": "test", "owner": "ml-platform", "cost-center": "ml-001", "managed-by": "pulumi",
	}
}
