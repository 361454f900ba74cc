// Package dashboard_test looks at the dashboards as Grafana reads them.
package dashboard_test

import (
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/mlops-iac/mlops/components/monitoring/dashboard"
)

type target struct {
	RefID      string            `json:"refId"`
	Expr       string            `json:"expr"`
	Legend     string            `json:"legendFormat"`
	Format     string            `json:"format"`
	Instant    bool              `json:"instant"`
	Range      bool              `json:"range"`
	Datasource map[string]string `json:"datasource"`
}

type link struct {
	Title string   `json:"title"`
	Type  string   `json:"type"`
	URL   string   `json:"url"`
	Tags  []string `json:"tags"`
	Keep  bool     `json:"keepTime"`
	Vars  bool     `json:"includeVars"`
}

type panel struct {
	ID              int            `json:"id"`
	Type            string         `json:"type"`
	Title           string         `json:"title"`
	Description     string         `json:"description"`
	Targets         []target       `json:"targets"`
	GridPos         map[string]int `json:"gridPos"`
	Transformations []struct {
		ID      string `json:"id"`
		Options struct {
			Rename map[string]string `json:"renameByName"`
		} `json:"options"`
	} `json:"transformations"`
	FieldConfig struct {
		Defaults struct {
			Unit       string `json:"unit"`
			Links      []link `json:"links"`
			Thresholds struct {
				Steps []struct {
					Color string   `json:"color"`
					Value *float64 `json:"value"`
				} `json:"steps"`
			} `json:"thresholds"`
		} `json:"defaults"`
		Overrides []struct {
			Matcher struct {
				Options string `json:"options"`
			} `json:"matcher"`
			Properties []struct {
				ID    string          `json:"id"`
				Value json.RawMessage `json:"value"`
			} `json:"properties"`
		} `json:"overrides"`
	} `json:"fieldConfig"`
	Options struct {
		Legend struct {
			Show bool `json:"showLegend"`
		} `json:"legend"`
	} `json:"options"`
}

// links are those of the panel and of its columns.
func (p panel) links(t *testing.T) []link {
	t.Helper()
	links := p.FieldConfig.Defaults.Links
	for _, o := range p.FieldConfig.Overrides {
		for _, property := range o.Properties {
			if property.ID == "links" {
				var of []link
				require.NoError(t, json.Unmarshal(property.Value, &of))
				links = append(links, of...)
			}
		}
	}
	return links
}

type model struct {
	UID        string   `json:"uid"`
	Title      string   `json:"title"`
	Tags       []string `json:"tags"`
	Editable   bool     `json:"editable"`
	Links      []link   `json:"links"`
	Panels     []panel  `json:"panels"`
	Templating struct {
		List []struct {
			Name     string `json:"name"`
			Type     string `json:"type"`
			Query    any    `json:"query"`
			Multi    bool   `json:"multi"`
			All      bool   `json:"includeAll"`
			AllValue string `json:"allValue"`
		} `json:"list"`
	} `json:"templating"`
}

var everything = dashboard.Options{GPU: true, Cost: true}

func all(t *testing.T, o dashboard.Options) []dashboard.Dashboard {
	t.Helper()
	boards, err := dashboard.All(o)
	require.NoError(t, err)
	return boards
}

func decode(t *testing.T, d dashboard.Dashboard) model {
	t.Helper()
	var m model
	require.NoError(t, json.Unmarshal([]byte(d.JSON), &m))
	return m
}

// load returns one of the dashboards.
func load(t *testing.T, uid string) model {
	t.Helper()
	for _, d := range all(t, everything) {
		if d.UID == uid {
			return decode(t, d)
		}
	}
	require.Fail(t, "no such dashboard", uid)
	return model{}
}
