package logging

import (
	"fmt"
	"slices"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/cloudwatch"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/kms"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/mlops-iac/mlops/components/iampolicy"
	"github.com/mlops-iac/mlops/components/internal/cmk"
	"github.com/mlops-iac/mlops/components/internal/options"
	"github.com/mlops-iac/mlops/internal/tags"
)

// Token is the type of the component; it is part of every URN below it.
const Token = "mlops:index:Logging"

// Logging is where logs are kept.
type Logging struct {
	pulumi.ResourceState

	ref     Ref
	groups  Groups
	tenants map[string]*cloudwatch.LogGroup
	// platform is the group of what belongs to no tenant.
	platform *cloudwatch.LogGroup
	ready    []pulumi.Resource
}

// Ref returns what others need to know of the logs.
func (l *Logging) Ref() Ref { return l.ref }

// Ready returns what must exist before something is written: the groups. Depend
// on these and not on the component, whose children the SDK registers in the
// background.
func (l *Logging) Ready() []pulumi.Resource { return slices.Clone(l.ready) }

// New builds the log groups of a stack. The AWS provider is inherited from opts.
// Every fault of args is reported in one error.
func New(ctx *pulumi.Context, name string, args *Args, opts ...pulumi.ResourceOption) (*Logging, error) {
	in := args.withDefaults()
	if err := in.validate(); err != nil {
		return nil, fmt.Errorf("logging %q: %w", name, err)
	}
	l := &Logging{groups: GroupsOf(in.Prefix), tenants: map[string]*cloudwatch.LogGroup{}}
	if err := ctx.RegisterComponentResourceV2(Token, name, in.inputs(), l, opts...); err != nil {
		return nil, err
	}
	if err := l.create(ctx, name, in); err != nil {
		return nil, fmt.Errorf("logging %q: %w", name, err)
	}
	return l, ctx.RegisterResourceOutputs(l, l.ref.Outputs())
}

func (l *Logging) create(ctx *pulumi.Context, name string, in *Args) error {
	key, err := l.createKey(ctx, name, in)
	if err != nil {
		return err
	}
	if l.platform, err = l.createGroup(ctx, name+"-platform", l.groups.Platform, key, in); err != nil {
		return err
	}
	written := pulumi.StringMap{}
	for _, tenant := range in.Tenants {
		group, err := l.createGroup(ctx, name+"-tenant-"+tenant, l.groups.Tenant(tenant), key, in)
		if err != nil {
			return err
		}
		l.tenants[tenant], written[tenant] = group, group.Name
	}
	if err := l.createAlarms(ctx, name, in); err != nil {
		return err
	}
	if err := l.createQueries(ctx, name, in); err != nil {
		return err
	}
	l.ref = Ref{
		PlatformGroup:   l.platform.Name,
		TenantGroups:    written.ToStringMapOutput(),
		KeyARN:          key.Arn,
		MetricNamespace: pulumi.String(in.metricNamespace()).ToStringOutput(),
	}
	return nil
}

// createKey makes the one key of all groups: whoever may read logs is decided by
// the group, and CloudWatch uses the key for it.
func (l *Logging) createKey(ctx *pulumi.Context, name string, in *Args) (*kms.Key, error) {
	key, err := cmk.New(ctx, name+"-key", &cmk.Args{
		Parent:      l,
		Description: "Logs of " + in.Prefix,
		Policy: []iampolicy.Statement{
			cmk.Account("AccountAdministers", in.place()),
			cmk.Logs("LogsEncrypts", in.place(), root+in.Prefix+"/*"),
		},
		Keep: in.keep(), Tags: in.Tags, TagName: name,
	})
	if err != nil {
		return nil, fmt.Errorf("logs: %w", err)
	}
	return key, nil
}

// createGroup makes a group whose name is fixed: Fluent Bit, its role and the
// policy of the key know it before it exists.
func (l *Logging) createGroup(ctx *pulumi.Context, name, group string, key *kms.Key, in *Args) (*cloudwatch.LogGroup, error) {
	made, err := cloudwatch.NewLogGroup(ctx, name, &cloudwatch.LogGroupArgs{
		Name:            pulumi.String(group),
		RetentionInDays: pulumi.Int(in.RetentionDays),
		KmsKeyId:        key.Arn,
		Tags:            tags.Named(in.Tags, group),
	}, options.Stateful(l, in.keep())...)
	if err != nil {
		return nil, fmt.Errorf("creating log group %s: %w", group, err)
	}
	l.ready = append(l.ready, made)
	return made, nil
}
