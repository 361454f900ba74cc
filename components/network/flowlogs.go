package network

import (
	"fmt"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/cloudwatch"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/ec2"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/iam"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/mlops-iac/mlops/components/iampolicy"
	"github.com/mlops-iac/mlops/components/internal/cmk"
	"github.com/mlops-iac/mlops/components/internal/options"
	"github.com/mlops-iac/mlops/components/internal/tagmap"
	"github.com/mlops-iac/mlops/internal/shared/names"
)

const (
	logGroupPrefix = "/aws/vpc-flow-logs/"
	// logGroupNameLimit keeps the group's name readable; CloudWatch allows 512.
	logGroupNameLimit = 100
)

func (b *builder) createFlowLogs() error {
	group, err := b.createLogGroup()
	if err != nil {
		return err
	}
	role, err := iam.NewRole(b.ctx, b.name+"-flow-logs", &iam.RoleArgs{
		Description:      pulumi.String("Writes the VPC flow logs of " + b.name),
		AssumeRolePolicy: b.flowLogTrust(),
		Tags:             tagmap.Named(b.in.Tags, b.name+"-flow-logs"),
	}, b.parent)
	if err != nil {
		return fmt.Errorf("creating flow log role: %w", err)
	}
	policy, err := iam.NewRolePolicy(b.ctx, b.name+"-flow-logs", &iam.RolePolicyArgs{
		Role: role.ID(),
		Policy: iampolicy.Document(
			iampolicy.Statement{
				Actions:   []string{"logs:CreateLogStream", "logs:PutLogEvents", "logs:DescribeLogStreams"},
				Resources: []pulumi.StringInput{pulumi.Sprintf("%s:*", group.Arn)},
			},
			iampolicy.Statement{
				Actions: []string{"logs:DescribeLogGroups"},
				// The action lists and cannot be limited to one group.
				Resources: iampolicy.Strings(b.in.place().ARN("logs", "log-group:*")),
			},
		),
	}, b.parent)
	if err != nil {
		return fmt.Errorf("granting flow log role: %w", err)
	}
	_, err = ec2.NewFlowLog(b.ctx, b.name+"-flow-logs", &ec2.FlowLogArgs{
		VpcId:                  b.vpc.ID(),
		TrafficType:            pulumi.String("ALL"),
		LogDestinationType:     pulumi.String("cloud-watch-logs"),
		LogDestination:         group.Arn,
		IamRoleArn:             role.Arn,
		MaxAggregationInterval: pulumi.Int(b.in.FlowLogsAggregationSeconds),
		Tags:                   tagmap.Named(b.in.Tags, b.name+"-flow-logs"),
		// Without its permissions the log starts in the state "access error".
	}, b.parent, pulumi.DependsOn([]pulumi.Resource{policy}))
	if err != nil {
		return fmt.Errorf("creating flow log: %w", err)
	}
	return nil
}

func (b *builder) createLogGroup() (*cloudwatch.LogGroup, error) {
	// The key policy must name the group before it exists, so Pulumi cannot name it.
	groupName := logGroupPrefix + names.Short(logGroupNameLimit, b.in.ClusterName, b.name)
	keep := options.Keep{Protect: b.in.Protect, RetainOnDelete: b.in.RetainOnDelete}
	key, err := cmk.New(b.ctx, b.name+"-flow-logs", &cmk.Args{
		Parent:      b.network,
		Description: "Flow logs of " + b.name,
		Policy: []iampolicy.Statement{
			cmk.Account("AccountAdministers", b.in.place()),
			cmk.Logs("LogsEncrypts", b.in.place(), groupName),
		},
		Keep:    keep,
		Tags:    b.in.Tags,
		TagName: b.name + "-flow-logs",
	})
	if err != nil {
		return nil, fmt.Errorf("flow logs: %w", err)
	}
	group, err := cloudwatch.NewLogGroup(b.ctx, b.name+"-flow-logs", &cloudwatch.LogGroupArgs{
		Name:            pulumi.String(groupName),
		RetentionInDays: pulumi.Int(b.in.FlowLogsRetentionDays),
		KmsKeyId:        key.Arn,
		Tags:            tagmap.Named(b.in.Tags, b.name+"-flow-logs"),
	}, options.Stateful(b.network, keep)...)
	if err != nil {
		return nil, fmt.Errorf("creating flow log group: %w", err)
	}
	return group, nil
}

// flowLogTrust names account and source, so that flow logs of another account
// cannot make the service write here.
func (b *builder) flowLogTrust() pulumi.StringOutput {
	return iampolicy.Document(iampolicy.Statement{
		Principals: iampolicy.Principals{
			iampolicy.Service: iampolicy.Strings("vpc-flow-logs.amazonaws.com"),
		},
		Actions: []string{"sts:AssumeRole"},
		Conditions: iampolicy.Conditions{
			"StringEquals": {"aws:SourceAccount": iampolicy.Strings(b.in.AccountID)},
			"ArnLike":      {"aws:SourceArn": iampolicy.Strings(b.in.place().ARN("ec2", "vpc-flow-log/*"))},
		},
	})
}
