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
	// InflightRequests is how many requests are being answered; gauge.
	InflightRequests = "inference_in_flight_requests"
)

// What a service tells of its model. A service without a model has none of
// the three gauges.
const (
	// ModelInfo is 1; gauge with LabelVersion, one series for each process. When
	// another model is loaded the series of the former one ends.
	ModelInfo = "inference_model_info"
	// ModelTrainedTimestamp is when the model was trained, in Unix seconds; gauge.
	ModelTrainedTimestamp = "inference_model_trained_timestamp_seconds"
	// ModelLoadedTimestamp is when the process loaded it, in Unix seconds; gauge.
	ModelLoadedTimestamp = "inference_model_loaded_timestamp_seconds"
	// ModelLoadFailuresTotal counts models that could not be fetched or were
	// refused; counter. The model before stays in use.
	ModelLoadFailuresTotal = "inference_model_load_failures_total"
	// PredictionsTotal counts answers; counter with LabelClass.
	PredictionsTotal = "inference_predictions_total"
	// PredictionConfidence is the probability the model gave the class it
	// answered with, 0 to 1; histogram.
	PredictionConfidence = "inference_prediction_confidence"
)

// Labels of the services' series.
const (
	// LabelTenant is the tenant a service belongs to. Rules and dashboards do
	// not trust it: they take the tenant from the namespace's label.
	LabelTenant = "tenant"
	// LabelCode is the HTTP status code of a request, for example "200".
	LabelCode = "code"
	// LabelVersion is the version of a model.
	LabelVersion = "version"
	// LabelClass is the class a model answered with, for example "positive".
	LabelClass = "class"
)

// The label that makes a namespace a tenant's, and where labels show in metrics.
const (
	// TenantNamespaceLabel is on every tenant's namespace; its value is the
	// name of the tenant.
	TenantNamespaceLabel = naming.TenantLabel
	// TenantMetricLabel is how kube-state-metrics spells that label.
	TenantMetricLabel = "label_mlops_io_tenant"
	// NodeRoleMetricLabel is how kube-state-metrics spells the label of a node
	// that names its role, scheduling.RoleLabel.
	NodeRoleMetricLabel = "label_mlops_io_node_role"
	// TenantOfNamespace is the recorded series that maps namespace to tenant:
	// value 1, labels namespace and tenant.
	TenantOfNamespace = "mlops:namespace_tenant:info"
)

// DurationBuckets are the upper bounds, in seconds, of RequestDuration. They
// are dense between 50 ms and 1 s, where inference lives, and have a bound at
// the 5 s of the latency alert and two above it.
func DurationBuckets() []float64 {
	return []float64{0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30}
}
