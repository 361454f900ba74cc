// Package promtool_test puts the alert rules and the dashboard's queries before
// Prometheus' own judge, promtool: every expression parses, every alert fires
// when and only when it should.
//
// promtool is the one on PATH, or else built from tools/prometheus, which takes
// about five minutes the first time and nothing after that.
package promtool_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"sigs.k8s.io/yaml"

	"github.com/mlops-iac/mlops/components/monitoring/dashboard"
	"github.com/mlops-iac/mlops/components/monitoring/rules"
	"github.com/mlops-iac/mlops/tests/pulumitest/tool"
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

func ruleFile(t *testing.T, folder string) string {
	t.Helper()
	return write(t, folder, "rules.yaml", rules.New(rules.Options{RunbookBaseURL: "https://example.com/runbooks", GPU: true}).Spec)
}

func TestRulesAreValid(t *testing.T) {
	t.Parallel()
	output, err := promtool.Run(t, "check", "rules", "--lint=all", "--lint-fatal", ruleFile(t, t.TempDir()))
	require.NoError(t, err, output)
	require.Contains(t, output, "13 rules found")
}

// Queries of a dashboard become rules for the check, with what Grafana fills in.
func TestDashboardQueriesAreValid(t *testing.T) {
	t.Parallel()
	text, err := dashboard.JSON()
	require.NoError(t, err)
	var model struct {
		Panels []struct {
			Targets []struct {
				Expr string `json:"expr"`
			} `json:"targets"`
		} `json:"panels"`
	}
	require.NoError(t, json.Unmarshal([]byte(text), &model))
	var records []map[string]string
	filled := strings.NewReplacer("$__rate_interval", "2m", "$namespace", "team-a|team-b")
	for i, panel := range model.Panels {
		for j, target := range panel.Targets {
			records = append(records, map[string]string{"record": fmt.Sprintf("panel:%d:%d", i, j), "expr": filled.Replace(target.Expr)})
		}
	}
	file := write(t, t.TempDir(), "panels.yaml", map[string]any{"groups": []any{map[string]any{"name": "panels", "rules": records}}})
	output, err := promtool.Run(t, "check", "rules", "--lint=all", "--lint-fatal", file)
	require.NoError(t, err, output)
	require.Contains(t, output, "9 rules found")
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

func TestAlertsFireWhenTheyShould(t *testing.T) {
	t.Parallel()
	for name, s := range scenarios() {
		t.Run(name, func(t *testing.T) {
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
	all := rules.Names(rules.Options{GPU: true})
	require.ElementsMatch(t, all, slices.Collect(maps.Keys(fires)))
	require.ElementsMatch(t, all, slices.Collect(maps.Keys(quiet)))
}

// A silent scenario proves nothing about an alert whose series it does not have.
func TestSilentScenariosHaveTheSeriesOfTheirAlert(t *testing.T) {
	t.Parallel()
	exprs := map[string]string{}
	for _, group := range rules.New(rules.Options{GPU: true}).Spec.Groups {
		for _, rule := range group.Rules {
			exprs[rule.Alert] = rule.Expr.String()
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

var alertLabel = regexp.MustCompile(`alertname="([^"]+)"`)

func alertOf(t *testing.T, labels string) string {
	t.Helper()
	match := alertLabel.FindStringSubmatch(labels)
	require.NotNil(t, match, labels)
	return match[1]
}
