package rules

import "fmt"

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
			expr: ofTenant(quotaNearlyUsed()),

			summary:     "{{ $labels.tenant }} has almost used up a quota",
			description: "Quota {{ $labels.namespace }}/{{ $labels.resourcequota }} of {{ $labels.resource }} is used to {{ $value | humanizePercentage }}, and what is left does not hold one more replica; at 100% new pods are refused.",
		},
	}
}

// grows matches the resources of a quota that load and people use up. GPUs,
// volumes and objects such as jobs are counted to the last one on purpose: a quota
// of one volume for one volume is full from the first day. Those who wait for them,
// and a training that is refused, have alerts of their own.
const grows = `(requests[.]|limits[.])?(cpu|memory|ephemeral-storage)|(count/)?pods`

// quotaNearlyUsed is a quota used to more than 90 % that does not hold one more
// replica. One that is made for a number of replicas and one more in a rollout is
// that full by design. A quota of zero forbids a resource and does not fill up.
func quotaNearlyUsed() string {
	used := fmt.Sprintf(`max by (namespace, resourcequota, resource) (kube_resourcequota{type="used", resource=~%q})`, grows)
	const hard = `(max by (namespace, resourcequota, resource) (kube_resourcequota{type="hard"}) > 0)`
	return fmt.Sprintf(`%[1]s / %[2]s > 0.9 unless on (namespace, resourcequota, resource) %[2]s - %[1]s >= on (namespace, resource) group_left () (%[3]s or %[4]s or %[5]s)`,
		used, hard, largestReplica("requests"), largestReplica("limits"), onePod)
}

// onePod is one pod under the name that quotas have for it.
const onePod = `label_replace(group by (namespace) (kube_resourcequota{resource="pods"}), "resource", "pods", "", "")`

// largestReplica is what the largest pod of a Deployment in a namespace requests,
// or its limits, under the names that quotas have for it. OpenCost repeats what
// kube-state-metrics says of pods, so containers are taken once.
func largestReplica(what string) string {
	return fmt.Sprintf(`label_replace(max by (namespace, resource) (sum by (namespace, pod, resource) (max by (namespace, pod, container, resource) (kube_pod_container_resource_%[1]s{resource=~"cpu|memory"})) * on (namespace, pod) group_left () group by (namespace, pod) (kube_pod_owner{owner_kind="ReplicaSet"})), "resource", "%[1]s.$1", "resource", "(.+)")`,
		what)
}
