// Package monitors runs the monitoring of a platform as pods where its chart cannot
// be fetched: the Prometheus operator, kube-state-metrics, and a Prometheus and an
// Alertmanager made from the values that the program has for the chart. What the
// operator watches are the program's own ServiceMonitors and PrometheusRules and the
// few of the chart that its dashboards need: kubelets, API server, kube-state-metrics.
// Names are those of the chart. Grafana, the node exporter and the chart's own rules
// are not there.
package monitors
