package rules

import (
	"fmt"

	"github.com/mlops-iac/mlops/components/monitoring/metrics"
)

// Names of the alerts about a tenant's inference service.
const (
	LatencyHigh    = "InferenceLatencyHigh"
	ErrorRateHigh  = "InferenceErrorRateHigh"
	ModelNotLoaded = "InferenceModelNotLoaded"
	ModelLost      = "InferenceModelLost"
	// ModelUpdateFails is about what is published and not taken into use.
	ModelUpdateFails = "InferenceModelUpdateFails"
)

// minRequests is how many requests a share of them needs to mean something. Of
// fewer than 20 the 95th percentile is the slowest one; increase() reckons up to
// an eleventh more than there were, and 30 leaves room for that.
const minRequests = 30

func serviceAlerts() []alert {
	return []alert{
		{
			name: LatencyHigh, severity: Warning, wait: "2m",
			expr: ofTenant(ofMany(func(window string) string {
				return fmt.Sprintf(`histogram_quantile(0.95, sum by (namespace, le) (rate(%s[%s]))) > %d`,
					metrics.RequestDurationBucket, window, metrics.LatencyLimit)
			}, metrics.RequestDurationBucket+`{le="+Inf"}`)),
			summary:     "Inference of {{ $labels.tenant }} is slow",
			description: fmt.Sprintf(`The 95th percentile of request durations in {{ $labels.namespace }} is {{ $value | printf "%%.1f" }} s; the limit is %d s.`, metrics.LatencyLimit),
		},
		{
			name: ErrorRateHigh, severity: Warning, wait: "5m",
			expr: ofTenant(ofMany(func(window string) string {
				return fmt.Sprintf(`sum by (namespace) (rate(%[1]s{%[2]s=~"5.."}[%[3]s])) / sum by (namespace) (rate(%[1]s[%[3]s])) > 0.05`,
					metrics.RequestsTotal, metrics.LabelCode, window)
			}, metrics.RequestsTotal)),
			summary:     "Inference of {{ $labels.tenant }} fails",
			description: "{{ $value | humanizePercentage }} of the requests in {{ $labels.namespace }} are answered with a server error; the limit is 5%.",
		},
		{
			name: ModelNotLoaded, severity: Critical, wait: "5m",
			expr:        ofTenant(fmt.Sprintf(`max by (namespace, pod) (%s) == 0`, metrics.ModelLoaded)),
			summary:     "A model of {{ $labels.tenant }} is not loaded",
			description: "Pod {{ $labels.namespace }}/{{ $labels.pod }} runs but has had no model loaded for 5 minutes.",
		},
		{
			// The seed of a tenant that never had a model of its own is what it asked for.
			name: ModelLost, severity: Critical, wait: "5m",
			expr: ofTenant(fmt.Sprintf(`max by (namespace) (%[1]s) == 1 and on (namespace) min by (namespace) (min_over_time(%[1]s[1d])) == 0`,
				metrics.ModelSeed)),
			summary:     "The model of {{ $labels.tenant }} is lost",
			description: "Replicas in {{ $labels.namespace }} answer with the seed, although a published model answered within the last day.",
		},
		{
			// Each look that fails counts, so what fails for a moment stops counting.
			name: ModelUpdateFails, severity: Warning, wait: "10m",
			expr: ofTenant(fmt.Sprintf(`sum by (namespace, %[2]s) (increase(%[1]s[10m])) > 0`,
				metrics.ModelLoadFailures, metrics.LabelReason)),
			summary:     "A model of {{ $labels.tenant }} is not taken into use",
			description: "Replicas in {{ $labels.namespace }} have looked for a newer model for 10 minutes and failed: {{ $labels.reason }}. The model before goes on answering.",
		},
	}
}

// ofMany is a symptom of the last 5 minutes that is more than chance: it had
// minRequests of requests, or, where requests are rarer than that, the last hour
// had, and shows the same symptom.
func ofMany(symptom func(window string) string, requests string) string {
	enough := func(window string) string {
		return fmt.Sprintf("sum by (namespace) (increase(%s[%s])) >= %d", requests, window, minRequests)
	}
	const long = "1h"
	return fmt.Sprintf("%s and on (namespace) (%s or %s and on (namespace) %s)",
		symptom("5m"), enough("5m"), symptom(long), enough(long))
}
