package rules

// Names of the alerts about a tenant's room to grow.
const (
	HPAAtMaximum    = "TenantHPAAtMaximum"
	QuotaNearlyUsed = "TenantQuotaNearlyUsed"
)

func capacityAlerts() []alert {
	return []alert{
		{
			name: HPAAtMaximum, severity: Warning, wait: "15m",
			// An autoscaler whose minimum is its maximum is there by intent.
			expr: ofTenant(`max by (namespace, horizontalpodautoscaler) (kube_horizontalpodautoscaler_status_current_replicas) >= max by (namespace, horizontalpodautoscaler) (kube_horizontalpodautoscaler_spec_max_replicas) > max by (namespace, horizontalpodautoscaler) (kube_horizontalpodautoscaler_spec_min_replicas)`),

			summary:     "A service of {{ $labels.tenant }} cannot scale further",
			description: "Autoscaler {{ $labels.namespace }}/{{ $labels.horizontalpodautoscaler }} has been at its maximum of {{ $value }} replicas for 15 minutes.",
		},
		{
			name: QuotaNearlyUsed, severity: Warning, wait: "5m",
			// A quota of zero forbids a resource and is not a quota that fills up. One
			// of a few GPUs is there to be used up; those who wait are told of.
			expr: ofTenant(`max by (namespace, resourcequota, resource) (kube_resourcequota{type="used", resource!~".*gpu"}) / (max by (namespace, resourcequota, resource) (kube_resourcequota{type="hard"}) > 0) > 0.9`),

			summary:     "{{ $labels.tenant }} has almost used up a quota",
			description: "Quota {{ $labels.namespace }}/{{ $labels.resourcequota }} of {{ $labels.resource }} is used to {{ $value | humanizePercentage }}; the alert is at 90%, at 100% new pods are refused.",
		},
	}
}
