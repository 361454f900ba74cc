package rules

import "fmt"

// Names of the alerts about a tenant's pods.
const (
	PodRestarts = "TenantPodRestarts"
	PodNotReady = "TenantPodNotReady"
	PodPending  = "TenantPodPending"
	ServiceDown = "TenantServiceDown"
	CPUHigh     = "TenantCPUHigh"
	MemoryHigh  = "TenantMemoryHigh"
)

func podAlerts() []alert {
	return []alert{
		{
			name: PodRestarts, severity: Critical, wait: "1m",
			// The kubelet waits up to 5 minutes between two attempts, so that a loop
			// which goes on has two restarts in 10 minutes: its pauses tell of it.
			expr: ofTenant(restarts("10m") + " or " + restarts("1h") +
				` and on (namespace, pod, container) max by (namespace, pod, container) (max_over_time(kube_pod_container_status_waiting_reason{reason="CrashLoopBackOff"}[10m])) == 1`),

			summary:     "A container of {{ $labels.tenant }} keeps restarting",
			description: "Container {{ $labels.container }} of {{ $labels.namespace }}/{{ $labels.pod }} restarted {{ $value }} times within 10 minutes, or within an hour and waits for the next attempt.",
		},
		{
			name: PodNotReady, severity: Warning, wait: "5m",
			// Pods that have ended are never ready, and need not be.
			expr: ofTenant(`max by (namespace, pod) (kube_pod_status_ready{condition="true"}) == 0 unless on (namespace, pod) max by (namespace, pod) (kube_pod_status_phase{phase=~"Succeeded|Failed"}) == 1`),

			summary:     "A pod of {{ $labels.tenant }} is not ready",
			description: "Pod {{ $labels.namespace }}/{{ $labels.pod }} has not been ready for 5 minutes.",
		},
		{
			name: PodPending, severity: Warning, wait: "15m",
			// Ten minutes is what the slowest node takes to start and be ready.
			expr: ofTenant(`max by (namespace, pod) (kube_pod_status_phase{phase="Pending"}) == 1`),

			summary:     "A pod of {{ $labels.tenant }} does not start",
			description: "Pod {{ $labels.namespace }}/{{ $labels.pod }} has been pending for 15 minutes.",
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

// restarts are the containers with more than 3 restarts in a window. It is the
// difference, not increase(): that extrapolates to the edges of the window and
// reports 3 restarts as 3.2.
func restarts(window string) string {
	return fmt.Sprintf(`sum by (namespace, pod, container) (max_over_time(%[1]s[%[2]s]) - min_over_time(%[1]s[%[2]s])) > 3`,
		"kube_pod_container_status_restarts_total", window)
}

// usage is the share of its limit that a container uses, where that is more
// than most. Series without a container name are the pod's totals, which have
// no limit to compare with.
func usage(series, resource string, most float64) string {
	return fmt.Sprintf(`sum by (namespace, pod, container) (%s) / sum by (namespace, pod, container) (kube_pod_container_resource_limits{resource="%s"}) > %g`,
		fmt.Sprintf(series, `container!=""`), resource, most)
}
