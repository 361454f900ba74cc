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

// collectInCloudWatch makes the log groups and lets Fluent Bit write to them.
func (b *build) collectInCloudWatch(ctx *pulumi.Context, on *amazon, s *Substrate) (logSink, error) {
	in := b.settings
	args := &logging.Args{
		Prefix: b.prefix(), AccountID: in.AWS.AccountID, Region: in.AWS.Region, Partition: string(in.AWS.Partition),
		Tenants: b.tenantNames(), RetentionDays: in.Logs.RetentionDays,
		Alarms:  logging.Alarms{OutOfMemoryKills: in.Logs.Alarms.OutOfMemoryKills, Timeouts: in.Logs.Alarms.Timeouts},
		Protect: in.Protect, RetainOnDelete: in.RetainOnDelete, Tags: b.tags,
	}
	if sns := in.Monitoring.Alerting.SNS; sns != nil {
		args.TopicARN = sns.TopicARN
	}
	kept, err := logging.New(ctx, b.name("logs"), args, pulumi.Providers(on.provider))
	if err != nil {
		return logSink{}, err
	}
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
			Region: in.AWS.Region, PlatformGroup: groups.Platform, TenantGroupPrefix: groups.TenantPrefix, Tenants: args.Tenants,
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

func (b *build) tenantNames() []string {
	names := make([]string, len(b.tenants))
	for i, t := range b.tenants {
		names[i] = t.Name
	}
	return names
}
