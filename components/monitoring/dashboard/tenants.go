package dashboard

import (
	"fmt"

	"github.com/mlops-iac/mlops/components/monitoring/metrics"
)

// Units as Grafana names them.
const (
	unitRequests = "reqps"
	unitSeconds  = "s"
	unitCount    = "short"
	unitShare    = "percentunit"
	unitBytes    = "bytes"
	unitCores    = "cores"
)

const chosen = `namespace=~"$` + NamespaceVariable + `"`

// panels are the eight panels in reading order: what the users of a tenant
// notice first, then why.
func panels() []panel {
	return []panel{
		{
			title: "Request rate", unit: unitRequests,
			description: "Finished requests per second, by tenant.",
			queries: []query{{
				byTenant(fmt.Sprintf("sum by (namespace) (rate(%s{%s}[$__rate_interval]))", metrics.RequestsTotal, chosen)),
				"{{tenant}}",
			}},
		},
		latency("Latency p95", 0.95),
		latency("Latency p50", 0.5),
		{
			title: "Running pods", unit: unitCount,
			description: "Pods in phase Running: by tenant, and the total of all tenants whatever is chosen above.",
			queries: []query{
				{byTenant(running(chosen)), "{{tenant}}"},
				{fmt.Sprintf("sum(%s * on (namespace) group_left (tenant) %s)", running(""), metrics.TenantOfNamespace), "all tenants"},
			},
		},
		{
			title: "Pod restarts", unit: unitCount, warn: 1, fail: 3,
			description: "Restarts of containers within 10 minutes, by pod. The alert is at more than 3.",
			queries: []query{{
				fmt.Sprintf("sum by (namespace, pod) (max_over_time(%[1]s{%[2]s}[10m]) - min_over_time(%[1]s{%[2]s}[10m]))",
					"kube_pod_container_status_restarts_total", chosen),
				"{{namespace}}/{{pod}}",
			}},
		},
		{
			title: "Average CPU", unit: unitShare, warn: 0.5, fail: 0.8,
			description: "CPU used as a share of the CPU limit, averaged over the pods of a tenant. The alert is at 80%.",
			queries: []query{{
				byTenantAverage(fmt.Sprintf("sum by (namespace, pod) (%s) / sum by (namespace, pod) (kube_pod_container_resource_limits{resource=\"cpu\", %s})",
					cpu(), chosen)),
				"{{tenant}}",
			}},
		},
		{
			title: "Memory per pod", unit: unitBytes,
			description: "Memory a pod holds and cannot give back, by pod.",
			queries: []query{{
				fmt.Sprintf(`sum by (namespace, pod) (container_memory_working_set_bytes{container!="", %s})`, chosen),
				"{{namespace}}/{{pod}}",
			}},
		},
		{
			title: "CPU per pod", unit: unitCores,
			description: "CPU cores a pod uses, by pod.",
			queries:     []query{{fmt.Sprintf("sum by (namespace, pod) (%s)", cpu()), "{{namespace}}/{{pod}}"}},
		},
	}
}

func latency(title string, quantile float64) panel {
	expr := fmt.Sprintf("histogram_quantile(%g, sum by (tenant, le) (sum by (namespace, le) (rate(%s{%s}[$__rate_interval])) * on (namespace) group_left (tenant) %s))",
		quantile, metrics.RequestDurationBucket, chosen, metrics.TenantOfNamespace)
	return panel{
		title: title, unit: unitSeconds, warn: 1, fail: 5,
		description: fmt.Sprintf("%g%% of the requests are answered within this time, by tenant. The alert is at a p95 of 5 s.", quantile*100),
		queries:     []query{{expr, "{{tenant}}"}},
	}
}

func running(selector string) string {
	return fmt.Sprintf(`sum by (namespace) (kube_pod_status_phase{%s})`, join(`phase="Running"`, selector))
}

func cpu() string {
	return fmt.Sprintf("rate(container_cpu_usage_seconds_total{%s}[$__rate_interval])", join(`container!=""`, chosen))
}

func join(first, second string) string {
	if second == "" {
		return first
	}
	return first + ", " + second
}

// byTenant adds up a value per namespace into one per tenant.
func byTenant(expr string) string { return aggregate("sum", expr) }

func byTenantAverage(expr string) string { return aggregate("avg", expr) }

func aggregate(function, expr string) string {
	return fmt.Sprintf("%s by (tenant) ((%s) * on (namespace) group_left (tenant) %s)", function, expr, metrics.TenantOfNamespace)
}
