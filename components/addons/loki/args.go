package loki

import (
	"cmp"
	"maps"
	"slices"
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	kubevalidation "k8s.io/apimachinery/pkg/util/validation"
	"k8s.io/apimachinery/pkg/util/validation/field"

	"github.com/mlops-iac/mlops/components/addons/chart"
	"github.com/mlops-iac/mlops/components/addons/loki/spec"
	tenantspec "github.com/mlops-iac/mlops/components/tenant/spec"
	"github.com/mlops-iac/mlops/internal/shared/defaults"
	"github.com/mlops-iac/mlops/internal/shared/validation"
)

// Record is the chart. Its values were read from production/helm/loki in
// grafana/loki; this version ships Loki 3.5.2.
var Record = chart.Record{
	Chart: "loki", Version: "6.32.0",
	Repository: "https://grafana.github.io/helm-charts",
}

// DefaultNamespace is made for Loki alone.
const DefaultNamespace = "loki"

// Args configures Loki. Nil is valid.
type Args struct {
	// Loki says how long records are kept, and on which volume; what is left out is
	// taken from spec.Default. The volume can grow but not shrink.
	spec.Loki
	// Namespace to create and install into; default DefaultNamespace.
	Namespace string `pulumi:"namespace"`
	// StorageClass of the volume; default the default class of the cluster. Another one
	// has no effect on a volume that exists.
	StorageClass string `pulumi:"storageClass"`
	// NodeSelector narrows down the nodes; default any node.
	NodeSelector map[string]string `pulumi:"nodeSelector"`
	// ClientNamespace is where the pods are that send records; required.
	ClientNamespace string `pulumi:"clientNamespace"`
	// GrafanaNamespace is where Grafana looks for data sources; default none, and
	// no data source is made.
	GrafanaNamespace pulumi.StringInput `pulumi:"grafanaNamespace"`
	// DNS is where names are answered, which Loki may reach; default tenantspec.DefaultDNS.
	DNS tenantspec.DNS `pulumi:"dns"`
	// DependsOn must exist before the release.
	DependsOn []pulumi.Resource
}

func (a *Args) withDefaults() *Args {
	in := Args{}
	if a != nil {
		in = *a
	}
	in.Namespace = cmp.Or(in.Namespace, DefaultNamespace)
	defaults.Fill(&in.Loki, spec.Default())
	in.NodeSelector, in.DependsOn = maps.Clone(in.NodeSelector), slices.Clone(in.DependsOn)
	return &in
}

func (a *Args) validate() error {
	list := a.Check(nil)
	for _, name := range []struct{ key, value string }{
		{"namespace", a.Namespace}, {"clientNamespace", a.ClientNamespace},
	} {
		if broken := kubevalidation.IsDNS1123Label(name.value); len(broken) > 0 {
			list = append(list, field.Invalid(field.NewPath(name.key), name.value, strings.Join(broken, "; ")))
		}
	}
	list = append(list, a.DNS.Check(field.NewPath("dns"))...)
	storageClass := validation.Name(field.NewPath("storageClass"), a.StorageClass, kubevalidation.IsDNS1123Subdomain)
	return validation.ToError("", append(list, storageClass...))
}

// inputs are what state and mocks show of the arguments.
func (a *Args) inputs() pulumi.Map {
	return pulumi.Map{
		"namespace":     pulumi.String(a.Namespace),
		"chartVersion":  pulumi.String(Record.Version),
		"retentionDays": pulumi.Int(a.RetentionDays),
		"storageGiB":    pulumi.Int(a.StorageGiB),
	}
}
