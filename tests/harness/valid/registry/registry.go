// Package valid has valid arguments for the tests of registry, which change what they are about.
package valid

import (
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/mlops-iac/mlops/components/registry"
	"github.com/mlops-iac/mlops/components/registry/spec"
	"github.com/mlops-iac/mlops/tests/harness"
)

// Registry returns arguments of a registry with a repository two tenants share
// and one that no tenant pulls from.
func Registry() *registry.Args {
	return &registry.Args{
		AccountID: harness.Account,
		Prefix:    "mlops-test",
		Registry: spec.Registry{Repositories: []spec.Repository{
			{Name: "inference", Tenants: []string{"vision", "nlp"}},
			{Name: "training/base"},
		}},
		PullPrincipalARNs: []pulumi.StringInput{
			pulumi.String("arn:aws:iam::" + harness.Account + ":role/node"),
		},
		Tags: map[string]string{
			"project": "mlops", "environment": "test", "owner": "ml-platform",
			"cost-center": "ml-001", "managed-by": "pulumi",
		},
	}
}

// RegistryRef returns the Ref of a registry made elsewhere.
func RegistryRef() registry.Ref {
	const image = "mlops-test/inference"
	place := harness.Region + ":" + harness.Account
	return registry.Ref{
		RepositoryURLs: pulumi.StringMap{
			"inference": pulumi.String(harness.Account + ".dkr.ecr." + harness.Region + ".amazonaws.com/" + image),
		}.ToStringMapOutput(),
		RepositoryARNs: pulumi.StringMap{
			"inference": pulumi.String("arn:aws:ecr:" + place + ":repository/" + image),
		}.ToStringMapOutput(),
		KeyARN: pulumi.String("arn:aws:kms:" + place + ":key/images").ToStringOutput(),
	}
}

// ImageLookup asks ECR whether somebody has pushed an image.
const ImageLookup = "aws:ecr/getImage:getImage"

// Repositories makes a mocked run answer for repositories what ECR would, with every
// image in them.
func Repositories() harness.Option {
	urls := harness.WithOutputs("aws:ecr/repository:Repository", func(_ string, inputs resource.PropertyMap) resource.PropertyMap {
		host := harness.Account + ".dkr.ecr." + harness.Region + ".amazonaws.com/"
		return resource.PropertyMap{"repositoryUrl": resource.NewProperty(host + inputs["name"].StringValue())}
	})
	return harness.Together(urls, harness.WithCall(ImageLookup, resource.PropertyMap{}))
}
