package monitoring

import "cmp"

// The chart. Its version and values were read from charts/kube-prometheus-stack
// in prometheus-community/helm-charts; ChartVersion ships operator 0.88, whose
// CRDs admit everything written here with the types of 0.83. Versions before 79
// have a default password for Grafana and must not be used.
const (
	Chart        = "kube-prometheus-stack"
	ChartVersion = "81.4.5"
	Repository   = "https://prometheus-community.github.io/helm-charts"
)

const (
	// DefaultNamespace is the conventional name, which tenants' network
	// policies admit.
	DefaultNamespace = "monitoring"
	// DefaultRetentionDays covers a comparison with the same day last week.
	DefaultRetentionDays = 7
	// DefaultPrometheusStorage holds 7 days of a million series: at 30 s and 1.5
	// bytes a sample 100,000 series take about 0.5 GiB a day.
	DefaultPrometheusStorage = "50Gi"
	// DefaultPrometheusCPU suits 100,000 series scraped every 30 s.
	DefaultPrometheusCPU = "500m"
	// DefaultPrometheusMemory is about 8 KiB for each of 100,000 series, and as
	// much again for queries over a week.
	DefaultPrometheusMemory = "2Gi"
	// DefaultAlertmanagerStorage is the least gp3 is worth asking for; silences
	// take kilobytes.
	DefaultAlertmanagerStorage = "5Gi"
	// DefaultReplicas is one: a restart of Prometheus loses a minute of data.
	DefaultReplicas = 1
	// DefaultRunbookBaseURL is where this repository keeps its runbooks.
	DefaultRunbookBaseURL = "https://github.com/mlops-iac/mlops/blob/main/docs/runbooks"
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
// the dashboards in it, in every namespace. DashboardFolder is the annotation
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
	in.RunbookBaseURL = cmp.Or(in.RunbookBaseURL, DefaultRunbookBaseURL)
	in.Prometheus.RetentionDays = cmp.Or(in.Prometheus.RetentionDays, DefaultRetentionDays)
	in.Prometheus.StorageSize = cmp.Or(in.Prometheus.StorageSize, DefaultPrometheusStorage)
	in.Prometheus.CPU = cmp.Or(in.Prometheus.CPU, DefaultPrometheusCPU)
	in.Prometheus.Memory = cmp.Or(in.Prometheus.Memory, DefaultPrometheusMemory)
	in.Prometheus.Replicas = cmp.Or(in.Prometheus.Replicas, DefaultReplicas)
	in.Alertmanager.StorageSize = cmp.Or(in.Alertmanager.StorageSize, DefaultAlertmanagerStorage)
	in.Alertmanager.Replicas = cmp.Or(in.Alertmanager.Replicas, DefaultReplicas)
	return &in
}
