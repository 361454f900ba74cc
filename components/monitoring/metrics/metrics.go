// Package metrics names the series that services expose and that dashboards and
// alert rules read. Both sides compile against these constants, so a service
// cannot drift from the alerts that watch it. It has no dependencies.
package metrics

import "github.com/mlops-iac/mlops/internal/naming"

// What every inference service of a tenant exposes on /metrics.
const (
	// RequestsTotal counts finished requests; counter with LabelTenant and LabelCode.
	RequestsTotal = "inference_requests_total"
	// RequestDuration is the duration of requests in seconds; histogram. Its
	// buckets must reach beyond 5 s, or no quantile can exceed the limit of the
	// latency alert: DurationBuckets does.
	RequestDuration = "inference_request_duration_seconds"
	// RequestDurationBucket is the series of the histogram's buckets.
	RequestDurationBucket = RequestDuration + "_bucket"
	// ModelLoaded is 1 once the model answers and 0 before; gauge.
	ModelLoaded = "inference_model_loaded"
)

// Labels of the services' series.
const (
	// LabelTenant is the tenant a service belongs to. Rules and dashboards do
	// not trust it: they take the tenant from the namespace's label.
	LabelTenant = "tenant"
	// LabelCode is the HTTP status code of a request, for example "200".
	LabelCode = "code"
)

// The label that makes a namespace a tenant's, and where it shows in metrics.
const (
	// TenantNamespaceLabel is on every tenant's namespace; its value is the
	// name of the tenant.
	TenantNamespaceLabel = naming.TenantLabel
	// TenantMetricLabel is how kube-state-metrics spells that label.
	TenantMetricLabel = "label_mlops_io_tenant"
	// TenantOfNamespace is the recorded series that maps namespace to tenant:
	// value 1, labels namespace and tenant.
	TenantOfNamespace = "mlops:namespace_tenant:info"
	// NamespaceCost is the recorded series of what the pods of a namespace cost, in
	// US dollars an hour; label namespace. It needs OpenCost.
	NamespaceCost = "mlops:namespace_cost:usd_per_hour"
	// TenantBudget is the recorded series of what a tenant may cost, in US dollars
	// a month; label tenant.
	TenantBudget = "mlops:tenant_budget:usd_per_month"
)

// DurationBuckets are the upper bounds, in seconds, of RequestDuration. They
// are dense between 50 ms and 1 s, where inference lives, and have a bound at
// the 5 s of the latency alert and two above it.
func DurationBuckets() []float64 {
	return []float64{0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30}
}
