package rules

import "fmt"

// Names of the alerts about a tenant's pods.
const (
	PodRestarts = "TenantPodRestarts"
	PodNotReady = "TenantPodNotReady"
	ServiceDown = "TenantServiceDown"
	CPUHigh     = "TenantCPUHigh"
	MemoryHigh  = "TenantMemoryHigh"
)

func podAlerts() []alert {
	return []alert{
		{
			name: PodRestarts, severity: Critical, wait: "1m",
			// The difference, not increase(): that extrapolates to the edges of
			// the window and reports 3 restarts as 3.2.
			expr: ofTenant(`sum by (namespace, pod, container) (max_over_time(kube_pod_container_status_restarts_total[10m]) - min_over_time(kube_pod_container_status_restarts_total[10m])) > 3`),

			summary:     "A container of {{ $labels.tenant }} keeps restarting",
			description: "Container {{ $labels.container }} of {{ $labels.namespace }}/{{ $labels.pod }} restarted {{ $value }} times within 10 minutes.",
		},
		{
			name: PodNotReady, severity: Warning, wait: "5m",
			// Pods that have ended are never ready, and need not be.
			expr: ofTenant(`max by (namespace, pod) (kube_pod_status_ready{condition="true"}) == 0 unless on (namespace, pod) max by (namespace, pod) (kube_pod_status_phase{phase=~"Succeeded|Failed"}) == 1`),

			summary:     "A pod of {{ $labels.tenant }} is not ready",
			description: "Pod {{ $labels.namespace }}/{{ $labels.pod }} has not been ready for 5 minutes.",
		},
		{
			name: ServiceDown, severity: Critical, wait: "5m",
			// A Deployment whose pods are refused has none that could be unready.
			expr: ofTenant(`max by (namespace, deployment) (kube_deployment_spec_replicas) > 0 and on (namespace, deployment) max by (namespace, deployment) (kube_deployment_status_replicas_available) == 0`),

			summary:     "{{ $labels.tenant }} is without service",
			description: "Deployment {{ $labels.namespace }}/{{ $labels.deployment }} wants {{ $value }} replicas and has had none available for 5 minutes.",
		},
		{
			name: CPUHigh, severity: Warning, wait: "10m",
			expr: ofTenant(usage("rate(container_cpu_usage_seconds_total{%s}[5m])", "cpu", 0.8)),

			summary:     "A container of {{ $labels.tenant }} is short of CPU",
			description: "Container {{ $labels.container }} of {{ $labels.namespace }}/{{ $labels.pod }} uses {{ $value | humanizePercentage }} of its CPU limit; the alert is at 80%.",
		},
		{
			name: MemoryHigh, severity: Critical, wait: "5m",
			expr: ofTenant(usage("container_memory_working_set_bytes{%s}", "memory", 0.9)),

			summary:     "A container of {{ $labels.tenant }} is about to run out of memory",
			description: "Container {{ $labels.container }} of {{ $labels.namespace }}/{{ $labels.pod }} uses {{ $value | humanizePercentage }} of its memory limit; the alert is at 90%, at 100% it is killed.",
		},
	}
}

// usage is the share of its limit that a container uses, where that is more
// than most. Series without a container name are the pod's totals, which have
// no limit to compare with.
func usage(series, resource string, most float64) string {
	return fmt.Sprintf(`sum by (namespace, pod, container) (%s) / sum by (namespace, pod, container) (kube_pod_container_resource_limits{resource="%s"}) > %g`,
		fmt.Sprintf(series, `container!=""`), resource, most)
}
