package dcgmexporter

import (
	"cmp"
	"regexp"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"k8s.io/apimachinery/pkg/util/validation/field"

	"github.com/mlops-iac/mlops/components/addons/chart"
	"github.com/mlops-iac/mlops/internal/shared/validation"
)

// Record is the chart. Its values were read from deployment in NVIDIA/dcgm-exporter;
// this version ships exporter 4.1.3 on DCGM 4.2.3.
var Record = chart.Record{
	Chart: "dcgm-exporter", Version: "4.1.3",
	Repository: "https://nvidia.github.io/dcgm-exporter/helm-charts",
}

// DefaultInterval is the scrape interval; DCGM itself samples every 30 s, so a
// shorter one stores the same value twice.
const DefaultInterval = "30s"

// Args configures the exporter.
type Args struct {
	// Namespace to install into; required. It must admit privileged pods, as
	// the namespace of the monitoring component does.
	Namespace pulumi.StringInput `pulumi:"namespace"`
	// Interval between two scrapes; default DefaultInterval.
	Interval string `pulumi:"interval"`
	// DependsOn must exist before the release, above all the CRDs.
	DependsOn []pulumi.Resource
}

var duration = regexp.MustCompile(`^[1-9][0-9]*(s|m)$`)

func (a *Args) withDefaults() *Args {
	in := Args{}
	if a != nil {
		in = *a
	}
	in.Interval = cmp.Or(in.Interval, DefaultInterval)
	return &in
}

func (a *Args) validate() error {
	var list field.ErrorList
	if a.Namespace == nil {
		list = append(list, field.Required(field.NewPath("namespace"), "a namespace that admits privileged pods"))
	}
	if !duration.MatchString(a.Interval) {
		list = append(list, field.Invalid(field.NewPath("interval"), a.Interval, "must be a number of seconds or minutes such as 30s"))
	}
	return validation.ToError("", list)
}
