// Package promtool_test puts the alert rules and the dashboards' queries before
// Prometheus' own checker, promtool: every expression parses, every alert fires
// when and only when it should, and panels show what a hand reckons.
//
// promtool is the one on PATH, or else built from tools/prometheus, which takes
// about five minutes the first time and nothing after that.
package promtool_test

import (
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	monitoringv1 "github.com/prometheus-operator/prometheus-operator/pkg/apis/monitoring/v1"
	"github.com/stretchr/testify/require"
	"sigs.k8s.io/yaml"

	"github.com/mlops-iac/mlops/components/monitoring/rules"
	"github.com/mlops-iac/mlops/tests/harness/tool"
)

var promtool = tool.New("promtool", "../../../../tools/prometheus")

func write(t *testing.T, folder, name string, content any) string {
	t.Helper()
	text, err := yaml.Marshal(content)
	require.NoError(t, err)
	path := filepath.Join(folder, name)
	require.NoError(t, os.WriteFile(path, text, 0o600))
	return path
}

func ruleFile(t *testing.T, folder string) string { return write(t, folder, "rules.yaml", everyRule()) }

// everyRule are the rules of the platform, and those of a tenant with a budget.
func everyRule() monitoringv1.PrometheusRuleSpec {
	spec := rules.New(rules.Options{RunbookBaseURL: "https://example.com/runbooks", GPU: true, Cost: true}).Spec
	spec.Groups = append(spec.Groups, rules.Budget("a", 10).Groups...)
	return spec
}

func TestRulesAreValid(t *testing.T) {
	t.Parallel()
	output, err := promtool.Run(t, "check", "rules", "--lint=all", "--lint-fatal", ruleFile(t, t.TempDir()))
	require.NoError(t, err, output)
	count := 0
	for _, group := range everyRule().Groups {
		count += len(group.Rules)
	}
	require.Contains(t, output, fmt.Sprintf("%d rules found", count))
}

// The shape of a promtool test file.
type (
	testFile struct {
		RuleFiles          []string   `json:"rule_files"`
		EvaluationInterval string     `json:"evaluation_interval"`
		Tests              []testCase `json:"tests"`
	}
	testCase struct {
		Name        string       `json:"name"`
		Interval    string       `json:"interval"`
		InputSeries []series     `json:"input_series"`
		Expressions []expression `json:"promql_expr_test"`
	}
	series struct {
		Series string `json:"series"`
		Values string `json:"values"`
	}
	expression struct {
		Expr     string   `json:"expr"`
		EvalTime string   `json:"eval_time"`
		Samples  []sample `json:"exp_samples"`
	}
	sample struct {
		Labels string  `json:"labels"`
		Value  float64 `json:"value"`
	}
)

// firing counts the firing alerts by what matters to whoever is woken.
const firing = `count by (alertname, severity, tenant) (ALERTS{alertstate="firing"})`

// everFired counts the alerts that fired at any time of a scenario.
const everFired = `count by (alertname) (max_over_time(ALERTS{alertstate="firing"}[95m]))`

func (s scenario) render(name string) testCase {
	rendered := testCase{Name: name, Interval: "30s", InputSeries: append(namespaces(), s.series...)}
	if len(s.firing) == 0 {
		rendered.Expressions = []expression{{Expr: everFired, EvalTime: "95m", Samples: []sample{}}}
	}
	for at, alerts := range s.firing {
		expected := expression{Expr: firing, EvalTime: at, Samples: []sample{}}
		for _, labels := range alerts {
			expected.Samples = append(expected.Samples, sample{Labels: labels, Value: 1})
		}
		rendered.Expressions = append(rendered.Expressions, expected)
	}
	return rendered
}

