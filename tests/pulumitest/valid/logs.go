package valid

import (
	"github.com/mlops-iac/mlops/components/addons/fluentbit"
	"github.com/mlops-iac/mlops/components/addons/loki"
	"github.com/mlops-iac/mlops/components/logging"
)

// FluentBit returns valid arguments of a Fluent Bit that sends to CloudWatch.
func FluentBit() *fluentbit.Args {
	groups := logging.GroupsOf("mlops-test")
	return &fluentbit.Args{
		Output: fluentbit.Output{CloudWatch: &fluentbit.CloudWatch{
			Region: "eu-west-1", PlatformGroup: groups.Platform, TenantGroupPrefix: groups.TenantPrefix,
			Tenants: []string{"tenant-a", "tenant-b"},
		}},
		KernelLog: true,
	}
}

// Loki returns valid arguments of a Loki.
func Loki() *loki.Args { return &loki.Args{ClientNamespace: fluentbit.DefaultNamespace} }

// Logging returns valid arguments of log groups.
func Logging() *logging.Args {
	return &logging.Args{
		Prefix: "mlops-test", AccountID: "111111111111", Region: "eu-west-1", Tenants: []string{"tenant-a", "tenant-b"},
		RetentionDays: 90, Alarms: logging.Alarms{OutOfMemoryKills: 1, Timeouts: 10},
		TopicARN: "arn:aws:sns:eu-west-1:111111111111:alerts", Tags: map[string]string{
			"project": "mlops", "environment": "test", "owner": "ml-platform",
			"cost-center": "ml-001", "managed-by": "pulumi",
		},
	}
}
