package objectstore

import (
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/mlops-iac/mlops/components/internal/contract"
)

// OutputKey is the stack output under which the platform exports the Ref.
const OutputKey = "objectStore"

// Ref holds the outputs of an object store that others use.
type Ref struct {
	// Endpoint is the URL clients use, for example "https://s3.eu-west-1.amazonaws.com".
	Endpoint pulumi.StringOutput `pulumi:"endpoint"`
	// Region is the region clients sign for.
	Region pulumi.StringOutput `pulumi:"region"`
	// RawBucket is the name of the bucket for data as it arrives.
	RawBucket pulumi.StringOutput `pulumi:"rawBucket"`
	// ProcessedBucket is the name of the bucket for data made from it.
	ProcessedBucket pulumi.StringOutput `pulumi:"processedBucket"`
	// ModelsBucket is the name of the bucket for models.
	ModelsBucket pulumi.StringOutput `pulumi:"modelsBucket"`
	// BucketARNs maps "raw", "processed" and "models" to ARNs.
	BucketARNs pulumi.StringMapOutput `pulumi:"bucketArns"`
	// KeyARN is the KMS key that encrypts the objects.
	KeyARN pulumi.StringOutput `pulumi:"keyArn"`
}

// RefFromStack reads the Ref that another stack of this platform exports.
func RefFromStack(stack *pulumi.StackReference) (Ref, error) {
	return contract.FromStack[Ref](stack, OutputKey)
}

// Outputs returns the Ref as the map a stack exports under OutputKey.
func (r Ref) Outputs() pulumi.Map { return contract.Outputs(r) }
