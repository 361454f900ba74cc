package awsvalues

import (
	"fmt"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/mlops-iac/mlops/components/budget"
	"github.com/mlops-iac/mlops/components/logging"
	validbudget "github.com/mlops-iac/mlops/tests/harness/valid/budget"
	validlogging "github.com/mlops-iac/mlops/tests/harness/valid/logging"
)

const (
	budgetType = "aws:budgets/budget:Budget"
	alarmType  = "aws:cloudwatch/metricAlarm:MetricAlarm"
)

// topicCase is a wrong topic of the alarms.
func topicCase(name, arn string) Case {
	return Case{
		Name: name, Settings: set("monitoring.alerting.sns.topicArn", arn),
		Message: fmt.Sprintf("monitoring.alerting.sns.topicArn: Invalid value: %q: must be the ARN of a standard SNS topic in partition aws", arn),
		Type:    alarmType, Property: "alarmActions[0]", Value: arn,
	}
}

// moneyCase is a wrong argument of a budget.
func moneyCase(name, message, property string, value any, change func(*budget.Args)) Case {
	return Case{
		Name: name, Args: args(validbudget.Budget, change, budget.New), Message: message, Type: budgetType, Property: property, Value: value,
	}
}

func costCases() []Case {
	return []Case{
		{
			Name: "a negative budget", Settings: set("cost.budgets.monthlyUSD", -100),
			Message: "cost.budgets.monthlyUSD: Invalid value: -100: must be >= 1 US dollar", Type: budgetType, Property: "limitAmount", Value: "-100",
		},
		moneyCase("a budget of nothing", "monthlyUSD: Invalid value: 0: must be >= 1 US dollar", "limitAmount", "0",
			func(a *budget.Args) { a.MonthlyUSD = 0 }),
		{
			Name: "an e-mail without a domain", Settings: set("cost.budgets.emails", []any{"ml-platform"}),
			Message: `cost.budgets.emails[0]: Invalid value: "ml-platform": must be an e-mail address`,
			Type:    budgetType, Property: "notifications[0].subscriberEmailAddresses", Value: []any{"ml-platform"},
		},
		moneyCase("an e-mail with a name", `emails[0]: Invalid value: "Ada <ada@example.com>": must be an e-mail address`,
			"notifications[0].subscriberEmailAddresses", []any{"Ada <ada@example.com>"},
			func(a *budget.Args) { a.Emails = []string{"Ada <ada@example.com>"} }),
		moneyCase("a threshold of nothing", "actual[0]: Invalid value: 0: must be 1 to 1000 percent", "notifications[0].threshold", 0,
			func(a *budget.Args) { a.Actual = []int{0} }),
		{
			Name:    "more thresholds than a budget can have",
			Args:    args(validbudget.Budget, func(a *budget.Args) { a.Actual = []int{10, 20, 30, 40, 50} }, budget.New),
			Message: "actual: Invalid value: 6: must be 1 to 5 thresholds together with forecast",
		},
		moneyCase("a queue for a topic", `topicArn: Invalid value: "arn:aws:sqs:eu-west-1:111111111111:money": must be the ARN of a standard SNS topic`,
			"notifications[0].subscriberSnsTopicArns", []any{"arn:aws:sqs:eu-west-1:111111111111:money"},
			func(a *budget.Args) { a.TopicARN = pulumi.String("arn:aws:sqs:eu-west-1:111111111111:money") }),
		topicCase("a queue for the topic of alarms", "arn:aws:sqs:eu-west-1:111111111111:mlops-alerts"),
		topicCase("a topic of another region", "arn:aws:sns:us-east-1:111111111111:mlops-alerts"),
		topicCase("a topic of another partition", "arn:aws-cn:sns:eu-west-1:111111111111:mlops-alerts"),
		topicCase("a topic without an account", "arn:aws:sns:eu-west-1::mlops-alerts"),
		topicCase("a FIFO topic", "arn:aws:sns:eu-west-1:111111111111:mlops-alerts.fifo"),
		{
			Name: "logs for 31 days", Settings: set("logs.retentionDays", 31),
			Message: "logs.retentionDays: Invalid value: 31: must be one of 1, 3, 5, 7", Type: logGroupType, Property: "retentionInDays", Value: 31,
		},
		{
			Name:    "an alarm that tells a topic elsewhere",
			Args:    args(validlogging.Logging, func(a *logging.Args) { a.TopicARN = "arn:aws:sns:us-east-1:111111111111:alerts" }, logging.New),
			Message: `topicArn: Invalid value: "arn:aws:sns:us-east-1:111111111111:alerts": must be in region eu-west-1`,
			Type:    alarmType, Property: "alarmActions[0]", Value: "arn:aws:sns:us-east-1:111111111111:alerts",
		},
		{
			Name: "an alias for the key of a log group",
			Args: args(validlogging.TenantLogs, func(a *logging.TenantArgs) {
				a.KeyARN = pulumi.String("arn:aws:kms:eu-west-1:111111111111:alias/logs")
			}, logging.NewTenant),
			Message: `keyArn: Invalid value: "arn:aws:kms:eu-west-1:111111111111:alias/logs": must be the ARN of a KMS key`,
			Type:    logGroupType, Property: "kmsKeyId", Value: "arn:aws:kms:eu-west-1:111111111111:alias/logs",
		},
	}
}
