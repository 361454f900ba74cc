package metricsserver

import (
	"cmp"
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	kubevalidation "k8s.io/apimachinery/pkg/util/validation"
	"k8s.io/apimachinery/pkg/util/validation/field"

	"github.com/mlops-iac/mlops/components/addons/chart"
	"github.com/mlops-iac/mlops/internal/shared/validation"
)

// Record is the chart. Its values were read from charts/metrics-server in
// kubernetes-sigs/metrics-server; this version ships metrics-server 0.8.1.
var Record = chart.Record{
	Chart: "metrics-server", Version: "3.13.1",
	Repository: "https://kubernetes-sigs.github.io/metrics-server/",
}

// DefaultNamespace is where pods may use the priority class
// system-cluster-critical that the chart gives the server.
const DefaultNamespace = "kube-system"

// certificateDays is ten years: the chart does not renew its certificate.
const certificateDays = 3650

// Args configures the server. Nil is valid.
type Args struct {
	// Namespace to install into; default DefaultNamespace.
	Namespace string `pulumi:"namespace"`
	// InsecureKubeletTLS accepts kubelet certificates that no authority of the
	// cluster signed, as those of kind; default false.
	InsecureKubeletTLS bool `pulumi:"insecureKubeletTls"`
	// NodeSelector chooses nodes by label; default any node.
	NodeSelector map[string]string `pulumi:"nodeSelector"`
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
