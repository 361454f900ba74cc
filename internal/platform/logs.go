package platform

import (
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/mlops-iac/mlops/components/addons/fluentbit"
	"github.com/mlops-iac/mlops/components/addons/loki"
	"github.com/mlops-iac/mlops/components/logging"
	"github.com/mlops-iac/mlops/components/monitoring"
	"github.com/mlops-iac/mlops/internal/settings"
)

// logSink is where records go, and what must be there before the first one.
type logSink struct {
	output    fluentbit.Output
	kernelLog bool
	ready     []pulumi.Resource
}

// newLogs installs Fluent Bit and what keeps its records, or nothing when the
// stack file turns it off. It comes before the tenants, so that their first
// lines are read, and after the monitoring stack, whose CustomResourceDefinitions
// it uses.
func (b *build) newLogs(ctx *pulumi.Context, s *Substrate, watched *monitoring.Monitoring) error {
	if !b.settings.Logs.Enabled {
		return nil
	}
	sink, err := s.Collect(ctx, s, watched)
	if err != nil {
		return err
	}
	first := sink.ready
	if watched != nil {
		first = append(first, watched.Ready()...)
	}
	_, err = fluentbit.New(ctx, b.name("fluent-bit"), &fluentbit.Args{
		Output: sink.output, KernelLog: sink.kernelLog, KeepDebug: b.settings.Logs.KeepDebug,
		NoServiceMonitor: watched == nil, DependsOn: first,
	}, s.inside(first...)...)
	return err
}

// collectInCloudWatch makes the log group of the platform and lets Fluent Bit
// write to it and to those of tenants.
func (b *build) collectInCloudWatch(ctx *pulumi.Context, on *amazon, s *Substrate) (logSink, error) {
	in := b.settings
	kept, err := logging.New(ctx, b.name("logs"), &logging.Args{
		Prefix: b.prefix(), AccountID: in.AWS.AccountID, Region: in.AWS.Region, Partition: string(in.AWS.Partition),
		RetentionDays: in.Logs.RetentionDays, OutOfMemoryKills: in.Logs.Alarms.OutOfMemoryKills, TopicARN: b.alarmTopic(),
		Protect: in.Protect, RetainOnDelete: in.RetainOnDelete, Tags: b.tags,
	}, pulumi.Providers(on.provider))
	if err != nil {
		return logSink{}, err
	}
	on.logs = kept
	ctx.Export(logging.OutputKey, kept.Ref().Outputs())
	identity, err := s.Identify(ctx, account{
		"log-writer", fluentbit.DefaultNamespace, fluentbit.ServiceAccount,
		logging.Statements(logging.Writer{
			Prefix: b.prefix(), AccountID: in.AWS.AccountID, Region: in.AWS.Region, Partition: string(in.AWS.Partition),
		}),
	})
	if err != nil {
		return logSink{}, err
	}
	groups := logging.GroupsOf(b.prefix())
	return logSink{
		output: fluentbit.Output{CloudWatch: &fluentbit.CloudWatch{
			Region: in.AWS.Region, PlatformGroup: groups.Platform, TenantGroupPrefix: groups.TenantPrefix,
		}},
		// Nodes of EKS keep their journal.
		kernelLog: true, ready: append(kept.Ready(), identity...),
	}, nil
}

// collectInCluster prints records or sends them to Loki, which it installs where
// the stack file names none.
func (b *build) collectInCluster(ctx *pulumi.Context, s *Substrate, watched *monitoring.Monitoring) (logSink, error) {
	in := b.settings.Logs
	if in.Destination != settings.LogsToLoki {
		return logSink{}, nil
	}
	if there, ok := in.Loki.Endpoint(); ok {
		return logSink{output: fluentbit.Output{Loki: &fluentbit.Loki{Host: there.Host, Port: there.Port, TLS: there.TLS}}}, nil
	}
	args := &loki.Args{
		RetentionDays: in.Loki.RetentionDays, StorageGiB: in.Loki.StorageGiB, StorageClass: s.StorageClass,
		NodeSelector: s.SystemNodes, ClientNamespace: fluentbit.DefaultNamespace,
	}
	if watched != nil {
		args.GrafanaNamespace = watched.Ref().Namespace
	}
	kept, err := loki.New(ctx, b.name("loki"), args, s.inside()...)
	if err != nil {
		return logSink{}, err
	}
	return logSink{
		output: fluentbit.Output{Loki: &fluentbit.Loki{Host: loki.Host(loki.DefaultNamespace), Port: loki.Port}},
		ready:  kept.Ready(),
	}, nil
}

// keepLogs gives a tenant on AWS a log group of its own, unless logs are off.
func (b *build) keepLogs(ctx *pulumi.Context, on *amazon, tenant string) ([]pulumi.Resource, error) {
	if on.logs == nil {
		return nil, nil
	}
	in := b.settings
	kept, err := logging.NewTenant(ctx, b.name("tenant", tenant, "logs"), &logging.TenantArgs{
		Prefix: b.prefix(), Tenant: tenant, KeyARN: on.logs.Ref().KeyARN,
		RetentionDays: in.Logs.RetentionDays, Timeouts: in.Logs.Alarms.Timeouts, TopicARN: b.alarmTopic(),
		Protect: in.Protect, RetainOnDelete: in.RetainOnDelete, Tags: b.tags,
	}, pulumi.Providers(on.provider))
	if err != nil {
		return nil, err
	}
	on.tenantLogs = append(on.tenantLogs, kept.Ref().Group)
	return kept.Ready(), nil
}

// saveQueries saves what people ask the logs first.
func (b *build) saveQueries(ctx *pulumi.Context, on *amazon) error {
	if on.logs == nil {
		return nil
	}
	_, err := logging.NewQueries(ctx, b.name("log-queries"), &logging.QueriesArgs{
		Prefix: b.prefix(), PlatformGroup: on.logs.Ref().PlatformGroup, TenantGroups: on.tenantLogs,
	}, pulumi.Providers(on.provider))
	return err
}

// alarmTopic is notified of alarms in CloudWatch; empty for none.
func (b *build) alarmTopic() string {
	if sns := b.settings.Monitoring.Alerting.SNS; sns != nil {
		return sns.TopicARN
	}
	return ""
}
