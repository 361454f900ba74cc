package rules_test

import (
	"cmp"
	"maps"
	"regexp"
	"slices"
	"strings"
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

// number matches what an expression compares or reckons with, and the time that it looks back.
var number = regexp.MustCompile(`(?:==|!=|<=|>=|<|>|[*/]) -?[0-9.]+|\b0\.[0-9]+|\[[0-9a-z:]+\]|offset [0-9a-z]+`)

// TestAlertsFireAtTheseNumbers reads every number in the expressions. What series they
// are of, promtool judges.
func TestAlertsFireAtTheseNumbers(t *testing.T) {
	t.Parallel()
	got := map[string]string{}
	for _, group := range rules.New(all()).Spec.Groups {
		for _, rule := range group.Rules {
			found := number.FindAllString(rule.Expr.String(), -1)
			got[cmp.Or(rule.Alert, rule.Record)] = strings.Join(found, " ")
		}
	}
	assert.Equal(t, map[string]string{
		"InferenceErrorRateHigh":    "[5m] [5m] > 0.05 [5m] >= 30 [1h] [1h] > 0.05 [1h] >= 30",
		"InferenceLatencyHigh":      "0.95 [5m] > 5 [5m] >= 30 0.95 [1h] > 5 [1h] >= 30",
		"InferenceModelLost":        "== 1 [1d] == 0",
		"InferenceModelNotLoaded":   "== 0",
		"InferenceModelUpdateFails": "[10m] > 0",
		"TenantCPUHigh":             "[5m] > 0.8",
		"TenantMemoryHigh":          "> 0.9",
		"TenantPodNotReady":         "== 0 == 1",
		"TenantPodPending":          "== 1",
		"TenantPodRestarts":         "[10m] [10m] > 3 [1h] [1h] > 3 [10m] == 1",
		"TenantServiceDown":         "> 0 == 0",
		"TenantTrainingFailed":      "== 1 == 1",
		"TenantTrainingMissed":      "> 3600",
		"TenantHPAAtMaximum":        "",
		"TenantQuotaNearlyUsed":     "> 0 > 0.9 > 0",
		"TenantSpendOverBudget":     "[7d:5m] / 12 * 730 / 168",
		"GPUIdle":                   "[10m] < 5",
		"GPUPodsPending":            "== 1 > 0",
		"GPUProgramErrors":          "[30m] [30m]",
		"GPUXIDErrors":              "[1d] [1d]",

		metrics.TenantOfNamespace:       "",
		metrics.NamespaceCost:           "/ 1024 / 1024 / 1024",
		"mlops:gpu_xid:change":          "offset 1m offset 1m * 0 > 0 offset 1m offset 1m",
		"mlops:gpu_xid_hardware:change": "!= 13 != 31 != 43 != 45",
		"mlops:gpu_xid_program:change":  "== 13 == 31 == 43 == 45",
	}, got)
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
