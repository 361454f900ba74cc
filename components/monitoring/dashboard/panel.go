package dashboard

import (
	"github.com/grafana/grafana-foundation-sdk/go/bargauge"
	"github.com/grafana/grafana-foundation-sdk/go/cog"
	"github.com/grafana/grafana-foundation-sdk/go/common"
	"github.com/grafana/grafana-foundation-sdk/go/dashboard"
	"github.com/grafana/grafana-foundation-sdk/go/prometheus"
	"github.com/grafana/grafana-foundation-sdk/go/stat"
	"github.com/grafana/grafana-foundation-sdk/go/table"
	"github.com/grafana/grafana-foundation-sdk/go/timeseries"
)

// Units as Grafana names them.
const (
	unitRequests = "reqps"
	unitSeconds  = "s"
	unitCount    = "short"
	unitShare    = "percentunit"
	unitPercent  = "percent"
	unitBytes    = "bytes"
	unitCores    = "cores"
	unitCelsius  = "celsius"
	unitWatt     = "watt"
	unitUSD      = "currencyUSD"
	unitPerS     = "cps"
	unitText     = "string"
)

// kind is how a panel shows its queries.
type kind int

const (
	// graph draws every series over time.
	graph kind = iota
	// stacked is a graph whose series lie on each other, for parts of a whole.
	stacked
	// number is the last value in large digits, with its past behind it.
	number
	// bars is one bar for each series of an instant query.
	bars
	// grid is a table: a row for each combination of labels, a column for each query.
	grid
)

// panel is one panel before it is placed.
type panel struct {
	kind                     kind
	title, description, unit string
	// width and height in units of the grid; zero for what suits the kind.
	width, height uint32
	// warn and fail are the values at which the panel turns orange and red; zero for none.
	warn, fail float64
	queries    []query
	// labels are the columns of a grid that come from labels, in order.
	labels []column
	// tenantLink says that a click on a series leads to its tenant.
	tenantLink bool
}

// query is one question to Prometheus. The legend may hold labels in braces; in
// a grid it is the heading of the column, which may have a unit of its own.
type query struct{ expr, legend, unit string }

// column is a label with the heading of its column.
type column struct{ label, heading string }

func (p panel) size() (width, height uint32) {
	width, height = 12, 8
	if p.kind == number {
		width, height = 4, 4
	}
	if p.width > 0 {
		width = p.width
	}
	if p.height > 0 {
		height = p.height
	}
	return width, height
}

func (p panel) build(id uint32, position dashboard.GridPos) (dashboard.Panel, error) {
	built, err := p.visualization().Build()
	if err != nil {
		return built, err
	}
	source := datasource()
	built.Id, built.GridPos, built.Datasource = &id, &position, &source
	built.Title, built.Description = &p.title, &p.description
	if built.FieldConfig == nil {
		built.FieldConfig = dashboard.NewFieldConfigSource()
	}
	defaults := &built.FieldConfig.Defaults
	defaults.Unit = &p.unit
	thresholds := p.thresholds()
	defaults.Thresholds = &thresholds
	if p.tenantLink && p.kind != grid {
		defaults.Links = []dashboard.DashboardLink{tenantLink("${__field.labels.tenant}")}
	}
	if p.unit == unitShare && p.kind == bars {
		whole := 1.0
		defaults.Max = &whole
	}
	// An empty list, because Grafana does not expect the null of none.
	built.FieldConfig.Overrides = p.overrides()
	for i, q := range p.queries {
		target, err := p.target(i, q).Build()
		if err != nil {
			return built, err
		}
		built.Targets = append(built.Targets, target)
	}
	return built, nil
}

func (p panel) target(index int, q query) *prometheus.DataqueryBuilder {
	builder := prometheus.NewDataqueryBuilder().
		Expr(q.expr).
		LegendFormat(q.legend).
		Datasource(datasource()).
		RefId(refID(index))
	switch p.kind {
	case grid:
		return builder.Instant().Format(prometheus.PromQueryFormatTable)
	case bars:
		return builder.Instant()
	default:
		return builder.Range()
	}
}

func refID(index int) string { return string(rune('A' + index)) }

func (p panel) visualization() cog.Builder[dashboard.Panel] {
	switch p.kind {
	case number:
		return stat.NewPanelBuilder().
			GraphMode(common.BigValueGraphModeArea).
			ColorMode(common.BigValueColorModeValue).
			ReduceOptions(last())
	case bars:
		return bargauge.NewPanelBuilder().
			Orientation(common.VizOrientationHorizontal).
			DisplayMode(common.BarGaugeDisplayModeBasic).
			ShowUnfilled(true).
			Min(0).
			ReduceOptions(last())
	case graph, stacked:
		return p.timeseries()
	default:
		return p.table()
	}
}

// last reduces a series to its last value.
func last() *common.ReduceDataOptionsBuilder {
	return common.NewReduceDataOptionsBuilder().Calcs([]string{"lastNotNull"}).Values(false)
}

func (p panel) timeseries() cog.Builder[dashboard.Panel] {
	builder := timeseries.NewPanelBuilder().
		Min(0).
		FillOpacity(10).
		Legend(common.NewVizLegendOptionsBuilder().
			DisplayMode(common.LegendDisplayModeTable).
			Placement(common.LegendPlacementBottom).
			ShowLegend(true).
			Calcs([]string{"mean", "max", "lastNotNull"})).
		Tooltip(common.NewVizTooltipOptionsBuilder().Mode(common.TooltipDisplayModeMulti).Sort(common.SortOrderDescending))
	if p.fail > 0 {
		builder.ThresholdsStyle(common.NewGraphThresholdsStyleConfigBuilder().Mode(common.GraphThresholdsStyleModeDashed))
	}
	if p.kind == stacked {
		builder.FillOpacity(30).Stacking(common.NewStackingConfigBuilder().Mode(common.StackingModeNormal).Group("A"))
	}
	return builder
}

func (p panel) thresholds() dashboard.ThresholdsConfig {
	steps := []dashboard.Threshold{{Color: "green"}}
	if p.warn > 0 {
		steps = append(steps, dashboard.Threshold{Color: "orange", Value: &p.warn})
	}
	if p.fail > 0 {
		steps = append(steps, dashboard.Threshold{Color: "red", Value: &p.fail})
	}
	return dashboard.ThresholdsConfig{Mode: dashboard.ThresholdsModeAbsolute, Steps: steps}
}

// table merges the answers of all queries into one row for each combination of
// labels, and names the columns.
func (p panel) table() cog.Builder[dashboard.Panel] {
	order, names, hidden := map[string]int{}, map[string]string{}, map[string]bool{"Time": true}
	for i, c := range p.labels {
		order[c.label], names[c.label] = i, c.heading
	}
	for i, q := range p.queries {
		value := "Value #" + refID(i)
		if len(p.queries) == 1 {
			value = "Value"
		}
		order[value], names[value] = len(p.labels)+i, q.legend
	}
	return table.NewPanelBuilder().
		ShowHeader(true).
		Filterable(true).
		WithTransformation(dashboard.DataTransformerConfig{Id: "merge", Options: map[string]any{}}).
		WithTransformation(dashboard.DataTransformerConfig{Id: "organize", Options: map[string]any{
			"excludeByName": hidden, "indexByName": order, "renameByName": names,
		}})
}
