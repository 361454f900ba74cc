package registry

import (
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/mlops-iac/mlops/components/internal/contract"
)

// OutputKey is the stack output under which the platform exports the Ref.
const OutputKey = "registry"

// Ref holds the outputs of a registry that others use.
type Ref struct {
	// RepositoryURLs maps repository name to the URL images are pulled from.
	RepositoryURLs pulumi.StringMapOutput `pulumi:"repositoryUrls"`
	// RepositoryARNs maps repository name to its ARN.
	RepositoryARNs pulumi.StringMapOutput `pulumi:"repositoryArns"`
	// KeyARN is the KMS key that encrypts the images.
	KeyARN pulumi.StringOutput `pulumi:"keyArn"`
}

// RefFromStack reads the Ref that another stack of this platform exports.
func RefFromStack(stack *pulumi.StackReference) (Ref, error) {
	return contract.FromStack[Ref](stack, OutputKey)
}

// Outputs returns the Ref as the map a stack exports under OutputKey.
func (r Ref) Outputs() pulumi.Map { return contract.Outputs(r) }
