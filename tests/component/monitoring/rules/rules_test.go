package rules_test

import (
	"maps"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/mlops-iac/mlops/components/monitoring/metrics"
	"github.com/mlops-iac/mlops/components/monitoring/rules"
)

const runbooks = "https://example.com/runbooks/"

func all() rules.Options {
	return rules.Options{Namespace: "monitoring", RunbookBaseURL: runbooks, GPU: true, Cost: true}
}

// what an alert promises: how bad, and after how long.
type promise struct{ severity, wait string }

func promises() map[string]promise {
	return map[string]promise{
		"InferenceLatencyHigh":      {"warning", "2m"},
		"TenantPodRestarts":         {"critical", "1m"},
		"InferenceErrorRateHigh":    {"warning", "5m"},
		"TenantPodNotReady":         {"warning", "5m"},
		"TenantPodPending":          {"warning", "15m"},
		"TenantTrainingFailed":      {"warning", "5m"},
		"TenantTrainingMissed":      {"warning", "5m"},
		"TenantServiceDown":         {"critical", "5m"},
		"TenantCPUHigh":             {"warning", "10m"},
		"TenantMemoryHigh":          {"critical", "5m"},
		"GPUIdle":                   {"warning", "30m"},
		"GPUXIDErrors":              {"critical", "1m"},
		"GPUProgramErrors":          {"warning", "1m"},
		"GPUPodsPending":            {"warning", "15m"},
		"TenantHPAAtMaximum":        {"warning", "15m"},
		"TenantQuotaNearlyUsed":     {"warning", "5m"},
		"InferenceModelNotLoaded":   {"critical", "5m"},
		"InferenceModelLost":        {"critical", "5m"},
		"InferenceModelUpdateFails": {"warning", "10m"},
		"TenantSpendOverBudget":     {"warning", "1h"},
	}
}

func TestAlertsPromise(t *testing.T) {
	t.Parallel()
	got := map[string]promise{}
	for _, group := range rules.New(all()).Spec.Groups {
		for _, rule := range group.Rules {
			if rule.Alert == "" {
				continue
			}
			got[rule.Alert] = promise{rule.Labels["severity"], string(*rule.For)}
			assert.Equal(t, "{{ $labels.tenant }}", rule.Labels["tenant"], rule.Alert)
			assert.NotEmpty(t, rule.Annotations["summary"], rule.Alert)
			assert.NotEmpty(t, rule.Annotations["description"], rule.Alert)
			assert.Equal(t, "https://example.com/runbooks/"+rule.Alert+".md", rule.Annotations["runbook_url"])
		}
	}
	assert.Equal(t, promises(), got)
	assert.ElementsMatch(t, slices.Collect(maps.Keys(got)), rules.Names(all()))
}

func TestWithoutGPUAndBudgetsFifteenAreLeft(t *testing.T) {
	t.Parallel()
	o := all()
	o.GPU, o.Cost = false, false
	names := rules.Names(o)
	assert.Len(t, names, 15)
	assert.NotContains(t, names, rules.GPUIdle)
	assert.NotContains(t, names, rules.SpendOverBudget)
}

func TestBudgetOfATenant(t *testing.T) {
	t.Parallel()
	spec := rules.Budget("a", 5)
	assert.Equal(t, "mlops.budget.a", spec.Groups[0].Name)
	rule := spec.Groups[0].Rules[0]
	assert.Equal(t, metrics.TenantBudget, rule.Record)
	assert.Equal(t, "vector(5)", rule.Expr.String())
	assert.Equal(t, map[string]string{"tenant": "a"}, rule.Labels)
}

func TestBucketsReachBeyondTheLatencyLimit(t *testing.T) {
	t.Parallel()
	buckets := metrics.DurationBuckets()
	assert.True(t, slices.IsSorted(buckets))
	assert.Contains(t, buckets, 5.0, "a bound at the limit makes the comparison exact")
	assert.Greater(t, buckets[len(buckets)-1], 5.0)
}
