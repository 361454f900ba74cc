package awsvalues

import (
	"fmt"
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/mlops-iac/mlops/components/registry"
	valid "github.com/mlops-iac/mlops/tests/harness/valid/registry"
)

const repositoryType = "aws:ecr/repository:Repository"

// repositoryCase is a wrong name of an additional repository.
func repositoryCase(name, repository string) Case {
	return Case{
		Name: name,
		Settings: func(file map[string]any) {
			platform := file["config"].(map[string]any)["mlops:platform"].(map[string]any)
			held := platform["registry"].(map[string]any)
			held["repositories"] = append(held["repositories"].([]any), map[string]any{"name": repository})
		},
		Message: fmt.Sprintf("registry.repositories[2].name: Invalid value: %q: must be 2 to 128 of a-z, 0-9", repository),
		Type:    repositoryType, Property: "name", Value: repository,
	}
}

func registryCases() []Case {
	const policyType, policy = "aws:ecr/lifecyclePolicy:LifecyclePolicy", "policy"
	keepNone := `{"rules":[{"rulePriority":1,"selection":{"tagStatus":"any","countType":"imageCountMoreThan","countNumber":0},"action":{"type":"expire"}}]}`
	return []Case{
		repositoryCase("a repository with upper case", "Inference"),
		repositoryCase("a repository with two slashes", "team//inference"),
		repositoryCase("a repository that ends in a hyphen", "inference-"),
		repositoryCase("a repository with a tag", "inference:latest"),
		repositoryCase("a repository of one character", "i"),
		{
			Name: "a repository longer than ECR allows",
			Args: args(valid.Registry, func(a *registry.Args) {
				a.Repositories[0].Name = strings.Repeat("r", 250)
			}, registry.New),
			Message: "must make, with the prefix, a name of at most 256 characters, not 261",
			Type:    repositoryType, Property: "name", Value: "mlops-test/" + strings.Repeat("r", 250),
		},
		{
			Name: "a registry that keeps no image", Settings: set("registry.keepImages", 0),
			Message: "registry.keepImages: Invalid value: 0: must be 1 to 10000", Type: policyType, Property: policy, Value: keepNone,
		},
		{
			Name:    "a registry component that keeps fewer images than none",
			Args:    args(valid.Registry, func(a *registry.Args) { a.KeepImages = -1 }, registry.New),
			Message: "keepImages: Invalid value: -1: must be 1 to 10000", Type: policyType, Property: policy,
			Value: strings.Replace(keepNone, `"countNumber":0`, `"countNumber":-1`, 1),
		},
		{
			Name: "a protected tag that no tag begins with", Settings: set("registry.protectedTagPrefix", "-v"),
			Message: `registry.protectedTagPrefix: Invalid value: "-v": must be 1 to 64 of a-z, A-Z, 0-9 and _ . -, first none of . -`,
		},
		{
			Name: "a policy that may pull images",
			Args: args(valid.Registry, func(a *registry.Args) {
				a.PullPrincipalARNs = []pulumi.StringInput{pulumi.String("arn:aws:iam::111111111111:policy/pull")}
			}, registry.New),
			Message: `pullPrincipalArns[0]: Invalid value: "arn:aws:iam::111111111111:policy/pull": must be the ARN of an IAM role`,
		},
	}
}
