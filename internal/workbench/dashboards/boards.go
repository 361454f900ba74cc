package dashboards

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"strings"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/kubernetes"

	"github.com/mlops-iac/mlops/components/monitoring"
	"github.com/mlops-iac/mlops/components/monitoring/dashboard"
	"github.com/mlops-iac/mlops/internal/workbench/dashboards/picture"
)

// Dashboard is one dashboard of the platform.
type Dashboard struct {
	UID string
	picture.Board
}

// Read reads the dashboards of a cluster where Grafana's sidecar does: from the
// ConfigMaps with its label. That of the tenants comes first, and then the others in the
// order of their titles.
func Read(ctx context.Context, client kubernetes.Interface) ([]Dashboard, error) {
	list, err := client.CoreV1().ConfigMaps(metav1.NamespaceAll).List(ctx, metav1.ListOptions{
		LabelSelector: monitoring.DashboardLabel + "=" + monitoring.DashboardLabelValue,
	})
	if err != nil {
		return nil, fmt.Errorf("looking for dashboards: %w", err)
	}
	var all []Dashboard
	for _, config := range list.Items {
		for _, text := range config.Data {
			read, err := decode([]byte(text))
			if err != nil {
				return nil, fmt.Errorf("ConfigMap %s: %w", config.Name, err)
			}
			all = append(all, read)
		}
	}
	slices.SortFunc(all, func(a, b Dashboard) int {
		return cmp.Or(cmp.Compare(place(a), place(b)), strings.Compare(a.Title, b.Title))
	})
	return all, nil
}

func place(d Dashboard) int {
	if d.UID == dashboard.TenantsUID {
		return 0
	}
	return 1
}

func decode(text []byte) (Dashboard, error) {
	board, err := picture.Decode(text)
	if err != nil {
		return Dashboard{}, err
	}
	read := Dashboard{Board: board}
	var about struct {
		UID string `json:"uid"`
	}
	err = json.Unmarshal(text, &about)
	read.UID = about.UID
	return read, err
}

var variable = regexp.MustCompile(`\$\{?(\w+)(:\w+)?\}?`)

// EveryTenant is what Grafana fills in for the tenant when all are chosen.
const EveryTenant = ".+"

// Fill returns an expression as Grafana would send it for a tenant, or for EveryTenant,
// in a cluster of its own.
func Fill(expr, tenant string) string {
	return variable.ReplaceAllStringFunc(expr, func(text string) string {
		switch name := variable.FindStringSubmatch(text)[1]; name {
		case "__rate_interval":
			return "2m" // four scrapes, as Grafana has it
		case "__interval":
			return "30s"
		case "__range":
			return "10m"
		case "tenant", "namespace":
			return tenant
		case "cluster":
			return ".*" // the series of one cluster need not name it
		default:
			return text // an unknown variable is no query
		}
	})
}
