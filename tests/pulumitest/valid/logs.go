package valid

import (
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/mlops-iac/mlops/components/addons/fluentbit"
	"github.com/mlops-iac/mlops/components/addons/loki"
	"github.com/mlops-iac/mlops/components/logging"
	"github.com/mlops-iac/mlops/tests/pulumitest"
)

// FluentBit returns valid arguments of a Fluent Bit that sends to CloudWatch.
func FluentBit() *fluentbit.Args {
	groups := logging.GroupsOf("mlops-test")
	return &fluentbit.Args{
		Output: fluentbit.Output{CloudWatch: &fluentbit.CloudWatch{
			Region: "eu-west-1", PlatformGroup: groups.Platform, TenantGroupPrefix: groups.TenantPrefix,
		}},
		KernelLog: true,
	}
}

// Loki returns valid arguments of a Loki.
func Loki() *loki.Args { return &loki.Args{ClientNamespace: fluentbit.DefaultNamespace} }

// Logging returns valid arguments of the logs of a stack.
func Logging() *logging.Args {
	return &logging.Args{
		Prefix: "mlops-test", AccountID: pulumitest.Account, Region: pulumitest.Region,
		RetentionDays: 90, OutOfMemoryKills: 1, TopicARN: alarmTopic, Tags: logTags(),
	}
}

// TenantLogs returns valid arguments of the logs of a tenant.
func TenantLogs() *logging.TenantArgs {
	return &logging.TenantArgs{
		Prefix: "mlops-test", Tenant: "tenant-a", KeyARN: pulumi.String("arn:aws:kms:eu-west-1:111111111111:key/logs"),
		RetentionDays: 90, Timeouts: 10, TopicARN: alarmTopic, Tags: logTags(),
	}
}

const alarmTopic = "arn:aws:sns:eu-west-1:111111111111:alerts"

func logTags() map[string]string {
	return map[string]string{
		"project": "mlops", "environment": "test", "owner": "ml-platform", "cost-center": "ml-001", "managed-by": "pulumi",
	}
}
