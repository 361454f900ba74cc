package chart

import (
	helm "github.com/pulumi/pulumi-kubernetes/sdk/v4/go/kubernetes/helm/v3"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/mlops-iac/mlops/components/internal/contract"
)

// Ref is what others need to know of an add-on installed from a chart.
type Ref struct {
	// Namespace is where the add-on runs.
	Namespace pulumi.StringOutput `pulumi:"namespace"`
	// ReleaseName is the name of its Helm release.
	ReleaseName pulumi.StringOutput `pulumi:"releaseName"`
	// ChartVersion is the version of the chart.
	ChartVersion pulumi.StringOutput `pulumi:"chartVersion"`
}

// RefOf describes a release.
func RefOf(release *helm.Release) Ref {
	return Ref{
		Namespace:    release.Namespace.Elem(),
		ReleaseName:  release.Name.Elem(),
		ChartVersion: release.Version.Elem(),
	}
}

// Outputs returns the Ref as the map a component registers.
func (r Ref) Outputs() pulumi.Map { return contract.Outputs(r) }
