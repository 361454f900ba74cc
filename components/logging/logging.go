package logging

import (
	"fmt"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/cloudwatch"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/kms"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/mlops-iac/mlops/components/iampolicy"
	"github.com/mlops-iac/mlops/components/internal/cmk"
	"github.com/mlops-iac/mlops/components/internal/contract"
	"github.com/mlops-iac/mlops/components/internal/options"
	"github.com/mlops-iac/mlops/components/internal/tagmap"
)

// Token is the type of the component; it is part of every URN below it.
const Token = "mlops:index:Logging"

// Logging is where the logs of a stack are kept.
type Logging struct {
	pulumi.ResourceState

	// The outputs, as in Ref.
	PlatformGroup     pulumi.StringOutput `pulumi:"platformGroup"`
	TenantGroupPrefix pulumi.StringOutput `pulumi:"tenantGroupPrefix"`
	KeyARN            pulumi.StringOutput `pulumi:"keyArn"`
	MetricNamespace   pulumi.StringOutput `pulumi:"metricNamespace"`

	ref Ref
	// platform is the group of what belongs to no tenant.
	platform *cloudwatch.LogGroup
}

// Ref returns what others need to know of the logs.
func (l *Logging) Ref() Ref { return l.ref }

// Ready returns what must exist before something is written. Depend on these and
// not on the component, whose children the SDK registers in the background.
func (l *Logging) Ready() []pulumi.Resource { return []pulumi.Resource{l.platform} }

// New builds the key and the platform's log group of a stack. The AWS provider is inherited from opts.
// Every error of args is reported in one error.
func New(ctx *pulumi.Context, name string, args *Args, opts ...pulumi.ResourceOption) (*Logging, error) {
	in := args.withDefaults()
	if err := in.validate(); err != nil {
		return nil, fmt.Errorf("logging %q: %w", name, err)
	}
	l := &Logging{}
	if err := ctx.RegisterComponentResourceV2(Token, name, in.inputs(), l, opts...); err != nil {
		return nil, err
	}
	if err := l.create(ctx, name, in); err != nil {
		return nil, fmt.Errorf("logging %q: %w", name, err)
	}
	return l, contract.Register(ctx, l, l.ref)
}

func (l *Logging) create(ctx *pulumi.Context, name string, in *Args) error {
	key, err := l.createKey(ctx, name, in)
	if err != nil {
		return err
	}
	l.platform, err = newGroup(ctx, name+"-platform", l, group{
		name: GroupsOf(in.Prefix).Platform, key: key.Arn, days: in.RetentionDays, keep: in.keep(), tags: in.Tags,
	})
	if err != nil {
		return err
	}
	if in.Alarms.OutOfMemoryKills > 0 {
		err := newWatch(ctx, name, l, watch{
			name: "memory-kills", group: l.platform, pattern: killsPattern(), metric: KillsMetric, prefix: in.Prefix,
			threshold: in.Alarms.OutOfMemoryKills, topic: in.TopicARN, tags: in.Tags,
			meaning: "The kernel of a node killed processes for want of memory. The saved query out-of-memory-kills says which.",
		})
		if err != nil {
			return err
		}
	}
	l.ref = Ref{
		PlatformGroup:     l.platform.Name,
		TenantGroupPrefix: pulumi.String(GroupsOf(in.Prefix).TenantPrefix).ToStringOutput(),
		KeyARN:            key.Arn,
		MetricNamespace:   pulumi.String(metricNamespace(in.Prefix)).ToStringOutput(),
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

// group describes a log group.
type group struct {
	name string
	key  pulumi.StringInput
	days int
	keep options.Keep
	tags map[string]string
}

// newGroup makes a group whose name is fixed: Fluent Bit, its role and the policy
// of the key know it before it exists.
func newGroup(ctx *pulumi.Context, name string, parent pulumi.Resource, g group) (*cloudwatch.LogGroup, error) {
	made, err := cloudwatch.NewLogGroup(ctx, name, &cloudwatch.LogGroupArgs{
		Name:            pulumi.String(g.name),
		RetentionInDays: pulumi.Int(g.days),
		KmsKeyId:        g.key.ToStringOutput(),
		Tags:            tagmap.Named(g.tags, g.name),
	}, options.Stateful(parent, g.keep)...)
	if err != nil {
		return nil, fmt.Errorf("creating log group %s: %w", g.name, err)
	}
	return made, nil
}
