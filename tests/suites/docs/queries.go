package docs

import (
	"fmt"
	"maps"
	"strings"

	"github.com/prometheus/prometheus/promql/parser"

	"github.com/mlops-iac/mlops/components/monitoring/rules"
	"github.com/mlops-iac/mlops/tests/harness/panels"
)

// exported are series that no rule and no panel reads, with the program that
// exposes them.
var exported = map[string]string{
	"DCGM_FI_DEV_FB_USED":                               "dcgm-exporter, among its default counters",
	"container_cpu_cfs_periods_total":                   "cAdvisor in the kubelet",
	"container_cpu_cfs_throttled_periods_total":         "cAdvisor in the kubelet",
	"inference_model_checked_timestamp_seconds":         "the inference service",
	"kube_cronjob_status_active":                        "kube-state-metrics",
	"kube_cronjob_status_last_schedule_time":            "kube-state-metrics",
	"kube_deployment_status_replicas_available":         "kube-state-metrics",
	"kube_horizontalpodautoscaler_status_target_metric": "kube-state-metrics",
	"kube_node_status_allocatable":                      "kube-state-metrics",
	"kube_node_status_condition":                        "kube-state-metrics",
	"kube_pod_container_status_last_terminated_reason":  "kube-state-metrics",
	"kube_pod_container_status_terminated_reason":       "kube-state-metrics",
	"kube_pod_created":                                  "kube-state-metrics",
	"alertmanager_notifications_failed_total":           "Alertmanager",
	"up": "Prometheus, for each target",
}

// knownSeries are the series of the platform's rules and panels and those of
// exported, each with where it comes from.
func knownSeries() (map[string]string, error) {
	known := maps.Clone(exported)
	read := func(query, origin string) error {
		parsed, err := parser.ParseExpr(query)
		if err != nil {
			return fmt.Errorf("reading a query of %s: %w", origin, err)
		}
		for _, name := range seriesOf(parsed) {
			known[name] = origin
		}
		return nil
	}
	for _, group := range rules.New(rules.Options{GPU: true, Cost: true}).Spec.Groups {
		for _, rule := range group.Rules {
			if rule.Record != "" {
				known[rule.Record] = "a recording rule"
			}
			if err := read(rule.Expr.String(), "rule "+rule.Alert+rule.Record); err != nil {
				return nil, err
			}
		}
	}
	queries, err := panels.Queries()
	if err != nil {
		return nil, err
	}
	for at, query := range queries {
		if err := read(query, "dashboard "+at); err != nil {
			return nil, err
		}
	}
	return known, nil
}

func seriesOf(expr parser.Expr) []string {
	var names []string
	parser.Inspect(expr, func(node parser.Node, _ []parser.Node) error {
		if selector, ok := node.(*parser.VectorSelector); ok {
			names = append(names, selector.Name)
		}
		return nil
	})
	return names
}

// queries checks a block of queries and counts them. A line that is indented
// goes on with the query above it.
func (c *Checker) queries(p piece) ([]Finding, int) {
	var findings []Finding
	count := 0
	lines := strings.Split(strings.TrimRight(p.text, "\n"), "\n")
	for i := 0; i < len(lines); {
		start, query := i, lines[i]
		for i++; i < len(lines) && strings.HasPrefix(lines[i], " "); i++ {
			query += "\n" + lines[i]
		}
		if strings.TrimSpace(query) == "" || strings.HasPrefix(query, "#") {
			continue
		}
		count++
		for _, problem := range c.query(query) {
			findings = append(findings, Finding{p.file, p.line + start, strings.Join(strings.Fields(query), " "), problem})
		}
	}
	return findings, count
}

func (c *Checker) query(text string) []string {
	parsed, err := parser.ParseExpr(text)
	if err != nil {
		return []string{err.Error()}
	}
	var problems []string
	for _, name := range seriesOf(parsed) {
		if _, ok := c.series[name]; !ok {
			problems = append(problems, fmt.Sprintf("no rule, no panel and no exporter known to this check has the series %s", name))
		}
	}
	return problems
}
