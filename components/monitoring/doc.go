// Package monitoring builds the monitoring of the platform: Prometheus,
// Alertmanager, Grafana and their operator from the kube-prometheus-stack
// chart, the dashboards, the alert rules of the tenants, and the metrics of
// GPUs.
//
// It builds a namespace, the claims of the volumes, one Helm release, a
// PrometheusRule, a ConfigMap for each dashboard, and Alertmanager's configuration;
// with GPU set also the DCGM exporter. The defaults keep 7 days on two volumes of
// 55 GiB together, about 5 USD a month, and ask for about 1.5 CPU and 4 GiB of
// memory on the system nodes.
//
// Tenants are not configured here. Namespaces that carry the label
// mlops.io/tenant are found by kube-state-metrics, which is told to publish
// that label; ServiceMonitors, rules and dashboards are picked up from every
// namespace.
//
// The password of Grafana's administrator is made by the chart in the cluster
// on the first installation, 40 random characters, and kept by later ones. It
// never passes through this program, so it is in no state file. The Secret is
// GrafanaSecretName of Ref:
//
//	kubectl -n monitoring get secret grafana -o jsonpath='{.data.admin-password}' | base64 -d
//
// Deleting the Secret before an update of the release makes a new one.
//
//	m, err := monitoring.New(ctx, "monitoring", &monitoring.Args{
//		Monitoring:   spec.Monitoring{RetentionDays: 30, StorageGiB: 200},
//		Alertmanager: monitoring.Alertmanager{Receivers: monitoring.Receivers{
//			Slack: &monitoring.Slack{WebhookURL: webhookURL, Channel: "#ml-alerts"},
//		}},
//		GPU: true,
//	})
package monitoring
