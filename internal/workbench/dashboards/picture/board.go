package picture

import (
	"encoding/json"
	"fmt"

	"github.com/prometheus/common/model"
)

// Results are the answers to a board's queries: by the id of the panel and the
// reference of the query in it, "A", "B" and so on. The answer to an instant
// query is a matrix with one sample in each series.
type Results map[int]map[string]model.Matrix

// Problems are what keeps panels from being drawn, by the id of the panel.
type Problems map[int]string

// Board is the part of a dashboard that a picture needs.
type Board struct {
	// Title is written above the panels.
	Title string `json:"title"`
	// Panels in any order; each has a place in the grid.
	Panels []Panel `json:"panels"`
}

// Panel is one panel of a dashboard as Grafana stores it.
type Panel struct {
	// ID is the key of its results.
	ID int `json:"id"`
	// Type is Grafana's name of the visualisation: "timeseries", "stat",
	// "bargauge", "table" or "row".
	Type    string   `json:"type"`
	Title   string   `json:"title"`
	GridPos GridPos  `json:"gridPos"`
	Targets []Target `json:"targets"`
	// FieldConfig holds unit, limits and thresholds.
	FieldConfig FieldConfig `json:"fieldConfig"`
	// Transformations name, order and hide the columns of a table.
	Transformations []Transformation `json:"transformations"`
}

// GridPos is a place in Grafana's grid, which is 24 wide.
type GridPos struct {
	X int `json:"x"`
	Y int `json:"y"`
	W int `json:"w"`
	H int `json:"h"`
}

// Target is one query of a panel.
type Target struct {
	RefID string `json:"refId"`
	// Expr is the query in PromQL.
	Expr string `json:"expr"`
	// LegendFormat names a series; labels in double braces are filled in.
	LegendFormat string `json:"legendFormat"`
	// Instant asks for one point in time, not for a range.
	Instant bool `json:"instant"`
}

// FieldConfig says how values look.
type FieldConfig struct {
	Defaults  Field      `json:"defaults"`
	Overrides []Override `json:"overrides"`
}

// Field is the look of the values of a panel.
type Field struct {
	// Unit as Grafana names it, such as "bytes".
	Unit string `json:"unit"`
	// Min and Max are fixed ends of the scale; nil for those of the data.
	Min        *float64   `json:"min"`
	Max        *float64   `json:"max"`
	Thresholds Thresholds `json:"thresholds"`
	Custom     Custom     `json:"custom"`
}

// Thresholds colour values.
type Thresholds struct {
	Steps []Step `json:"steps"`
}

// Step is the colour of values from Value on; the first has none.
type Step struct {
	Color string   `json:"color"`
	Value *float64 `json:"value"`
}

// Custom are settings of graphs.
type Custom struct {
	// FillOpacity is how much of the colour of a line is below it, in percent.
	FillOpacity float64 `json:"fillOpacity"`
	Stacking    struct {
		Mode string `json:"mode"`
	} `json:"stacking"`
	ThresholdsStyle struct {
		Mode string `json:"mode"`
	} `json:"thresholdsStyle"`
}

// Override holds the differences in the column called Matcher.Options.
type Override struct {
	Matcher struct {
		Options any `json:"options"`
	} `json:"matcher"`
	Properties []struct {
		ID    string `json:"id"`
		Value any    `json:"value"`
	} `json:"properties"`
}

// Transformation changes a table before it is shown; "organize" is understood.
type Transformation struct {
	ID      string `json:"id"`
	Options struct {
		Exclude map[string]bool   `json:"excludeByName"`
		Index   map[string]int    `json:"indexByName"`
		Rename  map[string]string `json:"renameByName"`
	} `json:"options"`
}

// Decode reads a dashboard as Grafana exports it.
func Decode(text []byte) (Board, error) {
	var b Board
	if err := json.Unmarshal(text, &b); err != nil {
		return b, fmt.Errorf("reading dashboard: %w", err)
	}
	return b, b.validate()
}

var drawn = map[string]bool{"row": true, "timeseries": true, "stat": true, "bargauge": true, "table": true}

func (b Board) validate() error {
	ids := map[int]bool{}
	for _, p := range b.Panels {
		g := p.GridPos
		switch {
		case !drawn[p.Type]:
			return fmt.Errorf("panel %d %q: type %q is not drawn", p.ID, p.Title, p.Type)
		case ids[p.ID]:
			return fmt.Errorf("panel %d %q: the id is taken", p.ID, p.Title)
		case g.W < 1 || g.H < 1 || g.X < 0 || g.Y < 0 || g.X+g.W > gridWidth:
			return fmt.Errorf("panel %d %q: gridPos %+v is outside the grid of %d columns", p.ID, p.Title, g, gridWidth)
		}
		ids[p.ID] = true
	}
	return nil
}

// stacked says whether series lie on each other.
func (p Panel) stacked() bool { return p.FieldConfig.Defaults.Custom.Stacking.Mode == "normal" }

// unit of the column with the given heading.
func (p Panel) unit(column string) string {
	for _, o := range p.FieldConfig.Overrides {
		if o.Matcher.Options != column {
			continue
		}
		for _, property := range o.Properties {
			if unit, ok := property.Value.(string); ok && property.ID == "unit" {
				return unit
			}
		}
	}
	return p.FieldConfig.Defaults.Unit
}
