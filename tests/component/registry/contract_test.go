package registry_test

import (
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/mlops-iac/mlops/components/registry"
	"github.com/mlops-iac/mlops/components/registry/spec"
	"github.com/mlops-iac/mlops/tests/harness/contract"
	"github.com/mlops-iac/mlops/tests/harness/example"
	valid "github.com/mlops-iac/mlops/tests/harness/valid/registry"
)

func TestContract(t *testing.T) {
	t.Parallel()
	contract.Check(t, &registry.Registry{}, registry.Args{}, registry.Token)
}

// A repository that the nodes and the builders of two tenants pull from.
func Example() {
	example.PrintOutputs(func(ctx *pulumi.Context) (pulumi.Map, error) {
		images, err := registry.New(ctx, "images", &registry.Args{
			Registry: spec.Registry{Repositories: []spec.Repository{
				{Name: "inference", Tenants: []string{"vision", "nlp"}},
			}},
			AccountID:         "111111111111",
			Prefix:            "mlops-dev",
			PullPrincipalARNs: []pulumi.StringInput{pulumi.String("arn:aws:iam::111111111111:role/node")},
		})
		if err != nil {
			return nil, err
		}
		return images.Ref().Outputs(), nil
	}, valid.Repositories())
	// Output:
	// keyArn: arn:aws:kms:eu-west-1:111111111111:images-key
	// repositoryArns: map[inference:arn:aws:ecr:eu-west-1:111111111111:images-inference]
	// repositoryUrls: map[inference:111111111111.dkr.ecr.eu-west-1.amazonaws.com/mlops-dev/inference]
}
