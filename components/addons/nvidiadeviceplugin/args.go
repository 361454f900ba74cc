package nvidiadeviceplugin

import (
	"cmp"
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	kubevalidation "k8s.io/apimachinery/pkg/util/validation"
	"k8s.io/apimachinery/pkg/util/validation/field"

	"github.com/mlops-iac/mlops/components/addons/chart"
	"github.com/mlops-iac/mlops/internal/shared/validation"
)

// Record is the chart. Its values were read from deployments/helm/nvidia-device-plugin in
// NVIDIA/k8s-device-plugin; chart and plugin share one version.
var Record = chart.Record{
	Chart: "nvidia-device-plugin", Version: "0.18.0",
	Repository: "https://nvidia.github.io/k8s-device-plugin",
}

// DefaultNamespace is where pods may use the priority class
// system-node-critical that the chart gives the daemon.
const DefaultNamespace = "kube-system"

// Args configures the plugin. Nil is valid.
type Args struct {
	// Namespace to install into; default DefaultNamespace.
	Namespace string `pulumi:"namespace"`
	// DependsOn must exist before the release.
	DependsOn []pulumi.Resource
}

func (a *Args) withDefaults() *Args {
	in := Args{}
	if a != nil {
		in = *a
	}
	in.Namespace = cmp.Or(in.Namespace, DefaultNamespace)
	return &in
}

func (a *Args) validate() error {
	var list field.ErrorList
	if broken := kubevalidation.IsDNS1123Label(a.Namespace); len(broken) > 0 {
		list = append(list, field.Invalid(field.NewPath("namespace"), a.Namespace, strings.Join(broken, "; ")))
	}
	return validation.ToError("", list)
}
