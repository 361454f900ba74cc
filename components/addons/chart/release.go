package chart

import (
	"github.com/pulumi/pulumi-kubernetes/sdk/v4/go/kubernetes/utilities"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// ReleaseToken is the type token of a Helm release in the Kubernetes provider.
const ReleaseToken = "kubernetes:helm.sh/v3:Release"

// Release is a Helm release of the Kubernetes provider with the outputs used
// here. The SDK's own type lies in a package that imports every API group of
// Kubernetes, 57 packages that each importer would compile; a test compares what
// the two register.
type Release struct {
	pulumi.CustomResourceState
	// Name is the name of the release in the cluster.
	Name pulumi.StringOutput `pulumi:"name"`
	// Namespace is where the release is.
	Namespace pulumi.StringOutput `pulumi:"namespace"`
	// Version is the version of the chart.
	Version pulumi.StringOutput `pulumi:"version"`
}

// register registers the release with inputs under the SDK's names.
func register(ctx *pulumi.Context, name string, inputs pulumi.Map, opts ...pulumi.ResourceOption) (*Release, error) {
	// A constant that the SDKs send with every release.
	inputs["compat"] = pulumi.String("true")
	release := &Release{}
	err := ctx.RegisterResource(ReleaseToken, name, inputs, release, utilities.PkgResourceDefaultOpts(opts)...)
	if err != nil {
		return nil, err
	}
	return release, nil
}
