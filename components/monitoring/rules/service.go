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
)

func serviceAlerts() []alert {
	return []alert{
		{
			name: LatencyHigh, severity: Warning, wait: "2m",
			expr: ofTenant(fmt.Sprintf(`histogram_quantile(0.95, sum by (namespace, le) (rate(%s[5m]))) > 5`,
				metrics.RequestDurationBucket)),
			summary:     "Inference of {{ $labels.tenant }} is slow",
			description: `The 95th percentile of request durations in {{ $labels.namespace }} is {{ $value | printf "%.1f" }} s; the limit is 5 s.`,
		},
		{
			name: ErrorRateHigh, severity: Warning, wait: "5m",
			expr: ofTenant(fmt.Sprintf(`sum by (namespace) (rate(%[1]s{%[2]s=~"5.."}[5m])) / sum by (namespace) (rate(%[1]s[5m])) > 0.05`,
				metrics.RequestsTotal, metrics.LabelCode)),
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
	}
}