// The names of the subtests begin with fires or quiet and the alerts they are
// about: tests/suites/observability counts them.
//
// Proves N4 by the real server: the alert of a crash loop fires at 4 minutes and still at 1 h 50 min,
// and ends after the loop does.
//
// Proves N5 by the real server: a Deployment whose replicas are all unready for an hour, and one
// without any pod, is a critical TenantServiceDown.
//
// Proves N6 by the real server: an XID error is told of the pod that held the GPU when it came and never
// of the next one, and those that programs make are warnings.
//
// Proves N7 by the real server: one slow or failed request on an idle day fires nothing, and rare
// requests that are all slow or all fail do.
//
// Proves N8 by the real server: quotas of GPUs, volumes and jobs that are used up, and those with room for one
// more replica, are silent.
//
// Proves N9 by the real server: a published model that is refused, a training that failed and one that
// did not begin are warnings.
//
// Proves N1 by the real server: any pod of a tenant that is pending for 15 minutes is a warning.
func TestAlertsFireWhenTheyShould(t *testing.T) {
	t.Parallel()
	for name, s := range scenarios() {
		t.Run(s.about(t)+"/"+name, func(t *testing.T) {
			t.Parallel()
			folder := t.TempDir()
			file := write(t, folder, "test.yaml", testFile{
				RuleFiles: []string{ruleFile(t, folder)}, EvaluationInterval: "30s", Tests: []testCase{s.render(name)},
			})
			output, err := promtool.Run(t, "test", "rules", file)
			require.NoError(t, err, output)
		})
	}
}

// An alert needs a scenario in which it fires, and one close to it in which it
// stays quiet: with only the first, an expression that is always true would pass.
func TestEveryAlertHasScenariosOfBothKinds(t *testing.T) {
	t.Parallel()
	fires, quiet := map[string]bool{}, map[string]bool{}
	for name, s := range scenarios() {
		for _, alerts := range s.firing {
			for _, labels := range alerts {
				fires[alertOf(t, labels)] = true
			}
		}
		if s.quiet != "" {
			require.Empty(t, s.firing, "%s: silent is about one alert, in which none fires", name)
			quiet[s.quiet] = true
		}
	}
	all := rules.Names(rules.Options{GPU: true, Cost: true})
	require.ElementsMatch(t, all, slices.Collect(maps.Keys(fires)))
	require.ElementsMatch(t, all, slices.Collect(maps.Keys(quiet)))
}

// A silent scenario proves nothing about an alert whose series it does not have.
func TestSilentScenariosHaveTheSeriesOfTheirAlert(t *testing.T) {
	t.Parallel()
	exprs := map[string]string{}
	for _, group := range rules.New(rules.Options{GPU: true, Cost: true}).Spec.Groups {
		var recorded string // what the alerts of the group read by another name
		for _, rule := range group.Rules {
			if rule.Alert == "" {
				recorded += rule.Expr.String()
			}
			exprs[rule.Alert] = rule.Expr.String() + recorded
		}
	}
	for name, s := range scenarios() {
		if s.quiet == "" {
			continue
		}
		for _, given := range s.series {
			metric, _, _ := strings.Cut(given.Series, "{")
			require.Contains(t, exprs[s.quiet], metric, "%s: alert %s does not read this series", name, s.quiet)
		}
	}
}

// about is what a scenario tests: "quiet" and an alert, or "fires" and alerts.
func (s scenario) about(t *testing.T) string {
	t.Helper()
	if s.quiet != "" {
		return "quiet=" + s.quiet
	}
	alerts := map[string]bool{}
	for _, labels := range slices.Concat(slices.Collect(maps.Values(s.firing))...) {
		alerts[alertOf(t, labels)] = true
	}
	return "fires=" + strings.Join(slices.Sorted(maps.Keys(alerts)), "+")
}

var alertLabel = regexp.MustCompile(`alertname="([^"]+)"`)

func alertOf(t *testing.T, labels string) string {
	t.Helper()
	match := alertLabel.FindStringSubmatch(labels)
	require.NotNil(t, match, labels)
	return match[1]
}
