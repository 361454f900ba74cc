package logging

import (
	"maps"
	"slices"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/mlops-iac/mlops/components/internal/options"
	"github.com/mlops-iac/mlops/internal/awsenv"
)

// Args configures the log groups of one stack.
type Args struct {
	// Prefix tells stacks in one account apart: groups are named
	// /mlops/<prefix>/platform and /mlops/<prefix>/tenants/<tenant>; required.
	Prefix string
	// AccountID and Region are where the groups are; required.
	AccountID, Region string
	// Partition is the AWS partition; default the one Region lies in.
	Partition string
	// Tenants get a group each. A tenant that leaves the list takes its group
	// along, unless Protect or RetainOnDelete is set; default none.
	Tenants []string
	// RetentionDays is how long records are kept, one of the values of CloudWatch
	// Logs; default DefaultRetentionDays.
	RetentionDays int
	// Alarms say when to tell somebody; default none.
	Alarms Alarms
	// TopicARN is the SNS topic that alarms notify; default none, alarms then only
	// show in CloudWatch.
	TopicARN string
	// Protect refuses to delete groups and key; default false.
	Protect bool
	// RetainOnDelete leaves both in the account when they leave the program;
	// default false.
	RetainOnDelete bool
	// Tags go on every taggable resource.
	Tags map[string]string
}

// Alarms are the counts within WindowSeconds from which on an alarm is raised.
type Alarms struct {
	// OutOfMemoryKills counts processes that the kernels of all nodes killed for
	// want of memory; 0 for no alarm.
	OutOfMemoryKills int
	// Timeouts counts requests of one tenant that timed out; 0 for no alarm.
	Timeouts int
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
	in.Tenants, in.Tags = slices.Clone(a.Tenants), maps.Clone(a.Tags)
	return &in
}

// inputs are what state and mocks show of the arguments.
func (a *Args) inputs() pulumi.Map {
	return pulumi.Map{
		"prefix":        pulumi.String(a.Prefix),
		"tenants":       pulumi.ToStringArray(a.Tenants),
		"retentionDays": pulumi.Int(a.RetentionDays),
		"tags":          pulumi.ToStringMap(a.Tags),
	}
}

func (a *Args) keep() options.Keep {
	return options.Keep{Protect: a.Protect, RetainOnDelete: a.RetainOnDelete}
}

func (a *Args) place() awsenv.Place {
	return awsenv.Place{Partition: a.Partition, Region: a.Region, AccountID: a.AccountID}
}
