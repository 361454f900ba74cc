package awsvalues

import (
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/mlops-iac/mlops/components/addons/storageclass"
	"github.com/mlops-iac/mlops/components/objectstore"
	"github.com/mlops-iac/mlops/components/objectstore/spec"
	validaddons "github.com/mlops-iac/mlops/tests/harness/valid/addons"
	validobjectstore "github.com/mlops-iac/mlops/tests/harness/valid/objectstore"
)

const (
	bucketType    = "aws:s3/bucketV2:BucketV2"
	lifecycleType = "aws:s3/bucketLifecycleConfigurationV2:BucketLifecycleConfigurationV2"
)

// bucketCase is a component whose name makes wrong names of buckets.
func bucketCase(name, store, message string) Case {
	return Case{
		Name: name, Args: named(store, validobjectstore.ObjectStore, func(*objectstore.Args) {}, objectstore.New),
		Message: message, Type: bucketType, Property: "bucket", Value: store + "-access-logs-1234567",
	}
}

// copyCase is a wrong destination of a replication. No stack here replicates.
func copyCase(name, bucket, key, message string) Case {
	return Case{
		Name: name, Message: message,
		Settings: set("objectStore.replication", map[string]any{
			"destinationBucketArns": map[string]any{"raw": bucket}, "destinationKeyArn": key,
		}),
	}
}

func bucketCases() []Case {
	const characters = "must consist of a-z, 0-9 and '-' and begin with a letter or digit"
	const bucket, key = "arn:aws:s3:::copy-raw", "arn:aws:kms:eu-central-1:111111111111:key/copy"
	long := strings.Repeat("b", 44)
	cases := []Case{
		bucketCase("a bucket with upper case", "Store", `name: Invalid value: "Store": `+characters),
		bucketCase("a bucket with underscores", "my_store", `name: Invalid value: "my_store": `+characters),
		bucketCase("a bucket longer than S3 allows", long, "name: Too long: may not be more than 43 bytes"),
		bucketCase("a bucket with a beginning S3 keeps", "xn--store", `name: Invalid value: "xn--store": must not begin with xn--`),
		{
			Name: "old versions for no day", Settings: set("objectStore.noncurrentVersionDays", 0),
			Message: "objectStore.noncurrentVersionDays: Invalid value: 0: must be 1 to 3653",
			Type:    lifecycleType, Property: "rules[1].noncurrentVersionExpiration.noncurrentDays", Value: 0,
		},
		{
			Name:    "an object store component that keeps versions for less than no day",
			Args:    args(validobjectstore.ObjectStore, func(a *objectstore.Args) { a.NoncurrentVersionDays = -1 }, objectstore.New),
			Message: "noncurrentVersionDays: Invalid value: -1: must be 1 to 3653",
			Type:    lifecycleType, Property: "rules[1].noncurrentVersionExpiration.noncurrentDays", Value: -1,
		},
		{
			Name: "access logs for no day", Settings: set("objectStore.accessLogRetentionDays", 0),
			Message: "objectStore.accessLogRetentionDays: Invalid value: 0: must be 1 to 3653",
			Type:    lifecycleType, Property: "rules[0].expiration.days", Value: 0,
		},
		copyCase("a copy in the own region", bucket, "arn:aws:kms:eu-west-1:111111111111:key/copy",
			"objectStore.replication.destinationKeyArn: Invalid value: \"arn:aws:kms:eu-west-1:111111111111:key/copy\": must be in another region"),
		copyCase("a key of another account", bucket, "arn:aws:kms:eu-central-1:222222222222:key/copy",
			"objectStore.replication.destinationKeyArn: Invalid value: \"arn:aws:kms:eu-central-1:222222222222:key/copy\": must be in account 111111111111"),
		copyCase("an alias for a key", bucket, "arn:aws:kms:eu-central-1:111111111111:alias/copy",
			"objectStore.replication.destinationKeyArn: Invalid value: \"arn:aws:kms:eu-central-1:111111111111:alias/copy\": must be the ARN of a KMS key"),
		copyCase("a key without an account", bucket, "arn:aws:kms:eu-central-1::key/copy",
			"objectStore.replication.destinationKeyArn: Invalid value: \"arn:aws:kms:eu-central-1::key/copy\": must be the ARN of a KMS key"),
		copyCase("objects for a bucket", bucket+"/*", key,
			"objectStore.replication.destinationBucketArns[raw]: Invalid value: \"arn:aws:s3:::copy-raw/*\": must be the ARN of a bucket"),
		copyCase("a name for the ARN of a bucket", "copy-raw", key,
			"objectStore.replication.destinationBucketArns[raw]: Invalid value: \"copy-raw\": must be the ARN of a bucket"),
		{
			Name: "an alias for the key of a storage class",
			Args: args(validaddons.StorageClass, func(a *storageclass.Args) {
				a.KMSKeyARN = pulumi.String("arn:aws:kms:eu-west-1:111111111111:alias/volumes")
			}, storageclass.New),
			Message: `kmsKeyArn: Invalid value: "arn:aws:kms:eu-west-1:111111111111:alias/volumes": must be the ARN of a KMS key`,
		},
	}
	return append(cases, componentCopyCases()...)
}

// componentCopyCases are destinations given to the component as plain text.
func componentCopyCases() []Case {
	const own = "arn:aws:kms:eu-west-1:111111111111:key/copy"
	return []Case{
		{
			Name: "an object store component that copies into its own region",
			Args: args(validobjectstore.ReplicatedObjectStore, func(a *objectstore.Args) {
				a.Replication.DestinationKeyARN = pulumi.String(own)
			}, objectstore.New),
			Message: `replication.destinationKeyArn: Invalid value: "` + own + `": must be in another region than the buckets (eu-west-1)`,
		},
		{
			Name: "an object store component that copies to a table",
			Args: args(validobjectstore.ReplicatedObjectStore, func(a *objectstore.Args) {
				a.Replication.DestinationBucketARNs[spec.Raw] = pulumi.String("arn:aws:dynamodb:eu-west-1:111111111111:table/raw")
			}, objectstore.New),
			Message: `replication.destinationBucketArns[raw]: Invalid value: "arn:aws:dynamodb:eu-west-1:111111111111:table/raw": must be the ARN of a bucket`,
		},
	}
}
