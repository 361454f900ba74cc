package chart

import (
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// Ref holds the outputs of an add-on installed from a chart that others use.
type Ref struct {
	// Namespace is where the add-on runs.
	Namespace pulumi.StringOutput `pulumi:"namespace"`
	// ReleaseName is the name of its Helm release.
	ReleaseName pulumi.StringOutput `pulumi:"releaseName"`
	// ChartVersion is the version of the chart.
	ChartVersion pulumi.StringOutput `pulumi:"chartVersion"`
}

// RefOf describes a release.
func RefOf(release *Release) Ref {
	return Ref{
		Namespace:    release.Namespace,
		ReleaseName:  release.Name,
		ChartVersion: release.Version,
	}
}
