package logging

import (
	"fmt"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/cloudwatch"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/mlops-iac/mlops/components/addons/fluentbit"
	"github.com/mlops-iac/mlops/components/internal/options"
	"github.com/mlops-iac/mlops/components/internal/tagmap"
	"github.com/mlops-iac/mlops/components/logging/record"
)

// Names of the metrics made from logs.
const (
	KillsMetric    = "OutOfMemoryKills"
	TimeoutsMetric = "RequestTimeouts"
	// TenantDimension is the dimension of TimeoutsMetric.
	TenantDimension = "Tenant"
)

// watch is a metric made from one log group, with its alarm.
type watch struct {
	// name ends the Pulumi names; prefix is that of the stack.
	name, prefix string
	group        *cloudwatch.LogGroup
	// pattern says which records count.
	pattern string
	metric  string
	// tenant is the value of TenantDimension; empty for a metric without.
	tenant    string
	threshold int
	// topic is notified; empty for none.
	topic   string
	meaning string
	tags    map[string]string
}

// killsPattern counts each process once: only one of the kernel's lines has
// these words.
func killsPattern() string {
	return fmt.Sprintf(`{ $.%s = "%s" && $.%s = "*%s*" }`,
		fluentbit.SourceKey, fluentbit.KernelSource, fluentbit.TextKey, fluentbit.Killed)
}

// timeoutsPattern counts requests that ran into the service's own limit, and
// those behind which another server was too slow (504).
func timeoutsPattern() string {
	app := "$." + fluentbit.AppKey + "."
	return fmt.Sprintf(`{ (%[1]smsg = "%[2]s") && ((%[1]s%[3]s = "%[4]s") || (%[1]s%[5]s = 504)) }`,
		app, record.Request, record.Error, record.TimedOut, record.Code)
}

func metricNamespace(prefix string) string { return "mlops/" + prefix }

func newWatch(ctx *pulumi.Context, name string, parent pulumi.Resource, w watch) error {
	transformation := cloudwatch.LogMetricFilterMetricTransformationArgs{
		Name: pulumi.String(w.metric), Namespace: pulumi.String(metricNamespace(w.prefix)),
		Value: pulumi.String("1"), Unit: pulumi.String("Count"),
	}
	if w.tenant == "" {
		// Zero instead of nothing, so that the graph is a line.
		transformation.DefaultValue = pulumi.String("0")
	} else {
		// CloudWatch takes no default value together with dimensions.
		transformation.Dimensions = pulumi.StringMap{TenantDimension: pulumi.String("$." + fluentbit.TenantKey)}
	}
	filter, err := cloudwatch.NewLogMetricFilter(ctx, name+"-"+w.name, &cloudwatch.LogMetricFilterArgs{
		LogGroupName: w.group.Name, Pattern: pulumi.String(w.pattern), MetricTransformation: transformation,
	}, pulumi.Parent(parent))
	if err != nil {
		return fmt.Errorf("creating metric filter %s: %w", w.name, err)
	}
	// Without the filter the alarm would look at a metric nobody writes.
	_, err = cloudwatch.NewMetricAlarm(ctx, name+"-"+w.name, w.alarm(name), options.Child(parent, filter)...)
	if err != nil {
		return fmt.Errorf("creating alarm %s: %w", w.name, err)
	}
	return nil
}

func (w watch) alarm(name string) *cloudwatch.MetricAlarmArgs {
	alarm := &cloudwatch.MetricAlarmArgs{
		AlarmDescription: pulumi.String(w.meaning),
		Namespace:        pulumi.String(metricNamespace(w.prefix)), MetricName: pulumi.String(w.metric),
		Statistic: pulumi.String("Sum"), Period: pulumi.Int(WindowSeconds), EvaluationPeriods: pulumi.Int(1),
		ComparisonOperator: pulumi.String("GreaterThanOrEqualToThreshold"), Threshold: pulumi.Float64(w.threshold),
		// A metric made from logs has no value while nothing matches.
		TreatMissingData: pulumi.String("notBreaching"),
		Tags:             tagmap.Named(w.tags, name+"-"+w.name),
	}
	if w.tenant != "" {
		alarm.Dimensions = pulumi.StringMap{TenantDimension: pulumi.String(w.tenant)}
	}
	if w.topic != "" {
		alarm.AlarmActions, alarm.OkActions = pulumi.Array{pulumi.String(w.topic)}, pulumi.Array{pulumi.String(w.topic)}
	}
	return alarm
}
