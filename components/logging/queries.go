package logging

import (
	"fmt"
	"slices"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/cloudwatch"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/mlops-iac/mlops/components/addons/fluentbit"
	"github.com/mlops-iac/mlops/components/logging/record"
)

// maxGroups is how many log groups Logs Insights takes in one query.
const maxGroups = 50

// query is a saved query of Logs Insights.
type query struct {
	name string
	// platform asks the group of the platform instead of those of the tenants.
	platform bool
	text     string
}

// queries are what people ask first when something is wrong.
func queries() []query {
	return []query{
		{name: "errors-by-tenant", text: `filter app.level = "ERROR" or app.code >= 500
| stats count(*) as errors by tenant, app.msg, app.code, app.error, bin(5m)
| sort errors desc`},
		{name: "slowest-requests", text: fmt.Sprintf(`filter app.msg = %q
| fields @timestamp, tenant, app.duration_seconds, app.method, app.path, app.code, app.model_version, app.request_id, pod_name
| sort app.duration_seconds desc
| limit 50`, record.Request)},
		{name: "time-outs", text: fmt.Sprintf(`filter app.msg = %q and (app.error = %q or app.code = 504)
| stats count(*) as timeouts, max(app.duration_seconds) as slowest by tenant, pod_name, app.path, bin(5m)
| sort timeouts desc`, record.Request, record.TimedOut)},
		{name: "volume-by-tenant", text: `stats sum(strlen(@message)) / 1048576 as mebibytes, count(*) as records by tenant, container_name, bin(1h)
| sort mebibytes desc`},
		// The kernel writes the UID of the pod with "_" for "-" into the first of its
		// lines and the words of the alarm into the last.
		{name: "out-of-memory-kills", platform: true, text: fmt.Sprintf(`filter %s = %q and (log like /oom-kill:/ or log like /%s/)
| parse log /pod(?<uid>[0-9a-f]{8}_[0-9a-f_]{27})/
| fields @timestamp, host, replace(uid, "_", "-") as %s, log
| sort @timestamp desc`, fluentbit.SourceKey, fluentbit.KernelSource, fluentbit.Killed, fluentbit.PodIDKey)},
		{name: "volume-of-the-platform", platform: true, text: `stats sum(strlen(@message)) / 1048576 as mebibytes, count(*) as records by namespace_name, container_name, bin(1h)
| sort mebibytes desc`},
	}
}

// QueriesToken is the type of the component; it is part of every URN below it.
const QueriesToken = "mlops:index:LogQueries"

// QueriesArgs says which log groups the saved queries ask.
type QueriesArgs struct {
	// Prefix is that of the stack, under which people find the queries; required.
	Prefix string `pulumi:"prefix"`
	// PlatformGroup is the log group of the platform; required.
	PlatformGroup pulumi.StringInput `pulumi:"platformGroup"`
	// TenantGroups are the log groups of all tenants; default none, and no query
	// about tenants.
	TenantGroups []pulumi.StringInput `pulumi:"tenantGroups"`
}

// Queries are the saved queries of a stack. They cost nothing until they are run.
type Queries struct{ pulumi.ResourceState }

// NewQueries saves the queries of a stack. The AWS provider is inherited from
// opts. Every error of args is reported in one error.
func NewQueries(ctx *pulumi.Context, name string, args *QueriesArgs, opts ...pulumi.ResourceOption) (*Queries, error) {
	in := QueriesArgs{}
	if args != nil {
		in = *args
	}
	if err := in.validate(); err != nil {
		return nil, fmt.Errorf("log queries %q: %w", name, err)
	}
	saved := &Queries{}
	if err := ctx.RegisterComponentResourceV2(QueriesToken, name, pulumi.Map{"prefix": pulumi.String(in.Prefix)}, saved, opts...); err != nil {
		return nil, err
	}
	for _, q := range queries() {
		groups := in.TenantGroups
		if q.platform {
			groups = []pulumi.StringInput{in.PlatformGroup}
		}
		if err := saved.save(ctx, name, in.Prefix, q, groups); err != nil {
			return nil, fmt.Errorf("log queries %q: %w", name, err)
		}
	}
	return saved, ctx.RegisterResourceOutputs(saved, pulumi.Map{})
}

// save makes one definition, or several where there are more groups than Logs
// Insights takes.
func (s *Queries) save(ctx *pulumi.Context, name, prefix string, q query, groups []pulumi.StringInput) error {
	part := 0
	for some := range slices.Chunk(groups, maxGroups) {
		suffix := q.name
		if part++; part > 1 {
			suffix = fmt.Sprintf("%s-%d", q.name, part)
		}
		_, err := cloudwatch.NewQueryDefinition(ctx, name+"-"+suffix, &cloudwatch.QueryDefinitionArgs{
			// The name is what people see; the part before the slash is a folder.
			Name: pulumi.String(prefix + "/" + suffix), QueryString: pulumi.String(q.text),
			LogGroupNames: pulumi.StringArray(some),
		}, pulumi.Parent(s))
		if err != nil {
			return fmt.Errorf("saving query %s: %w", suffix, err)
		}
	}
	return nil
}
