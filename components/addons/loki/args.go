package loki

import (
	"cmp"
	"maps"
	"slices"
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"k8s.io/apimachinery/pkg/util/validation"
	"k8s.io/apimachinery/pkg/util/validation/field"

	"github.com/mlops-iac/mlops/internal/faults"
)

// The chart. Its values were read from production/helm/loki in grafana/loki;
// ChartVersion ships Loki 3.5.2.
const (
	Chart        = "loki"
	ChartVersion = "6.32.0"
	Repository   = "https://grafana.github.io/helm-charts"
)

const (
	// DefaultNamespace is made for Loki alone.
	DefaultNamespace = "loki"
	// Port is that of Loki's HTTP API, its own default.
	Port = 3100
	// DefaultRetentionDays is a week of logs.
	DefaultRetentionDays = 7
	// DefaultStorageGiB holds a week of a few tenants: Loki stores about a tenth
	// of what comes in.
	DefaultStorageGiB = 10
)

// Bounds of Args.
const (
	maxRetentionDays = 365
	maxStorageGiB    = 65536
)

// Args configures Loki. Nil is valid.
type Args struct {
	// Namespace to create and install into; default DefaultNamespace.
	Namespace string
	// RetentionDays is how long records are kept, 1 to 365; default
	// DefaultRetentionDays.
	RetentionDays int
	// StorageGiB is the size of the volume; default DefaultStorageGiB.
	StorageGiB int
	// StorageClass of the volume; default the default class of the cluster.
	StorageClass string
	// NodeSelector narrows down the nodes; default any node.
	NodeSelector map[string]string
	// ClientNamespace is where the pods are that send records; required.
	ClientNamespace string
	// GrafanaNamespace is where Grafana looks for data sources; default none, and
	// no data source is made.
	GrafanaNamespace pulumi.StringInput
	// DependsOn must exist before the release.
	DependsOn []pulumi.Resource
}

func (a *Args) withDefaults() *Args {
	in := Args{}
	if a != nil {
		in = *a
	}
	in.Namespace = cmp.Or(in.Namespace, DefaultNamespace)
	in.RetentionDays = cmp.Or(in.RetentionDays, DefaultRetentionDays)
	in.StorageGiB = cmp.Or(in.StorageGiB, DefaultStorageGiB)
	in.NodeSelector, in.DependsOn = maps.Clone(in.NodeSelector), slices.Clone(in.DependsOn)
	return &in
}

func (a *Args) validate() error {
	var list field.ErrorList
	for _, name := range []struct{ key, value string }{
		{"namespace", a.Namespace}, {"clientNamespace", a.ClientNamespace},
	} {
		if broken := validation.IsDNS1123Label(name.value); len(broken) > 0 {
			list = append(list, field.Invalid(field.NewPath(name.key), name.value, strings.Join(broken, "; ")))
		}
	}
	if a.RetentionDays < 1 || a.RetentionDays > maxRetentionDays {
		list = append(list, field.Invalid(field.NewPath("retentionDays"), a.RetentionDays, "must be 1 to 365"))
	}
	if a.StorageGiB < 1 || a.StorageGiB > maxStorageGiB {
		list = append(list, field.Invalid(field.NewPath("storageGiB"), a.StorageGiB, "must be 1 to 65536"))
	}
	if broken := validation.IsDNS1123Subdomain(a.StorageClass); a.StorageClass != "" && len(broken) > 0 {
		list = append(list, field.Invalid(field.NewPath("storageClass"), a.StorageClass, strings.Join(broken, "; ")))
	}
	return faults.ToError("", list)
}

// inputs are what state and mocks show of the arguments.
func (a *Args) inputs() pulumi.Map {
	return pulumi.Map{
		"namespace":     pulumi.String(a.Namespace),
		"chartVersion":  pulumi.String(ChartVersion),
		"retentionDays": pulumi.Int(a.RetentionDays),
		"storageGiB":    pulumi.Int(a.StorageGiB),
	}
}
