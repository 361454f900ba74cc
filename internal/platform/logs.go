package platform

import (
	"slices"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/mlops-iac/mlops/components/addons/fluentbit"
	"github.com/mlops-iac/mlops/components/addons/loki"
	lokispec "github.com/mlops-iac/mlops/components/addons/loki/spec"
	"github.com/mlops-iac/mlops/components/logging"
	"github.com/mlops-iac/mlops/components/monitoring"
	"github.com/mlops-iac/mlops/internal/settings"
)

// logs are the records of what runs in the cluster.
type logs interface {
	// sink is where Fluent Bit sends them.
	sink() logSink
	// tenant keeps those of a tenant apart, where that is possible.
	tenant(ctx *pulumi.Context, name string) (tenantLogs, error)
	// saveQueries saves what people ask the logs first. groups are the log groups
	// of the tenants.
	saveQueries(ctx *pulumi.Context, groups []pulumi.StringInput) error
}

// logSink is where records go, and what must be there before the first one.
type logSink struct {
	output    fluentbit.Output
	kernelLog bool
	ready     []pulumi.Resource
}

// tenantLogs are the records of one tenant. The zero value says that they are
// not kept apart.
type tenantLogs struct {
	group pulumi.StringInput
	ready []pulumi.Resource
}

// newLogs installs Fluent Bit and what keeps its records, or nothing when the
// stack file turns it off. It comes before the tenants, so that their first
// lines are read, and after the monitoring stack, whose CustomResourceDefinitions
// it uses.
func (b *build) newLogs(ctx *pulumi.Context, s Substrate, metrics *monitoring.Monitoring) (logs, error) {
	if !b.settings.Logs.Enabled {
		return clusterLogs{}, nil
	}
	records, err := s.Logs(ctx, metrics)
	if err != nil {
		return nil, err
	}
	to := records.sink()
	first := slices.Clone(to.ready)
	if metrics != nil {
		first = append(first, metrics.Ready()...)
	}
	_, err = fluentbit.New(ctx, b.name("fluent-bit"), &fluentbit.Args{
		Output: to.output, KernelLog: to.kernelLog, KeepDebug: b.settings.Logs.KeepDebug,
		DNS: s.Cluster().DNS, NoServiceMonitor: metrics == nil, DependsOn: first,
	}, s.Cluster().options(first...)...)
	return records, err
}

// cloudWatchLogs are kept in CloudWatch, in a log group for the platform and one
// for each tenant.
type cloudWatchLogs struct {
	*awsSubstrate
	groups *logging.Logging
	writer []pulumi.Resource
}

// Logs makes the log group of the platform, and the identity with which Fluent
// Bit writes to it and to those of tenants.
func (s *awsSubstrate) Logs(ctx *pulumi.Context, _ *monitoring.Monitoring) (logs, error) {
	in := s.settings
	groups, err := logging.New(ctx, s.name("logs"), &logging.Args{
		Prefix: s.prefix(), AccountID: in.AWS.AccountID, Region: in.AWS.Region, Partition: string(in.AWS.Partition),
		Logs: in.Logs.Logs, TopicARN: s.alarmTopic(),
		Protect: in.Protect, RetainOnDelete: in.RetainOnDelete, Tags: s.tags,
	}, pulumi.Providers(s.provider))
	if err != nil {
		return nil, err
	}
	ctx.Export(logging.OutputKey, groups.Ref().Outputs())
	writer, err := s.PodIdentity(ctx, serviceAccount{
		"log-writer", fluentbit.DefaultNamespace, fluentbit.ServiceAccount,
		logging.Statements(logging.Writer{
			Prefix: s.prefix(), AccountID: in.AWS.AccountID, Region: in.AWS.Region, Partition: string(in.AWS.Partition),
		}),
	})
	return &cloudWatchLogs{awsSubstrate: s, groups: groups, writer: writer}, err
}

func (l *cloudWatchLogs) sink() logSink {
	groups := logging.GroupsOf(l.prefix())
	return logSink{
		output: fluentbit.Output{CloudWatch: &fluentbit.CloudWatch{
			Region: l.settings.AWS.Region, PlatformGroup: groups.Platform, TenantGroupPrefix: groups.TenantPrefix,
		}},
		// Nodes of EKS keep their journal.
		kernelLog: true, ready: slices.Concat(l.groups.Ready(), l.writer),
	}
}

func (l *cloudWatchLogs) tenant(ctx *pulumi.Context, name string) (tenantLogs, error) {
	in := l.settings
	own, err := logging.NewTenant(ctx, l.name("tenant", name, "logs"), &logging.TenantArgs{
		Prefix: l.prefix(), Tenant: name, KeyARN: l.groups.Ref().KeyARN,
		Logs: in.Logs.Logs, TopicARN: l.alarmTopic(),
		Protect: in.Protect, RetainOnDelete: in.RetainOnDelete, Tags: l.tags,
	}, pulumi.Providers(l.provider))
	if err != nil {
		return tenantLogs{}, err
	}
	return tenantLogs{group: own.Ref().Group, ready: own.Ready()}, nil
}

func (l *cloudWatchLogs) saveQueries(ctx *pulumi.Context, groups []pulumi.StringInput) error {
	_, err := logging.NewQueries(ctx, l.name("log-queries"), &logging.QueriesArgs{
		Prefix: l.prefix(), PlatformGroup: l.groups.Ref().PlatformGroup, TenantGroups: groups,
	}, pulumi.Providers(l.provider))
	return err
}

// clusterLogs are printed, or kept in a Loki in the cluster or outside of it.
// The zero value keeps nothing.
type clusterLogs struct{ to logSink }

// Logs prints records or sends them to Loki, which it installs where the stack
// file names none.
func (s *existingCluster) Logs(ctx *pulumi.Context, metrics *monitoring.Monitoring) (logs, error) {
	in := s.settings.Logs
	if in.Destination != settings.LogsToLoki {
		return clusterLogs{}, nil
	}
	if endpoint, ok := lokispec.ParseEndpoint(in.Loki.URL); ok {
		output := fluentbit.Output{Loki: &fluentbit.Loki{Host: endpoint.Host, Port: endpoint.Port, TLS: endpoint.TLS}}
		return clusterLogs{logSink{output: output}}, nil
	}
	args := &loki.Args{
		Loki: in.Loki.Loki, StorageClass: s.cluster.StorageClass,
		NodeSelector: s.cluster.SystemNodes, ClientNamespace: fluentbit.DefaultNamespace, DNS: s.cluster.DNS,
	}
	if metrics != nil {
		args.GrafanaNamespace = metrics.Ref().Namespace
	}
	server, err := loki.New(ctx, s.name("loki"), args, s.cluster.options()...)
	if err != nil {
		return nil, err
	}
	return clusterLogs{logSink{
		output: fluentbit.Output{Loki: &fluentbit.Loki{Host: loki.Host(loki.DefaultNamespace), Port: lokispec.Port}},
		ready:  server.Ready(),
	}}, nil
}

func (l clusterLogs) sink() logSink { return l.to }

func (clusterLogs) tenant(*pulumi.Context, string) (tenantLogs, error) { return tenantLogs{}, nil }

func (clusterLogs) saveQueries(*pulumi.Context, []pulumi.StringInput) error { return nil }

// alarmTopic is notified of alarms in CloudWatch; empty for none.
func (b *build) alarmTopic() string {
	if sns := b.settings.Monitoring.Alerting.SNS; sns != nil {
		return sns.TopicARN
	}
	return ""
}
