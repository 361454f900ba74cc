package logging

import (
	"maps"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/mlops-iac/mlops/components/internal/options"
	"github.com/mlops-iac/mlops/components/logging/spec"
	"github.com/mlops-iac/mlops/internal/shared/awsenv"
)

// Args configures the log groups of one stack.
type Args struct {
	// Logs says how long records are kept; what is left out is taken from
	// spec.Default. Of its alarms OutOfMemoryKills is made here.
	spec.Logs
	// Prefix tells stacks in one account apart: groups are named
	// /mlops/<prefix>/platform and /mlops/<prefix>/tenants/<tenant>; required.
	Prefix string `pulumi:"prefix"`
	// AccountID is the account the groups are in; required.
	AccountID string `pulumi:"accountId"`
	// Region is the region the groups are in; required.
	Region string `pulumi:"region"`
	// Partition is the AWS partition; default the one Region lies in.
	Partition string `pulumi:"partition"`
	// TopicARN is the SNS topic that the alarm notifies; default none, it then only
	// shows in CloudWatch.
	TopicARN string `pulumi:"topicArn"`
	// Protect refuses to delete groups and key; default false.
	Protect bool `pulumi:"protect"`
	// RetainOnDelete leaves both in the account when they leave the program;
	// default false.
	RetainOnDelete bool `pulumi:"retainOnDelete"`
	// Tags go on every taggable resource.
	Tags map[string]string `pulumi:"tags"`
}

// TenantArgs configures the log group of one tenant.
type TenantArgs struct {
	// Logs says how long records are kept; what is left out is taken from
	// spec.Default. Of its alarms Timeouts is made here.
	spec.Logs
	// Prefix is that of the stack; required.
	Prefix string `pulumi:"prefix"`
	// Tenant is the name of the tenant; required.
	Tenant string `pulumi:"tenant"`
	// KeyARN is the KMS key of the stack's groups; required.
	KeyARN pulumi.StringInput `pulumi:"keyArn"`
	// TopicARN is the SNS topic that the alarm notifies; default none.
	TopicARN string `pulumi:"topicArn"`
	// Protect refuses to delete the group; default false.
	Protect bool `pulumi:"protect"`
	// RetainOnDelete leaves it in the account when it leaves the program; default
	// false.
	RetainOnDelete bool `pulumi:"retainOnDelete"`
	// Tags go on every taggable resource.
	Tags map[string]string `pulumi:"tags"`
}

// Groups are the names of the log groups of a stack.
type Groups struct {
	// Platform is the group of everything that belongs to no tenant.
	Platform string
	// TenantPrefix and the name of a tenant are that tenant's group.
	TenantPrefix string
}

// GroupsOf returns the names of the groups of a stack.
func GroupsOf(prefix string) Groups {
	return Groups{Platform: root + prefix + "/platform", TenantPrefix: root + prefix + "/tenants/"}
}

// Tenant is the group of a tenant.
func (g Groups) Tenant(name string) string { return g.TenantPrefix + name }

func (a *Args) clone() *Args {
	if a == nil {
		return &Args{}
	}
	in := *a
	in.Tags = maps.Clone(a.Tags)
	return &in
}

func (a *TenantArgs) clone() *TenantArgs {
	if a == nil {
		return &TenantArgs{}
	}
	in := *a
	in.Tags = maps.Clone(a.Tags)
	return &in
}

// inputs are what state and mocks show of the arguments.
func (a *TenantArgs) inputs() pulumi.Map {
	return pulumi.Map{"tenant": pulumi.String(a.Tenant), "retentionDays": pulumi.Int(a.RetentionDays)}
}

// inputs are what state and mocks show of the arguments.
func (a *Args) inputs() pulumi.Map {
	return pulumi.Map{
		"prefix":        pulumi.String(a.Prefix),
		"retentionDays": pulumi.Int(a.RetentionDays),
	}
}

func (a *Args) keep() options.Keep {
	return options.Keep{Protect: a.Protect, RetainOnDelete: a.RetainOnDelete}
}

func (a *Args) place() awsenv.Place {
	return awsenv.Place{Partition: a.Partition, Region: a.Region, AccountID: a.AccountID}
}
