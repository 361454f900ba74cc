package charts

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/mlops-iac/mlops/components/addons/chart"
)

// index is a list of the versions of charts that exist.
type index struct{ rows []row }

type row struct{ chart, version, repository, neighbours string }

// newIndex reads the tab-separated list; its first line names the columns.
func newIndex(text string) index {
	lines := strings.Split(strings.TrimSpace(text), "\n")
	columns := strings.Split(lines[0], "\t")
	cell := func(cells []string, column string) string {
		if at := slices.Index(columns, column); at >= 0 && at < len(cells) {
			return cells[at]
		}
		return ""
	}
	var list index
	for _, line := range lines[1:] {
		cells := strings.Split(line, "\t")
		list.rows = append(list.rows, row{
			cell(cells, "chart"), cell(cells, "version"), cell(cells, "repository_url"), cell(cells, "neighbouring_versions"),
		})
	}
	return list
}

// has says whether a version was seen in the repository of the record.
func (i index) has(record chart.Record) bool {
	return slices.ContainsFunc(i.rows, func(r row) bool {
		return r.chart == record.Chart &&
			strings.TrimSuffix(r.repository, "/") == strings.TrimSuffix(record.Repository, "/") &&
			(r.version == record.Version || slices.Contains(strings.Fields(r.neighbours), record.Version))
	})
}

// unknown names every value that the values of the chart do not have, or have
// with another type. free are paths below which the chart takes what its
// values.yaml does not show.
func unknown(path string, set, known any, free []string) []string {
	if slices.Contains(free, path) || known == nil {
		return nil
	}
	if kindOf(set) != kindOf(known) {
		return []string{fmt.Sprintf("%s: %s, the chart has %s", path, kindOf(set), kindOf(known))}
	}
	mine, ok := set.(map[string]any)
	theirs, _ := known.(map[string]any)
	if !ok || len(theirs) == 0 {
		return nil // a value, or a map of whatever its reader wants
	}
	var list []string
	for _, key := range slices.Sorted(maps.Keys(mine)) {
		below := strings.TrimPrefix(path+"."+key, ".")
		value, there := theirs[key]
		switch {
		case there:
			list = append(list, unknown(below, mine[key], value, free)...)
		case !slices.Contains(free, below):
			list = append(list, below+": the chart has no such value")
		}
	}
	return list
}

func kindOf(value any) string {
	switch value.(type) {
	case map[string]any:
		return "a map"
	case []any:
		return "a list"
	case string:
		return "a text"
	case bool:
		return "a truth value"
	default:
		return "a number"
	}
}

// free are values that charts take though their values.yaml does not show them.
func free(name string) []string {
	return map[string][]string{
		// Flags of the autoscaler.
		"cluster-autoscaler": {"extraArgs"},
		"kube-prometheus-stack": {
			// A comment in values.yaml.
			"alertmanager.alertmanagerSpec.configSecret",
			// Values of subcharts, whose own values.yaml has them.
			"grafana", "kube-state-metrics", "prometheus-node-exporter",
		},
		// Configuration that is handed on to Loki.
		"loki": {"loki.limits_config.retention_period"},
		// Resources of Kubernetes.
		"metrics-server": {"resources.limits"},
	}[name]
}
