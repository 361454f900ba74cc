// Package panels reads the queries of the platform's dashboards for tests.
package panels

import (
	"encoding/json"
	"fmt"
	"strings"

	"github.com/mlops-iac/mlops/components/monitoring/dashboard"
)

// Queries are those of all panels of all dashboards, keyed by dashboard, panel
// and number, with what Grafana fills in when everything is chosen: the tenants
// team-a, team-b and team-c, and a scrape interval of half a minute.
func Queries() (map[string]string, error) {
	boards, err := dashboard.All(dashboard.Options{GPU: true, Cost: true})
	if err != nil {
		return nil, err
	}
	fill := strings.NewReplacer("$__rate_interval", "2m", "$namespace", "team-a|team-b|team-c", "$cluster", ".*", "$tenant", ".+")
	queries := map[string]string{}
	for _, board := range boards {
		var model struct {
			Panels []struct {
				Title   string `json:"title"`
				Targets []struct {
					Expr string `json:"expr"`
				} `json:"targets"`
			} `json:"panels"`
		}
		if err := json.Unmarshal([]byte(board.JSON), &model); err != nil {
			return nil, fmt.Errorf("reading dashboard %s: %w", board.UID, err)
		}
		for _, panel := range model.Panels {
			for i, target := range panel.Targets {
				queries[fmt.Sprintf("%s/%s/%d", board.UID, panel.Title, i)] = fill.Replace(target.Expr)
			}
		}
	}
	return queries, nil
}
