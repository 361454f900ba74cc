package platform

import (
	"slices"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/mlops-iac/mlops/components/addons/chart"
	"github.com/mlops-iac/mlops/components/addons/clusterautoscaler"
	"github.com/mlops-iac/mlops/components/addons/dcgmexporter"
	"github.com/mlops-iac/mlops/components/addons/externaldns"
	"github.com/mlops-iac/mlops/components/addons/loadbalancercontroller"
	"github.com/mlops-iac/mlops/components/addons/loki"
	"github.com/mlops-iac/mlops/components/addons/metricsserver"
	"github.com/mlops-iac/mlops/components/addons/nvidiadeviceplugin"
	"github.com/mlops-iac/mlops/components/addons/opencost"
	"github.com/mlops-iac/mlops/components/monitoring"
	"github.com/mlops-iac/mlops/internal/settings"
)

// addon is an add-on of the catalogue: what switches it on, what it stands on,
// and how it is wired.
type addon struct {
	// enabled is the switch in the stack file.
	enabled func(settings.Addons) bool
	chart   chart.Record
	// account is the service account that acts on the cloud; nil for none. Its
	// identity exists before the add-on.
	account func(*build, Cluster) serviceAccount
	// afterMetrics orders the add-on after the monitoring stack, which settings
	// then require.
	afterMetrics bool
	// ingress publishes tenants. It is taken apart before the cluster goes, and
	// after the tenants: it must remove the load balancers, which would otherwise
	// keep the VPC from being deleted.
	ingress bool
	install func(*build, *pulumi.Context, site) (installed, error)
}

// catalogue lists the add-ons in the order in which they are installed.
func catalogue() []addon {
	return []addon{
		{
			enabled: func(in settings.Addons) bool { return in.ClusterAutoscaler.Enabled },
			chart:   clusterautoscaler.Record,
			account: autoscalerAccount,
			install: installAutoscaler,
		},
		{
			enabled: func(in settings.Addons) bool { return in.LoadBalancerController.Enabled },
			chart:   loadbalancercontroller.Record,
			account: loadBalancersAccount,
			ingress: true,
			install: installLoadBalancers,
		},
		{
			enabled: func(in settings.Addons) bool { return in.ExternalDNS.Enabled },
			chart:   externaldns.Record,
			account: dnsAccount,
			install: installDNS,
		},
		{
			enabled: func(in settings.Addons) bool { return in.MetricsServer.Enabled },
			chart:   metricsserver.Record,
			install: installMetricsServer,
		},
		{
			enabled: func(in settings.Addons) bool { return in.NVIDIADevicePlugin.Enabled },
			chart:   nvidiadeviceplugin.Record,
			install: installDevicePlugin,
		},
		{
			enabled:      func(in settings.Addons) bool { return in.OpenCost.Enabled },
			chart:        opencost.Record,
			afterMetrics: true,
			install:      installOpenCost,
		},
	}
}

// Charts are the charts that a stack may install: those of the catalogue, and
// those of components that have parameters of their own in the stack file.
func Charts() []chart.Record {
	charts := []chart.Record{monitoring.Record, dcgmexporter.Record, loki.Record}
	for _, a := range catalogue() {
		charts = append(charts, a.chart)
	}
	slices.SortFunc(charts, chart.Record.Compare)
	return charts
}

func autoscalerAccount(b *build, c Cluster) serviceAccount {
	return serviceAccount{
		"autoscaler", clusterautoscaler.DefaultNamespace, clusterautoscaler.ServiceAccount,
		clusterautoscaler.Statements(string(b.settings.AWS.Partition), c.Name),
	}
}

func installAutoscaler(b *build, ctx *pulumi.Context, at site) (installed, error) {
	return clusterautoscaler.New(ctx, b.name("cluster-autoscaler"), &clusterautoscaler.Args{
		ClusterName: at.Name, Region: b.settings.AWS.Region, NodeSelector: at.SystemNodes, DependsOn: at.first,
	}, at.options...)
}

func loadBalancersAccount(b *build, _ Cluster) serviceAccount {
	return serviceAccount{
		"load-balancers", loadbalancercontroller.DefaultNamespace, loadbalancercontroller.ServiceAccount,
		loadbalancercontroller.Statements(string(b.settings.AWS.Partition)),
	}
}

func installLoadBalancers(b *build, ctx *pulumi.Context, at site) (installed, error) {
	return loadbalancercontroller.New(ctx, b.name("load-balancer-controller"), &loadbalancercontroller.Args{
		ClusterName: at.Name, VPCID: at.VPCID, Region: b.settings.AWS.Region, Tags: b.tags,
		NodeSelector: at.SystemNodes, DependsOn: at.first,
	}, at.options...)
}

func dnsAccount(b *build, _ Cluster) serviceAccount {
	return serviceAccount{
		"external-dns", externaldns.DefaultNamespace, externaldns.ServiceAccount,
		externaldns.Statements(string(b.settings.AWS.Partition), b.settings.Addons.ExternalDNS.ZoneIDs),
	}
}

func installDNS(b *build, ctx *pulumi.Context, at site) (installed, error) {
	return externaldns.New(ctx, b.name("external-dns"), &externaldns.Args{
		ExternalDNS: b.settings.Addons.ExternalDNS.ExternalDNS, ClusterName: at.Name, Region: b.settings.AWS.Region,
		NodeSelector: at.SystemNodes, OpenPods: at.OpenPods, DependsOn: at.first,
	}, at.options...)
}

func installMetricsServer(b *build, ctx *pulumi.Context, at site) (installed, error) {
	return metricsserver.New(ctx, b.name("metrics-server"), &metricsserver.Args{
		InsecureKubeletTLS: b.settings.Addons.MetricsServer.InsecureKubeletTLS, NodeSelector: at.SystemNodes,
	}, at.options...)
}

func installDevicePlugin(b *build, ctx *pulumi.Context, at site) (installed, error) {
	return nvidiadeviceplugin.New(ctx, b.name("nvidia-device-plugin"), nil, at.options...)
}

func installOpenCost(b *build, ctx *pulumi.Context, at site) (installed, error) {
	return opencost.New(ctx, b.name("opencost"), &opencost.Args{
		Namespace: at.metrics.Ref().Namespace, PrometheusURL: at.metrics.Ref().PrometheusURL, ClusterID: b.clusterName(),
		NodeSelector: at.SystemNodes, DependsOn: at.first,
	}, at.options...)
}
