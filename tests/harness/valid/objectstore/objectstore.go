// Package valid has valid arguments for the tests of objectstore, which change what they are about.
package valid

import (
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/mlops-iac/mlops/components/objectstore"
	"github.com/mlops-iac/mlops/components/objectstore/spec"
	"github.com/mlops-iac/mlops/tests/harness"
)

// ObjectStore returns arguments of an object store without replication.
func ObjectStore() *objectstore.Args {
	return &objectstore.Args{
		AccountID: harness.Account,
		Region:    harness.Region,
		Tags: map[string]string{
			"project": "mlops", "environment": "test", "owner": "ml-platform",
			"cost-center": "ml-001", "managed-by": "pulumi",
		},
	}
}

// ReplicatedObjectStore returns arguments of an object store whose buckets are
// all copied to another region.
func ReplicatedObjectStore() *objectstore.Args {
	args := ObjectStore()
	args.Replication = &objectstore.Replication{
		DestinationBucketARNs: map[spec.Role]pulumi.StringInput{},
		DestinationKeyARN:     pulumi.String("arn:aws:kms:eu-central-1:" + harness.Account + ":key/copy"),
	}
	for _, role := range spec.Roles() {
		args.Replication.DestinationBucketARNs[role] = pulumi.String("arn:aws:s3:::copy-" + string(role))
	}
	return args
}

// ObjectStoreRef returns the Ref of an object store.
func ObjectStoreRef() objectstore.Ref {
	return objectstore.Ref{
		Endpoint:        pulumi.String("https://s3.eu-west-1.amazonaws.com").ToStringOutput(),
		Region:          pulumi.String(harness.Region).ToStringOutput(),
		RawBucket:       pulumi.String("store-raw").ToStringOutput(),
		ProcessedBucket: pulumi.String("store-processed").ToStringOutput(),
		ModelsBucket:    pulumi.String("store-models").ToStringOutput(),
		BucketARNs: pulumi.StringMap{
			"raw":       pulumi.String("arn:aws:s3:::store-raw"),
			"processed": pulumi.String("arn:aws:s3:::store-processed"),
			"models":    pulumi.String("arn:aws:s3:::store-models"),
		}.ToStringMapOutput(),
		KeyARN: pulumi.String("arn:aws:kms:eu-west-1:" + harness.Account + ":key/objects").ToStringOutput(),
	}
}
