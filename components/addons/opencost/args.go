package opencost

import (
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"k8s.io/apimachinery/pkg/util/validation/field"

	"github.com/mlops-iac/mlops/components/addons/chart"
	"github.com/mlops-iac/mlops/internal/shared/validation"
)

// Record is the chart. Its values were read from charts/opencost in
// opencost/opencost-helm-chart; this version ships OpenCost 1.115.0.
var Record = chart.Record{
	Chart: "opencost", Version: "2.1.5",
	Repository: "https://opencost.github.io/opencost-helm-chart",
}

const (
	// cpu and memory are reserved: the chart's own CPU, and half of its limit of
	// 1 GiB, which is for clusters of hundreds of nodes.
	cpu, memory = "10m", "512Mi"
	// userID is the user of OpenCost's own manifests.
	userID = 1001
	// scrapeInterval suits prices, which change by the hour.
	scrapeInterval = "1m"
)

// Args configures OpenCost.
type Args struct {
	// Namespace to install into; required.
	Namespace pulumi.StringInput `pulumi:"namespace"`
	// PrometheusURL is the URL of Prometheus inside the cluster, which must scrape
	// kube-state-metrics and cAdvisor; required.
	PrometheusURL pulumi.StringInput `pulumi:"prometheusUrl"`
	// ClusterID names the cluster in reports; required.
	ClusterID string `pulumi:"clusterId"`
	// NodeSelector chooses nodes by label; default any node.
	NodeSelector map[string]string `pulumi:"nodeSelector"`
	// DependsOn must exist before the release, above all the CRDs.
	DependsOn []pulumi.Resource
}

func (a *Args) withDefaults() *Args {
	in := Args{}
	if a != nil {
		in = *a
	}
	return &in
}

func (a *Args) validate() error {
	var list field.ErrorList
	if a.Namespace == nil {
		list = append(list, field.Required(field.NewPath("namespace"), "an existing namespace"))
	}
	if a.PrometheusURL == nil {
		list = append(list, field.Required(field.NewPath("prometheusUrl"), "the URL of Prometheus"))
	}
	if a.ClusterID == "" {
		list = append(list, field.Required(field.NewPath("clusterId"), "the name of the cluster in reports"))
	}
	return validation.ToError("", list)
}
