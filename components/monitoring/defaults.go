package monitoring

import (
	"cmp"

	"github.com/mlops-iac/mlops/components/addons/chart"
	"github.com/mlops-iac/mlops/components/monitoring/spec"
	"github.com/mlops-iac/mlops/internal/shared/defaults"
)

// Record is the chart. Its values were read from charts/kube-prometheus-stack in
// prometheus-community/helm-charts; this version ships operator 0.88.1, whose CRDs
// admit everything written here with the types of 0.83, Prometheus 3.9.1,
// Alertmanager 0.30.1 and Grafana 12.3.1. Versions before 79 have a default
// password for Grafana and must not be used.
var Record = chart.Record{
	Chart: Chart, Version: "81.4.3",
	Repository: "https://prometheus-community.github.io/helm-charts",
}

// Chart is the name of the chart, from which it names its objects.
const Chart = "kube-prometheus-stack"

const (
	// DefaultNamespace is the conventional name, which tenants' network
	// policies admit.
	DefaultNamespace = "monitoring"
	// DefaultPrometheusCPU suits 100,000 series scraped every 30 s.
	DefaultPrometheusCPU = "500m"
	// DefaultPrometheusMemory is about 8 KiB for each of 100,000 series, and as
	// much again for queries over a week.
	DefaultPrometheusMemory = "2Gi"
	// DefaultAlertmanagerStorageGiB is the least gp3 is worth asking for; silences
	// take kilobytes.
	DefaultAlertmanagerStorageGiB = 5
	// DefaultReplicas is one: a restart of Prometheus loses a minute of data.
	DefaultReplicas = 1
)

// retentionShare is how much of a volume Prometheus may fill before it drops
// its oldest blocks; the rest is for the write-ahead log and compaction.
const retentionShare = 0.85

// Names of what the chart makes, fixed so that others may rely on them.
const (
	prometheusService   = Chart + "-prometheus"
	alertmanagerService = Chart + "-alertmanager"
	// GrafanaName is the name of Grafana's Service and of the Secret with its
	// administrator's login, keys "admin-user" and "admin-password".
	GrafanaName = "grafana"
	// AlertmanagerServiceAccount is the account an identity for SNS is for.
	AlertmanagerServiceAccount = "alertmanager"
)

// DashboardLabel on a ConfigMap, with DashboardLabelValue, makes Grafana load
// the dashboards in it, where it is in the namespace of Grafana. DashboardFolder is the annotation
// that names their folder.
const (
	DashboardLabel      = "grafana_dashboard"
	DashboardLabelValue = "1"
	DashboardFolder     = "grafana_folder"
)

func (a *Args) withDefaults() *Args {
	in := Args{}
	if a != nil {
		in = *a
	}
	in.Namespace = cmp.Or(in.Namespace, DefaultNamespace)
	defaults.Fill(&in.Monitoring, spec.Default())
	in.Prometheus.CPU = cmp.Or(in.Prometheus.CPU, DefaultPrometheusCPU)
	in.Prometheus.Memory = cmp.Or(in.Prometheus.Memory, DefaultPrometheusMemory)
	in.Prometheus.Replicas = cmp.Or(in.Prometheus.Replicas, DefaultReplicas)
	in.Alertmanager.StorageGiB = cmp.Or(in.Alertmanager.StorageGiB, DefaultAlertmanagerStorageGiB)
	in.Alertmanager.Replicas = cmp.Or(in.Alertmanager.Replicas, DefaultReplicas)
	return &in
}
