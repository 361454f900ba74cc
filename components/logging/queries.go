package logging

import (
	"fmt"
	"slices"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/cloudwatch"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/mlops-iac/mlops/components/addons/fluentbit"
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
| stats count(*) as errors by tenant, app.msg, app.code, bin(5m)
| sort errors desc`},
		{name: "slowest-requests", text: fmt.Sprintf(`filter app.msg = %q
| fields @timestamp, tenant, app.duration_seconds, app.method, app.path, app.code, app.model_version, app.request_id, pod_name
| sort app.duration_seconds desc
| limit 50`, RequestLine)},
		{name: "time-outs", text: fmt.Sprintf(`filter app.msg = %q or (app.msg = %q and app.code in [503, 504])
| stats count(*) as timeouts, max(app.duration_seconds) as slowest by tenant, pod_name, app.path, bin(5m)
| sort timeouts desc`, TimeoutLine, RequestLine)},
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

func (l *Logging) createQueries(ctx *pulumi.Context, name string, in *Args) error {
	var ofTenants []pulumi.StringInput
	for _, tenant := range in.Tenants {
		ofTenants = append(ofTenants, l.tenants[tenant].Name)
	}
	for _, q := range queries() {
		groups := ofTenants
		if q.platform {
			groups = []pulumi.StringInput{l.platform.Name}
		}
		part := 0
		for some := range slices.Chunk(groups, maxGroups) {
			suffix := q.name
			if part++; part > 1 {
				suffix = fmt.Sprintf("%s-%d", q.name, part)
			}
			_, err := cloudwatch.NewQueryDefinition(ctx, name+"-"+suffix, &cloudwatch.QueryDefinitionArgs{
				// The name is what people see; the part before the slash is a folder.
				Name: pulumi.String(in.Prefix + "/" + suffix), QueryString: pulumi.String(q.text),
				LogGroupNames: pulumi.StringArray(some),
			}, pulumi.Parent(l))
			if err != nil {
				return fmt.Errorf("saving query %s: %w", suffix, err)
			}
		}
	}
	return nil
}
