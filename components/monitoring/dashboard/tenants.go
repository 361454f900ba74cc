package dashboard

import (
	"fmt"

	"github.com/mlops-iac/mlops/components/monitoring/metrics"
)

func tenants() board {
	return board{
		uid: TenantsUID, title: "MLOps tenants", topic: "tenants",
		description: "Load, latency, health and use of resources of every tenant's services and pods.",
		variables:   []variable{clusters(), chooseTenant(), chooseNamespace()},
		sections:    []section{{panels: tenantPanels()}},
	}
}

// tenantPanels are eight panels in reading order: what the users of a tenant
// notice first, then why.
func tenantPanels() []panel {
	return []panel{
		{
			title: "Request rate", unit: unitRequests,
			description: "Finished requests per second, by tenant.",
			queries:     []query{{expr: byTenant(sum(byNamespace, rate(metrics.RequestsTotal, chosenNamespace))), legend: "{{tenant}}"}},
		},
		latency("Latency p95", 0.95),
		latency("Latency p50", 0.5),
		{
			title: "Running pods", unit: unitCount,
			description: "Pods in phase Running: by tenant, and the total of all tenants whatever is chosen above.",
			queries: []query{
				{expr: byTenant(sum(byNamespace, phase("Running", chosenNamespace))), legend: "{{tenant}}"},
				{expr: allRunning(), legend: "all tenants"},
			},
		},
		{
			title: "Pod restarts", unit: unitCount, warn: 1, fail: 3,
			description: "Restarts of containers within 10 minutes, by pod. The alert is at more than 3.",
			queries:     []query{{expr: ofTenants(restarts(chosenNamespace)), legend: "{{namespace}}/{{pod}}"}},
		},
		{
			title: "Average CPU", unit: unitShare, warn: 0.5, fail: 0.8,
			description: "CPU used as a share of the CPU limit, averaged over the pods of a tenant. The alert is at 80%.",
			queries: []query{{
				expr: aggregate("avg", metrics.LabelTenant, ofTenants(fmt.Sprintf("%s / %s", sum(byPod, cpu()),
					sum(byPod, top(byPod+", container", series("kube_pod_container_resource_limits", `resource="cpu"`, chosenNamespace)))))),
				legend: "{{tenant}}",
			}},
		},
		{
			title: "Memory per pod", unit: unitBytes,
			description: "Memory a pod holds and cannot give back, by pod.",
			queries: []query{{
				expr:   ofTenants(sum(byPod, series("container_memory_working_set_bytes", `container!=""`, chosenNamespace))),
				legend: "{{namespace}}/{{pod}}",
			}},
		},
		{
			title: "CPU per pod", unit: unitCores,
			description: "CPU cores a pod uses, by pod.",
			queries:     []query{{expr: ofTenants(sum(byPod, cpu())), legend: "{{namespace}}/{{pod}}"}},
		},
	}
}

func latency(title string, quantile float64) panel {
	perNamespace := sum(byNamespace+", le", rate(metrics.RequestDurationBucket, chosenNamespace))
	return panel{
		title: title, unit: unitSeconds, warn: 1, fail: 5,
		description: fmt.Sprintf("%g%% of the requests are answered within this time, by tenant. The alert is at a p95 of 5 s.", quantile*100),
		queries: []query{{
			expr:   fmt.Sprintf("histogram_quantile(%g, %s)", quantile, sum("tenant, le", ofTenants(perNamespace))),
			legend: "{{tenant}}",
		}},
	}
}

// allRunning asks for everything, so it does not use series.
func allRunning() string {
	return fmt.Sprintf(`sum(sum by (%[1]s) (max by (%[2]s) (kube_pod_status_phase{phase="Running"}) == 1) * on (%[1]s) group_left (tenant) %[3]s)`,
		byNamespace, byPod, metrics.TenantOfNamespace)
}

// restarts of containers within ten minutes, by pod. The difference, not
// increase(), which extrapolates to the edges of the window.
func restarts(matchers ...string) string {
	restarts := series("kube_pod_container_status_restarts_total", matchers...)
	return sum(byPod, top(byPod+", container", fmt.Sprintf("max_over_time(%[1]s[10m]) - min_over_time(%[1]s[10m])", restarts)))
}

func cpu() string {
	return rate("container_cpu_usage_seconds_total", `container!=""`, chosenNamespace)
}
