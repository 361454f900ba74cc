package monitoring

import (
	"fmt"

	"github.com/mlops-iac/mlops/components/addons/chart"
	"github.com/mlops-iac/mlops/components/monitoring/metrics"
	"github.com/mlops-iac/mlops/components/scheduling"
)

// scrapeInterval is the chart's own and what the rules' windows are made for:
// the shortest, 5 minutes, holds ten samples.
const scrapeInterval = "30s"

// busyboxTag is the image that hands the CRDs to the job that updates them.
const busyboxTag = "1.38.0"

// values are the values of the chart.
func (a *Args) values(secrets *alertingSecrets) map[string]any {
	values := a.controlPlaneValues()
	values["fullnameOverride"] = Chart
	values["prometheus"] = map[string]any{"prometheusSpec": a.prometheusValues()}
	values["alertmanager"] = a.alertmanagerValues(secrets)
	values["grafana"] = a.grafanaValues()
	values["prometheusOperator"] = map[string]any{
		"nodeSelector": chart.StringMap(a.NodeSelector),
		"resources":    chart.Resources("100m", "256Mi"),
		"admissionWebhooks": map[string]any{"patch": map[string]any{
			"nodeSelector": chart.StringMap(a.NodeSelector), "resources": chart.Resources("10m", "64Mi"),
		}},
		// Beside Prometheus and Alertmanager.
		"prometheusConfigReloader": map[string]any{"resources": chart.Resources("10m", "64Mi")},
	}
	values["kube-state-metrics"] = map[string]any{
		"nodeSelector": chart.StringMap(a.NodeSelector),
		"resources":    chart.Resources("50m", "256Mi"),
		"collectors":   collectors(),
		// Labels are not published unless asked for, and these are how rules and
		// dashboards know whose namespace is whose and what a node is for.
		"metricLabelsAllowlist": []any{
			fmt.Sprintf("namespaces=[%s]", metrics.TenantNamespaceLabel),
			fmt.Sprintf("nodes=[%s]", scheduling.RoleLabel),
		},
	}
	values["prometheus-node-exporter"] = map[string]any{"resources": chart.Resources("20m", "64Mi")}
	// Helm installs CRDs once and never updates them; this job does.
	values["crds"] = map[string]any{"upgradeJob": map[string]any{
		"enabled": true, "forceConflicts": true, "nodeSelector": chart.StringMap(a.NodeSelector),
		"resources": chart.Resources("50m", "256Mi"),
		// The chart's own is "latest".
		"image": map[string]any{"busybox": map[string]any{"tag": busyboxTag}},
	}}
	// The chart's own 10 s are three times the samples of everything else.
	values["kubelet"] = map[string]any{"serviceMonitor": map[string]any{"cAdvisorInterval": scrapeInterval}}
	return values
}

// collectors are the kinds of objects that rules and dashboards ask about. The chart's own
// list has Secrets and ConfigMaps as well, and its role reads what is collected.
func collectors() []any {
	return []any{
		"cronjobs", "daemonsets", "deployments", "horizontalpodautoscalers", "ingresses", "jobs", "limitranges", "namespaces",
		"networkpolicies", "nodes", "persistentvolumeclaims", "persistentvolumes", "poddisruptionbudgets", "pods", "replicasets",
		"replicationcontrollers", "resourcequotas", "services", "statefulsets", "storageclasses", "volumeattachments",
	}
}

// controlPlaneValues turns the parts of the control plane on or off, both what
// is scraped and the rules that would otherwise fire for its absence.
func (a *Args) controlPlaneValues() map[string]any {
	enabled := map[string]any{"enabled": a.ControlPlaneMetrics}
	return map[string]any{
		"kubeControllerManager": enabled,
		"kubeScheduler":         enabled,
		"kubeEtcd":              enabled,
		"kubeProxy":             enabled,
		"defaultRules": map[string]any{
			"rules": map[string]any{
				"etcd":                   a.ControlPlaneMetrics,
				"kubeControllerManager":  a.ControlPlaneMetrics,
				"kubeProxy":              a.ControlPlaneMetrics,
				"kubeSchedulerAlerting":  a.ControlPlaneMetrics,
				"kubeSchedulerRecording": a.ControlPlaneMetrics,
				"windows":                false,
			},
			"disabled": fullByDesign(),
		},
	}
}

// fullByDesign are alerts of the chart that fire as long as the platform is as it
// should be. Where nodes come when they are asked for, those that are there are
// nearly full and no spare one waits for a failure, and the quotas of all tenants
// together are more than today's nodes hold; a quota of one volume for one volume
// is full. Pods that wait, and a quota in the way of replicas, have alerts of their
// own. KubeQuotaExceeded stays: more than all is nobody's design.
func fullByDesign() map[string]any {
	disabled := map[string]any{}
	for _, alert := range []string{
		"KubeCPUOvercommit", "KubeMemoryOvercommit", "KubeCPUQuotaOvercommit", "KubeMemoryQuotaOvercommit",
		"KubeQuotaAlmostFull", "KubeQuotaFullyUsed",
	} {
		disabled[alert] = true
	}
	return disabled
}

func (a *Args) prometheusValues() map[string]any {
	return map[string]any{
		"retention":      fmt.Sprintf("%dd", a.RetentionDays),
		"retentionSize":  fmt.Sprintf("%dMiB", int64(float64(a.StorageGiB<<30)*retentionShare)>>20),
		"scrapeInterval": scrapeInterval,
		"replicas":       a.Prometheus.Replicas,
		"resources":      chart.Resources(a.Prometheus.CPU, a.Prometheus.Memory),
		"nodeSelector":   chart.StringMap(a.NodeSelector),
		"storageSpec":    a.volume(a.StorageGiB),
		// By default only objects with the label of this release count, which
		// tenants' and other add-ons' objects do not have.
		"podMonitorSelectorNilUsesHelmValues":     false,
		"probeSelectorNilUsesHelmValues":          false,
		"ruleSelectorNilUsesHelmValues":           false,
		"scrapeConfigSelectorNilUsesHelmValues":   false,
		"serviceMonitorSelectorNilUsesHelmValues": false,
	}
}

func (a *Args) alertmanagerValues(secrets *alertingSecrets) map[string]any {
	account := chart.ServiceAccount(AlertmanagerServiceAccount, nil)
	if sns := a.Alertmanager.Receivers.SNS; sns != nil {
		account = chart.ServiceAccount(AlertmanagerServiceAccount, sns.ServiceAccountAnnotations)
	}
	spec := map[string]any{
		"useExistingSecret": true,
		"configSecret":      secrets.configName(),
		"replicas":          a.Alertmanager.Replicas,
		"resources":         chart.Resources("20m", "128Mi"),
		"nodeSelector":      chart.StringMap(a.NodeSelector),
		"storage":           a.volume(a.Alertmanager.StorageGiB),
	}
	if secrets.credentials != nil {
		spec["secrets"] = []any{secrets.credentialsName()}
	}
	return map[string]any{"enabled": true, "serviceAccount": account, "alertmanagerSpec": spec}
}

// volume asks for a volume for each replica.
func (a *Args) volume(sizeGiB int) map[string]any {
	claim := map[string]any{
		"accessModes": []any{"ReadWriteOnce"},
		"resources":   map[string]any{"requests": map[string]any{"storage": fmt.Sprintf("%dGi", sizeGiB)}},
	}
	if a.StorageClass != "" {
		claim["storageClassName"] = a.StorageClass
	}
	return map[string]any{"volumeClaimTemplate": map[string]any{"spec": claim}}
}
