package valid

import (
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/mlops-iac/mlops/components/registry"
	"github.com/mlops-iac/mlops/tests/pulumitest"
)

// Registry returns arguments of a registry with a repository two tenants share
// and one that no tenant pulls from.
func Registry() *registry.Args {
	return &registry.Args{
		AccountID: pulumitest.Account,
		Prefix:    "mlops-test",
		Repositories: []registry.Repository{
			{Name: "inference", Tenants: []string{"vision", "nlp"}},
			{Name: "training/base"},
		},
		PullPrincipalARNs: []pulumi.StringInput{
			pulumi.String("arn:aws:iam::" + pulumitest.Account + ":role/node"),
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
	place := pulumitest.Region + ":" + pulumitest.Account
	return registry.Ref{
		RepositoryURLs: pulumi.StringMap{
			"inference": pulumi.String(pulumitest.Account + ".dkr.ecr." + pulumitest.Region + ".amazonaws.com/" + image),
		}.ToStringMapOutput(),
		RepositoryARNs: pulumi.StringMap{
			"inference": pulumi.String("arn:aws:ecr:" + place + ":repository/" + image),
		}.ToStringMapOutput(),
		KeyARN: pulumi.String("arn:aws:kms:" + place + ":key/images").ToStringOutput(),
	}
}

// Repositories makes a mocked run answer for repositories what ECR would.
func Repositories() pulumitest.Option {
	return pulumitest.WithOutputs("aws:ecr/repository:Repository", func(_ string, inputs resource.PropertyMap) resource.PropertyMap {
		host := pulumitest.Account + ".dkr.ecr." + pulumitest.Region + ".amazonaws.com/"
		return resource.PropertyMap{"repositoryUrl": resource.NewProperty(host + inputs["name"].StringValue())}
	})
}
