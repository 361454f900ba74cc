package dashboard

import (
	"encoding/json"
	"fmt"

	"github.com/grafana/grafana-foundation-sdk/go/cog"
	"github.com/grafana/grafana-foundation-sdk/go/common"
	"github.com/grafana/grafana-foundation-sdk/go/dashboard"
	"github.com/grafana/grafana-foundation-sdk/go/prometheus"
	"github.com/grafana/grafana-foundation-sdk/go/timeseries"

	"github.com/mlops-iac/mlops/components/monitoring/metrics"
)

// Identity of the dashboard. UID is part of links to it and must not change.
const (
	UID   = "mlops-tenants"
	Title = "MLOps tenants"
	// FileName is the key under which the dashboard is stored in its ConfigMap.
	FileName = UID + ".json"
)

// Names of the template variables.
const (
	DatasourceVariable = "datasource"
	TenantVariable     = "tenant"
	NamespaceVariable  = "namespace"
)

// Sizes in Grafana's grid, which is 24 wide: two panels share a row.
const (
	panelWidth  = 12
	panelHeight = 8
)

// JSON renders the dashboard for Grafana. The same program renders the same
// bytes, so the ConfigMap changes only when the dashboard does.
func JSON() (string, error) {
	built, err := build()
	if err != nil {
		return "", fmt.Errorf("building dashboard: %w", err)
	}
	text, err := json.MarshalIndent(built, "", "  ")
	if err != nil {
		return "", fmt.Errorf("rendering dashboard: %w", err)
	}
	return string(text), nil
}

func build() (dashboard.Dashboard, error) {
	builder := dashboard.NewDashboardBuilder(Title).
		Uid(UID).
		Description("Load, latency, health and use of resources of every tenant's services and pods.").
		Tags([]string{"mlops", "tenants"}).
		Time("now-6h", "now").
		Refresh("1m").
		Timezone("browser").
		Tooltip(dashboard.DashboardCursorSyncCrosshair).
		Readonly()
	for _, variable := range variables() {
		builder.WithVariable(variable)
	}
	for i, p := range panels() {
		builder.WithPanel(p.build(i))
	}
	return builder.Build()
}

func variables() []cog.Builder[dashboard.VariableModel] {
	tenants := fmt.Sprintf("label_values(%s, %s)", metrics.TenantOfNamespace, metrics.LabelTenant)
	namespaces := fmt.Sprintf(`label_values(%s{%s=~"$%s"}, namespace)`, metrics.TenantOfNamespace, metrics.LabelTenant, TenantVariable)
	return []cog.Builder[dashboard.VariableModel]{
		dashboard.NewDatasourceVariableBuilder(DatasourceVariable).Label("Data source").Type("prometheus"),
		queryVariable(TenantVariable, "Tenant", tenants),
		queryVariable(NamespaceVariable, "Namespace", namespaces),
	}
}

func queryVariable(name, label, query string) *dashboard.QueryVariableBuilder {
	all := "$__all"
	return dashboard.NewQueryVariableBuilder(name).
		Label(label).
		Datasource(datasource()).
		Query(dashboard.StringOrMap{String: &query}).
		// On load would keep a tenant that came later out until a reload.
		Refresh(dashboard.VariableRefreshOnTimeRangeChanged).
		Sort(dashboard.VariableSortAlphabeticalAsc).
		Multi(true).
		IncludeAll(true).
		Current(dashboard.VariableOption{
			Text:  dashboard.StringOrArrayOfString{ArrayOfString: []string{"All"}},
			Value: dashboard.StringOrArrayOfString{ArrayOfString: []string{all}},
		})
}

func datasource() dashboard.DataSourceRef {
	kind, uid := "prometheus", "${"+DatasourceVariable+"}"
	return dashboard.DataSourceRef{Type: &kind, Uid: &uid}
}

// panel is one graph of the dashboard.
type panel struct {
	title, description, unit string
	// warn and fail are the values at which the graph turns orange and red; zero for none.
	warn, fail float64
	queries    []query
}

type query struct{ expr, legend string }

func (p panel) build(index int) *timeseries.PanelBuilder {
	position := dashboard.GridPos{
		X: uint32(index % 2 * panelWidth), Y: uint32(index / 2 * panelHeight),
		W: panelWidth, H: panelHeight,
	}
	builder := timeseries.NewPanelBuilder().
		Id(uint32(index + 1)).
		Title(p.title).
		Description(p.description).
		Datasource(datasource()).
		GridPos(position).
		Unit(p.unit).
		Min(0).
		FillOpacity(10).
		Legend(common.NewVizLegendOptionsBuilder().
			DisplayMode(common.LegendDisplayModeTable).
			Placement(common.LegendPlacementBottom).
			ShowLegend(true).
			Calcs([]string{"mean", "max", "lastNotNull"})).
		Tooltip(common.NewVizTooltipOptionsBuilder().Mode(common.TooltipDisplayModeMulti).Sort(common.SortOrderDescending)).
		Thresholds(p.thresholds()).
		// An empty list, because Grafana does not expect the null of none.
		Overrides([]cog.Builder[dashboard.DashboardFieldConfigSourceOverrides]{})
	if p.fail > 0 {
		builder.ThresholdsStyle(common.NewGraphThresholdsStyleConfigBuilder().Mode(common.GraphThresholdsStyleModeDashed))
	}
	for i, q := range p.queries {
		builder.WithTarget(prometheus.NewDataqueryBuilder().
			Expr(q.expr).
			LegendFormat(q.legend).
			Datasource(datasource()).
			RefId(string(rune('A' + i))).
			Range())
	}
	return builder
}

func (p panel) thresholds() *dashboard.ThresholdsConfigBuilder {
	steps := []dashboard.Threshold{{Color: "green"}}
	if p.warn > 0 {
		steps = append(steps, dashboard.Threshold{Color: "orange", Value: &p.warn})
	}
	if p.fail > 0 {
		steps = append(steps, dashboard.Threshold{Color: "red", Value: &p.fail})
	}
	return dashboard.NewThresholdsConfigBuilder().Mode(dashboard.ThresholdsModeAbsolute).Steps(steps)
}
