package dashboard

import (
	"fmt"

	"github.com/mlops-iac/mlops/components/monitoring/metrics"
)

func platform() board {
	return board{
		uid: PlatformUID, title: "MLOps platform", topic: "platform",
		description: "Nodes, what they still have room for, the API server, quotas and volumes of the tenants, and Prometheus itself.",
		variables:   []variable{clusters()},
		sections: []section{
			{panels: platformNumbers()},
			{"Tenants", []panel{tenantTable(), quotaUse(), volumeUse()}},
			{"Nodes and pods", nodePanels()},
			{"API server", apiServerPanels()},
			{"Prometheus", prometheusPanels()},
		},
	}
}

func platformNumbers() []panel {
	condition := func(status string) string {
		return top(byNode, series("kube_node_status_condition", `condition="Ready"`, fmt.Sprintf("status=~%q", status)))
	}
	return []panel{
		figure("Nodes ready", "Nodes that take pods.", sum("", condition("true"))),
		figure("Nodes not ready", "Nodes that say they are not ready, or have stopped to say anything.",
			sum("", condition("false|unknown"))).limits(0, 1),
		figure("Tenants", "Tenants with a namespace in the chosen clusters.",
			fmt.Sprintf("count(count by (%s) (%s))", metrics.LabelTenant, series(metrics.TenantOfNamespace))),
		figure("Pods running", "Pods in phase Running in all namespaces.", orZero(sum("", phase("Running")))),
		figure("Pods pending", "Pods that wait for a node, an image or a volume, in all namespaces.",
			orZero(sum("", phase("Pending")))).limits(1, 5),
		figure("Targets down", "Targets that Prometheus could not scrape.", fmt.Sprintf("sum(%s == bool 0)", series("up"))).limits(0, 1),
	}
}

func figure(title, description, expr string) panel {
	return panel{kind: number, title: title, description: description, unit: unitCount, queries: []query{{expr: expr, legend: title}}}
}

// limits sets where the panel turns orange and red.
func (p panel) limits(warn, fail float64) panel {
	p.warn, p.fail = warn, fail
	return p
}

func tenantTable() panel {
	perTenant := func(expr string) string { return sum(metrics.LabelTenant, ofAllTenants(expr)) }
	requested := func(resource string) string { return perTenant(sum(byNamespace, requests(resource))) }
	return panel{
		kind: grid, title: "Use by tenant", unit: unitCount, width: 24, height: 6, tenantLink: true,
		description: "What every tenant runs and asks for. A click on a tenant leads to its services.",
		labels:      []column{{metrics.LabelTenant, "Tenant"}},
		queries: []query{
			{expr: perTenant(sum(byNamespace, phase("Running"))), legend: "Pods running"},
			{expr: perTenant(sum(byNamespace, isInPhase("Pending"))), legend: "Pods pending"},
			{expr: perTenant(sum(byNamespace, restarts())), legend: "Restarts, 10 min"},
			{expr: requested("cpu"), legend: "CPU requested", unit: unitCores},
			{expr: requested("memory"), legend: "Memory requested", unit: unitBytes},
			{expr: aggregate("max", metrics.LabelTenant, quota()), legend: "Fullest quota", unit: unitShare},
		},
	}
}

// quota is the used share of each quota; one of zero forbids a resource and is
// no quota that fills up.
func quota() string {
	part := func(kind string) string {
		return top(byNamespace+", resource", series("kube_resourcequota", fmt.Sprintf("type=%q", kind)))
	}
	return ofAllTenants(fmt.Sprintf("%s / (%s > 0)", part("used"), part("hard")))
}

func quotaUse() panel {
	return panel{
		kind: bars, title: "Quota use", unit: unitShare, warn: 0.75, fail: 0.9, tenantLink: true,
		description: "Used share of the quotas of a tenant, by resource. The alert is at 90%; at 100% new pods are refused.",
		queries:     []query{{expr: top("tenant, resource", quota()), legend: "{{tenant}} {{resource}}"}},
	}
}

func volumeUse() panel {
	volume := byNamespace + ", persistentvolumeclaim"
	return panel{
		title: "Volumes", unit: unitShare, warn: 0.8, fail: 0.9,
		description: "Used share of every mounted volume, by claim.",
		queries: []query{{
			expr: fmt.Sprintf("%s / %s", top(volume, series("kubelet_volume_stats_used_bytes")),
				top(volume, series("kubelet_volume_stats_capacity_bytes"))),
			legend: "{{namespace}}/{{persistentvolumeclaim}}",
		}},
	}
}

