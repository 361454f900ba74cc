package rules

// Names of the alerts about GPUs.
const (
	GPUIdle        = "GPUIdle"
	GPUXIDErrors   = "GPUXIDErrors"
	GPUPodsPending = "GPUPodsPending"
)

func gpuAlerts() []alert {
	return []alert{
		{
			name: GPUIdle, severity: Warning, wait: "30m",
			// Only GPUs a tenant's pod holds: one that nobody holds goes away with
			// its node, by the autoscaler and without anybody's help.
			expr: ofTenant(`max by (namespace, pod, Hostname, gpu) (avg_over_time(DCGM_FI_DEV_GPU_UTIL[10m])) < 5`),

			summary:     "{{ $labels.tenant }} holds a GPU and does not use it",
			description: `GPU {{ $labels.gpu }} of {{ $labels.Hostname }}, held by {{ $labels.namespace }}/{{ $labels.pod }}, has been below 5% load for 30 minutes; now {{ $value | printf "%.1f" }}%.`,
		},
		{
			name: GPUXIDErrors, severity: Critical, wait: "1m",
			expr: ofAnyone(`max by (namespace, pod, Hostname, gpu) (DCGM_FI_DEV_XID_ERRORS) > 0`),

			summary:     "A GPU reports an error",
			description: "GPU {{ $labels.gpu }} of {{ $labels.Hostname }}, held by {{ $labels.namespace }}/{{ $labels.pod }}, reported XID {{ $value }}.",
		},
		{
			name: GPUPodsPending, severity: Warning, wait: "15m",
			// Ten minutes is what a GPU node takes to start and be ready.
			expr: ofTenant(`max by (namespace, pod) (kube_pod_status_phase{phase="Pending"}) == 1 and on (namespace, pod) sum by (namespace, pod) (kube_pod_container_resource_requests{resource="nvidia_com_gpu"}) > 0`),

			summary:     "A pod of {{ $labels.tenant }} waits for a GPU",
			description: "Pod {{ $labels.namespace }}/{{ $labels.pod }} has been waiting for a GPU for 15 minutes.",
		},
	}
}
