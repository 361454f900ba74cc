// Package metrics names the series that services expose and that dashboards and
// alert rules read. Both sides compile against these constants, so a service
// cannot drift from the alerts that watch it. It has no dependencies.
package metrics

import "github.com/mlops-iac/mlops/internal/shared/names"

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
	// RequestsInFlight is how many requests are being answered; gauge.
	RequestsInFlight = "inference_requests_in_flight"
	// Panics counts requests that ended in a failure of the program and were
	// answered with 500; counter.
	Panics = "inference_panics_total"
	// BuildInfo is 1; gauge with LabelVersion, the version of the service.
	BuildInfo = "inference_build_info"
)

// What every inference service exposes about its model.
const (
	// ModelLoaded is 1 once the model answers and 0 before; gauge.
	ModelLoaded = "inference_model_loaded"
	// ModelInfo is 1; gauge with LabelVersion, the version of the model in use.
	ModelInfo = "inference_model_info"
	// ModelTrained is when the model in use was trained, in seconds since 1970;
	// gauge, absent until there is one. Its age is time() minus this.
	ModelTrained = "inference_model_trained_timestamp_seconds"
	// ModelLoadedAt is when the model in use was loaded, in seconds since 1970;
	// gauge, absent until there is one.
	ModelLoadedAt = "inference_model_loaded_timestamp_seconds"
	// ModelChecked is when the place of the model was last seen to hold the model
	// in use, in seconds since 1970; gauge, absent until there is one. It stands
	// still while the place cannot be read or holds a model that is refused. The
	// seed is in no place.
	ModelChecked = "inference_model_checked_timestamp_seconds"
	// ModelSeed is 1 while the model in use is the seed, which answers as long as
	// nobody has published a model, and 0 while it is a published one; gauge, absent
	// until there is a model.
	ModelSeed = "inference_model_seed"
	// ModelLoads counts models that were taken into use; counter.
	ModelLoads = "inference_model_loads_total"
	// ModelLoadFailures counts attempts to find or load a model that failed;
	// counter with LabelReason.
	ModelLoadFailures = "inference_model_load_failures_total"
	// Predictions counts answers; counter with LabelClass.
	Predictions = "inference_predictions_total"
	// PredictionConfidence is the probability the model gives its answers, 0 to 1;
	// histogram with ConfidenceBuckets.
	PredictionConfidence = "inference_prediction_confidence"
)

// Labels of the services' series.
const (
	// LabelTenant is the tenant a service belongs to. Rules and dashboards do
	// not trust it: they take the tenant from the namespace's label.
	LabelTenant = "tenant"
	// LabelCode is the HTTP status code of a request, for example "200".
	LabelCode = "code"
	// LabelVersion is the version of the service or of its model.
	LabelVersion = "version"
	// LabelClass is the class an input was given: "positive" or "negative" of a
	// text, "defect" or "ok" of a part.
	LabelClass = "class"
	// LabelReason is why a model could not be loaded: one of ReasonUnavailable
	// and ReasonRefused.
	LabelReason = "reason"
)

// Values of LabelReason.
const (
	// ReasonUnavailable is a place that cannot be read, or that holds no model yet.
	ReasonUnavailable = "unavailable"
	// ReasonRefused is a model that is broken, too large, or not one of this service.
	ReasonRefused = "refused"
)

// The label that makes a namespace a tenant's, and where labels show in metrics.
const (
	// TenantNamespaceLabel is on every tenant's namespace; its value is the
	// name of the tenant.
	TenantNamespaceLabel = names.TenantLabel
	// TenantMetricLabel is how kube-state-metrics spells that label.
	TenantMetricLabel = "label_mlops_io_tenant"
	// NodeRoleMetricLabel is how kube-state-metrics spells the label of a node
	// that names its role, scheduling.RoleLabel.
	NodeRoleMetricLabel = "label_mlops_io_node_role"
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

// LatencyLimit is the duration in seconds that the latency alert tells when it is
// exceeded; a histogram that ends there can never show it.
const LatencyLimit = 5

// ConfidenceBuckets are the upper bounds of PredictionConfidence. With two
// classes no answer has less than 0.5.
func ConfidenceBuckets() []float64 {
	return []float64{0.55, 0.6, 0.7, 0.8, 0.9, 0.95, 0.99, 1}
}
