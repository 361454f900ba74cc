package logging

import (
	"fmt"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/cloudwatch"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/mlops-iac/mlops/components/internal/contract"
	"github.com/mlops-iac/mlops/components/internal/options"
)

// TenantToken is the type of the component; it is part of every URN below it.
const TenantToken = "mlops:index:TenantLogs"

// Tenant is where the logs of one tenant are kept. It is a component of its own,
// so that a tenant comes and goes without a change to anything that is shared.
type Tenant struct {
	pulumi.ResourceState

	// The outputs, as in TenantRef.
	Group pulumi.StringOutput `pulumi:"group"`

	ref   TenantRef
	group *cloudwatch.LogGroup
}

// Ref returns what others need to know of the logs of the tenant.
func (t *Tenant) Ref() TenantRef { return t.ref }

// Ready returns what must exist before something is written. Depend on these and
// not on the component, whose children the SDK registers in the background.
func (t *Tenant) Ready() []pulumi.Resource { return []pulumi.Resource{t.group} }

// NewTenant builds the log group of a tenant and its alarm. The AWS provider is
// inherited from opts. Every error of args is reported in one error.
func NewTenant(ctx *pulumi.Context, name string, args *TenantArgs, opts ...pulumi.ResourceOption) (*Tenant, error) {
	in := args.withDefaults()
	if err := in.validate(); err != nil {
		return nil, fmt.Errorf("tenant logs %q: %w", name, err)
	}
	t := &Tenant{}
	if err := ctx.RegisterComponentResourceV2(TenantToken, name, in.inputs(), t, opts...); err != nil {
		return nil, err
	}
	if err := t.create(ctx, name, in); err != nil {
		return nil, fmt.Errorf("tenant logs %q: %w", name, err)
	}
	t.ref = TenantRef{Group: t.group.Name}
	return t, contract.Register(ctx, t, t.ref)
}

func (t *Tenant) create(ctx *pulumi.Context, name string, in *TenantArgs) (err error) {
	t.group, err = newGroup(ctx, name+"-group", t, group{
		name: GroupsOf(in.Prefix).Tenant(in.Tenant), key: in.KeyARN, days: in.RetentionDays,
		keep: options.Keep{Protect: in.Protect, RetainOnDelete: in.RetainOnDelete}, tags: in.Tags,
	})
	if err != nil || in.Alarms.Timeouts == 0 {
		return err
	}
	return newWatch(ctx, name, t, watch{
		name: "timeouts", group: t.group, pattern: timeoutsPattern(), metric: TimeoutsMetric, prefix: in.Prefix,
		tenant: in.Tenant, threshold: in.Alarms.Timeouts, topic: in.TopicARN, tags: in.Tags,
		meaning: "Requests to the inference service of " + in.Tenant + " time out. The saved query time-outs says which.",
	})
}
