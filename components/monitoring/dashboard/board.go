package dashboard

import (
	"github.com/grafana/grafana-foundation-sdk/go/cog"
	"github.com/grafana/grafana-foundation-sdk/go/dashboard"
)

// gridWidth is the width of Grafana's grid; a unit of height is 30 pixels.
const gridWidth = 24

// board is one dashboard before it is rendered.
type board struct {
	uid, title, description, topic string
	variables                      []variable
	sections                       []section
}

// section is a heading and the panels below it. Without a title there is no
// heading.
type section struct {
	title  string
	panels []panel
}

func (b board) build() (dashboard.Dashboard, error) {
	builder := dashboard.NewDashboardBuilder(b.title).
		Uid(b.uid).
		Description(b.description).
		Tags([]string{Tag, b.topic}).
		Time("now-6h", "now").
		Refresh("1m").
		Timezone("browser").
		Tooltip(dashboard.DashboardCursorSyncCrosshair).
		Readonly().
		Link(dashboard.NewDashboardLinkBuilder("MLOps dashboards").
			Type(dashboard.DashboardLinkTypeDashboards).
			Tags([]string{Tag}).
			Tooltip("The other dashboards of the platform, with the same choices and times").
			IncludeVars(true).
			KeepTime(true))
	builder.WithVariable(dashboard.NewDatasourceVariableBuilder(datasourceVariable).Label("Data source").Type("prometheus"))
	for _, v := range b.variables {
		builder.WithVariable(v.build())
	}
	built, err := builder.Build()
	if err != nil {
		return dashboard.Dashboard{}, err
	}
	built.Panels, err = b.panels()
	return built, err
}

// panels places the panels from left to right, a section below the other.
func (b board) panels() ([]dashboard.PanelOrRowPanel, error) {
	var placed []dashboard.PanelOrRowPanel
	place := placement{}
	for _, s := range b.sections {
		if s.title != "" {
			row := dashboard.RowPanel{Type: "row", Panels: []dashboard.Panel{}, Title: &s.title}
			position := place.next(gridWidth, 1)
			row.Id, row.GridPos = place.id, &position
			placed = append(placed, dashboard.PanelOrRowPanel{RowPanel: &row})
		}
		for _, p := range s.panels {
			width, height := p.size()
			position := place.next(width, height)
			built, err := p.build(place.id, position)
			if err != nil {
				return nil, err
			}
			placed = append(placed, dashboard.PanelOrRowPanel{Panel: &built})
		}
		place.newLine()
	}
	return placed, nil
}

// placement is where the next panel goes.
type placement struct{ id, x, y, height uint32 }

func (p *placement) next(width, height uint32) dashboard.GridPos {
	if p.x+width > gridWidth {
		p.newLine()
	}
	position := dashboard.GridPos{X: p.x, Y: p.y, W: width, H: height}
	p.id++
	p.x += width
	p.height = max(p.height, height)
	return position
}

func (p *placement) newLine() {
	p.x, p.y, p.height = 0, p.y+p.height, 0
}

// Names of the template variables.
const (
	datasourceVariable = "datasource"
	clusterVariable    = "cluster"
	tenantVariable     = "tenant"
	namespaceVariable  = "namespace"
)

// variable is a choice of label values above the panels: none, one or several.
type variable struct{ name, label, query, all string }

func (v variable) build() cog.Builder[dashboard.VariableModel] {
	builder := dashboard.NewQueryVariableBuilder(v.name).
		Label(v.label).
		Datasource(datasource()).
		Query(dashboard.StringOrMap{String: &v.query}).
		// On load would keep a tenant that came later out until a reload.
		Refresh(dashboard.VariableRefreshOnTimeRangeChanged).
		Sort(dashboard.VariableSortAlphabeticalAsc).
		Multi(true).
		IncludeAll(true).
		Current(dashboard.VariableOption{
			Text:  dashboard.StringOrArrayOfString{ArrayOfString: []string{"All"}},
			Value: dashboard.StringOrArrayOfString{ArrayOfString: []string{"$__all"}},
		})
	if v.all != "" {
		builder.AllValue(v.all)
	}
	return builder
}

func datasource() dashboard.DataSourceRef {
	kind, uid := "prometheus", "${"+datasourceVariable+"}"
	return dashboard.DataSourceRef{Type: &kind, Uid: &uid}
}