func nodePanels() []panel {
	room := func(title, resource string) panel {
		return panel{
			title: title + " requested", unit: unitShare, warn: 0.8, fail: 0.95,
			description: "What living pods ask for as a share of what the nodes of a role can give. New pods wait for a node at 100%.",
			queries: []query{{
				expr:   fmt.Sprintf("%s / %s", byRole(sum(byNode, requests(resource))), byRole(allocatable(resource))),
				legend: "{{role}}",
			}},
		}
	}
	ready := series("kube_node_status_condition", `condition="Ready"`, `status="true"`)
	return []panel{
		{
			kind: stacked, title: "Ready nodes", unit: unitCount,
			description: "Nodes that take pods, by role.",
			queries:     []query{{expr: byRole(top(byNode, ready)), legend: "{{role}}"}},
		},
		{
			kind: stacked, title: "Pods by phase", unit: unitCount,
			description: "Pods of all namespaces, by phase. Failed pods stay until their owner or somebody removes them.",
			queries:     []query{{expr: sum("phase", top(byPod+", phase", series("kube_pod_status_phase"))), legend: "{{phase}}"}},
		},
		room("CPU", "cpu"),
		room("Memory", "memory"),
		{
			title: "Pending pods", unit: unitCount, warn: 1, fail: 5, width: 24,
			description: "Pods that wait for a node, an image or a volume, by namespace.",
			queries:     []query{{expr: sum("namespace", isInPhase("Pending")), legend: "{{namespace}}"}},
		},
	}
}

func apiServerPanels() []panel {
	total := func(matchers ...string) string { return rate("apiserver_request_total", matchers...) }
	return []panel{
		{
			title: "API requests", unit: unitRequests, width: 8,
			description: "Requests to the API server per second, by verb.",
			queries:     []query{{expr: sum("verb", total()), legend: "{{verb}}"}},
		},
		{
			title: "API errors", unit: unitShare, width: 8, warn: 0.01, fail: 0.05,
			description: "Share of requests that the API server answered with a server error.",
			queries: []query{{
				expr:   fmt.Sprintf("(%s) / %s", orZero(sum("", total(`code=~"5.."`))), sum("", total())),
				legend: "server errors",
			}},
		},
		{
			title: "API latency p99", unit: unitSeconds, width: 8, warn: 1, fail: 5,
			description: "99% of the requests are answered within this time, by verb. Watches, which last as long as somebody listens, are left out.",
			queries: []query{{
				expr: fmt.Sprintf("histogram_quantile(0.99, %s)",
					sum("verb, le", rate("apiserver_request_duration_seconds_bucket", `verb!~"WATCH|CONNECT"`))),
				legend: "{{verb}}",
			}},
		},
	}
}

func prometheusPanels() []panel {
	return []panel{
		{
			title: "Targets down by job", unit: unitCount, fail: 1,
			description: "Targets that Prometheus could not scrape, by job.",
			queries:     []query{{expr: fmt.Sprintf("sum by (job) (%s == bool 0)", series("up")), legend: "{{job}}"}},
		},
		{
			title: "Failures of rules", unit: unitCount, fail: 1,
			description: "Evaluations of alert and recording rules that failed, and notifications that did not reach Alertmanager, within 10 minutes.",
			queries: []query{
				{expr: sum("", fmt.Sprintf("increase(%s[10m])", series("prometheus_rule_evaluation_failures_total"))), legend: "rule evaluations"},
				{expr: sum("", fmt.Sprintf("increase(%s[10m])", series("prometheus_notifications_dropped_total"))), legend: "dropped notifications"},
			},
		},
		{
			title: "Samples", unit: unitPerS,
			description: "Samples stored per second. A sudden rise is mostly a new label with many values.",
			queries:     []query{{expr: sum("", rate("prometheus_tsdb_head_samples_appended_total")), legend: "samples"}},
		},
		{
			title: "Series", unit: unitCount,
			description: "Series in memory. Prometheus takes about 8 KiB of memory for each.",
			queries:     []query{{expr: sum("", series("prometheus_tsdb_head_series")), legend: "series"}},
		},
	}
}
