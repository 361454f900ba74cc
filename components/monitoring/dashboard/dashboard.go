package dashboard

import (
	"encoding/json"
	"fmt"
)

// UIDs of the dashboards. They are part of links to them and must not change.
const (
	TenantsUID     = "mlops-tenants"
	DeploymentsUID = "mlops-deployments"
	PlatformUID    = "mlops-platform"
	GPUUID         = "mlops-gpu"
	CostUID        = "mlops-cost"
)

// Tag is on every dashboard of the platform; the links between them go by it.
const Tag = "mlops"

// Options of the set of dashboards.
type Options struct {
	// GPU adds the dashboard that needs the DCGM exporter; default false.
	GPU bool
	// Cost adds the dashboard that needs OpenCost; default false.
	Cost bool
}

// Dashboard is one dashboard as Grafana loads it.
type Dashboard struct {
	// UID identifies it in Grafana; its address is /d/ and the UID.
	UID string
	// Title is the name in Grafana's list.
	Title string
	// FileName is the key in its ConfigMap, unique among all dashboards: the
	// UID and ".json".
	FileName string
	// JSON is the dashboard. The same options render the same bytes, so a
	// ConfigMap changes only when its dashboard does.
	JSON string
}

// All builds the dashboards that the options ask for, always in the same order.
func All(o Options) ([]Dashboard, error) {
	boards := []board{tenants(), deployments(), platform()}
	if o.GPU {
		boards = append(boards, gpu())
	}
	if o.Cost {
		boards = append(boards, cost())
	}
	var all []Dashboard
	for _, b := range boards {
		rendered, err := b.render()
		if err != nil {
			return nil, fmt.Errorf("dashboard %s: %w", b.uid, err)
		}
		all = append(all, rendered)
	}
	return all, nil
}

func (b board) render() (Dashboard, error) {
	built, err := b.build()
	if err != nil {
		return Dashboard{}, fmt.Errorf("building: %w", err)
	}
	text, err := json.MarshalIndent(built, "", "  ")
	if err != nil {
		return Dashboard{}, fmt.Errorf("rendering: %w", err)
	}
	return Dashboard{UID: b.uid, Title: b.title, FileName: b.uid + ".json", JSON: string(text)}, nil
}
