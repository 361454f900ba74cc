package dashboard

import (
	"fmt"

	"github.com/grafana/grafana-foundation-sdk/go/dashboard"
)

// tenantLink leads to the dashboard of the tenants with one of them chosen; the
// data source, the cluster and the times stay as they are.
func tenantLink(tenant string) dashboard.DashboardLink {
	url := fmt.Sprintf("/d/%s?${%s:queryparam}&${%s:queryparam}&var-%s=%s&${__url_time_range}",
		TenantsUID, datasourceVariable, clusterVariable, tenantVariable, tenant)
	return dashboard.DashboardLink{
		Title: "Services of this tenant", Type: dashboard.DashboardLinkTypeLink, Url: &url, Tags: []string{},
	}
}

// overrides are what differs between the columns of a grid: labels are text,
// and that of the tenant is a link.
func (p panel) overrides() []dashboard.DashboardFieldConfigSourceOverrides {
	list := []dashboard.DashboardFieldConfigSourceOverrides{}
	if p.kind != grid {
		return list
	}
	for _, c := range p.labels {
		properties := []dashboard.DynamicConfigValue{{Id: "unit", Value: unitText}}
		if c.label == tenantVariable && p.tenantLink {
			properties = append(properties, dashboard.DynamicConfigValue{
				Id: "links", Value: []dashboard.DashboardLink{tenantLink("${__value.raw}")},
			})
		}
		list = append(list, override(c.heading, properties...))
	}
	return append(list, p.columnUnits()...)
}

// columnUnits are the units of the columns that differ from the panel's.
func (p panel) columnUnits() []dashboard.DashboardFieldConfigSourceOverrides {
	var list []dashboard.DashboardFieldConfigSourceOverrides
	for _, q := range p.queries {
		if q.unit != "" && q.unit != p.unit {
			list = append(list, override(q.legend, dashboard.DynamicConfigValue{Id: "unit", Value: q.unit}))
		}
	}
	return list
}

func override(name string, properties ...dashboard.DynamicConfigValue) dashboard.DashboardFieldConfigSourceOverrides {
	return dashboard.DashboardFieldConfigSourceOverrides{
		Matcher: dashboard.MatcherConfig{Id: "byName", Options: name}, Properties: properties,
	}
}
