// Package dashboards writes docs/dashboards.md: every dashboard of the platform
// with its panels, from the dashboards themselves. A picture next to the page, in
// the folder dashboards and named after the UID, is shown with its dashboard.
package dashboards

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"github.com/mlops-iac/mlops/components/monitoring/dashboard"
)

const preface = `# Dashboards

<!-- Generated from the builders of the dashboards by make docs. Do not edit. -->

The monitoring component brings these dashboards to Grafana, each in a ConfigMap of its own, in the folder MLOps. They
are typed Go ([components/monitoring/dashboard](../components/monitoring/dashboard)), read-only in Grafana, and change
with the next update of the stack.

- **Nothing lists the tenants.** Namespaces with the label ` + "`mlops.io/tenant`" + ` are found through the recorded series
  ` + "`mlops:namespace_tenant:info`" + `.
- **Links.** Every dashboard links to all others and takes the choices and the times along. A click on the name of a tenant
  leads to its services.
- **Clusters.** One Prometheus for each cluster puts no label ` + "`cluster`" + ` on what it stores; a store for several clusters
  does. The queries match and join by that label so that they are right in both: "All" matches series without it too.
- **Counted once.** kube-state-metrics before and after a restart, and OpenCost, which repeats some of its series, say the
  same of the same pod. The queries take the greatest of equal series before they add up.
- **Roles of nodes** come from the label ` + "`mlops.io/node-role`" + `; nodes without it, as in an existing cluster, show as "none".
- **Without a Grafana** ` + "`mlops dashboards`" + ` serves the same dashboards of the [demo](local.md#monitoring) as a web page. Links,
  descriptions and the choice of a namespace are Grafana's.

Colours change at the values in the last column: orange at the first, red at the second or only one.
`

type board struct {
	UID         string  `json:"uid"`
	Title       string  `json:"title"`
	Description string  `json:"description"`
	Panels      []panel `json:"panels"`
	Templating  struct {
		List []struct {
			Name string `json:"name"`
		} `json:"list"`
	} `json:"templating"`
}

type panel struct {
	Type        string `json:"type"`
	Title       string `json:"title"`
	Description string `json:"description"`
	FieldConfig struct {
		Defaults struct {
			Unit       string `json:"unit"`
			Thresholds struct {
				Steps []struct {
					Value *float64 `json:"value"`
				} `json:"steps"`
			} `json:"thresholds"`
		} `json:"defaults"`
	} `json:"fieldConfig"`
}

// kinds are the visualisations in plain words.
var kinds = map[string]string{"timeseries": "graph", "stat": "number", "bargauge": "bars", "table": "table"}

// units are Grafana's units in plain words.
var units = map[string]string{
	"reqps": "requests/s", "s": "seconds", "short": "count", "percentunit": "%", "percent": "%", "bytes": "bytes", "cores": "cores",
	"celsius": "°C", "watt": "W", "currencyUSD": "USD", "cps": "1/s",
}

// Render returns the page that stands in a folder.
func Render(folder string) (string, error) {
	boards, err := dashboard.All(dashboard.Options{GPU: true, Cost: true})
	if err != nil {
		return "", err
	}
	always, err := dashboard.All(dashboard.Options{})
	if err != nil {
		return "", err
	}
	var text strings.Builder
	text.WriteString(preface)
	for _, d := range boards {
		optional := !slices.ContainsFunc(always, func(a dashboard.Dashboard) bool { return a.UID == d.UID })
		if err := describe(&text, d, optional, folder); err != nil {
			return "", fmt.Errorf("dashboard %s: %w", d.UID, err)
		}
	}
	return text.String(), nil
}

// conditions say when an optional dashboard is there.
var conditions = map[string]string{
	dashboard.GPUUID:  "Where the DCGM exporter is installed (`monitoring.Args.GPU`).",
	dashboard.CostUID: "Where OpenCost is installed (`monitoring.Args.Cost`).",
}

func describe(text *strings.Builder, d dashboard.Dashboard, optional bool, folder string) error {
	var b board
	if err := json.Unmarshal([]byte(d.JSON), &b); err != nil {
		return err
	}
	fmt.Fprintf(text, "\n## %s\n\n%s", b.Title, b.Description)
	if optional {
		condition, known := conditions[b.UID]
		if !known {
			return fmt.Errorf("nothing says when it is there")
		}
		fmt.Fprintf(text, " %s", condition)
	}
	var choices []string
	for _, v := range b.Templating.List {
		choices = append(choices, "`"+v.Name+"`")
	}
	fmt.Fprintf(text, "\n\nAddress `/d/%s`; choices %s.\n", b.UID, strings.Join(choices, ", "))
	picture := "dashboards/" + b.UID + ".png"
	if _, err := os.Stat(filepath.Join(folder, picture)); err == nil {
		fmt.Fprintf(text, "\n![%s](%s)\n", b.Title, picture)
	}
	return describePanels(text, b.Panels)
}

func describePanels(text *strings.Builder, panels []panel) error {
	const head = "\n| Panel | Shows | Unit | Kind | Colours |\n| --- | --- | --- | --- | --- |\n"
	open := false
	for _, p := range panels {
		if p.Type == "row" {
			fmt.Fprintf(text, "\n### %s\n", p.Title)
			open = false
			continue
		}
		unit, kind := units[p.FieldConfig.Defaults.Unit], kinds[p.Type]
		if unit == "" || kind == "" {
			return fmt.Errorf("panel %q: no words for unit %q or kind %q", p.Title, p.FieldConfig.Defaults.Unit, p.Type)
		}
		if !open {
			text.WriteString(head)
			open = true
		}
		fmt.Fprintf(text, "| %s | %s | %s | %s | %s |\n", p.Title, p.Description, unit, kind, p.colours())
	}
	return nil
}

// colours are the thresholds in the unit of the panel.
func (p panel) colours() string {
	var list []string
	for _, s := range p.FieldConfig.Defaults.Thresholds.Steps {
		if s.Value == nil {
			continue
		}
		value := strconv.FormatFloat(*s.Value, 'f', -1, 64)
		switch unit := p.FieldConfig.Defaults.Unit; {
		case unit == "percentunit":
			value = strconv.FormatFloat(*s.Value*100, 'f', -1, 64) + "%"
		case unit == "s" && *s.Value >= 86400:
			value = strconv.FormatFloat(*s.Value/86400, 'f', -1, 64) + " days"
		case unit == "s":
			value += " s"
		case unit == "celsius":
			value += " °C"
		}
		list = append(list, value)
	}
	return strings.Join(list, ", ")
}
