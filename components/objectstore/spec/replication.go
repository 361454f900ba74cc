package spec

import (
	"fmt"
	"maps"
	"slices"

	"k8s.io/apimachinery/pkg/util/validation/field"

	"github.com/mlops-iac/mlops/internal/shared/awsenv"
	"github.com/mlops-iac/mlops/internal/shared/validation"
)

// Replication copies new objects to versioned buckets of the same account in another region.
type Replication struct {
	// DestinationBucketARNs maps `raw`, `processed` and `models` to the bucket that receives the copies.
	DestinationBucketARNs map[Role]string `json:"destinationBucketArns" pulumi:"destinationBucketArns" required:"the ARN of the copy of at least one bucket"`
	// DestinationKeyARN is the KMS key, in the other region, that encrypts the copies.
	DestinationKeyARN string `json:"destinationKeyArn" pulumi:"destinationKeyArn" required:"the ARN of the KMS key that encrypts the copies"`
}

// Check reports destinations that S3 refuses; place is that of the originals.
// What must be there is said by `required`.
func (r Replication) Check(path *field.Path, place awsenv.Place) field.ErrorList {
	var list field.ErrorList
	for _, role := range slices.Sorted(maps.Keys(r.DestinationBucketARNs)) {
		list = append(list, CheckDestinationBucket(path, role, r.DestinationBucketARNs[role], place)...)
	}
	if r.DestinationKeyARN == "" {
		return list
	}
	return append(list, CheckDestinationKey(path, r.DestinationKeyARN, place)...)
}

// CheckDestinationBucket reports a role that there is not, and what is no bucket
// of the partition. path is that of the replication.
func CheckDestinationBucket(path *field.Path, role Role, arn string, place awsenv.Place) field.ErrorList {
	entry := path.Child("destinationBucketArns").Key(string(role))
	if !validation.IsSupported(role) {
		return field.ErrorList{field.NotSupported(entry, role, Roles())}
	}
	if bucket, _ := awsenv.ParseARN(arn); !awsenv.IsBucketARN(arn) || bucket.Partition != place.Partition {
		return field.ErrorList{field.Invalid(entry, arn, fmt.Sprintf("must be the ARN of a bucket in partition %s", place.Partition))}
	}
	return nil
}

// CheckDestinationKey reports what is no key of the partition in another region
// and in the account of the buckets: copies stay in the account, and its policies
// cannot open the key of another. An account that is itself wrong is not compared.
// path is that of the replication.
func CheckDestinationKey(path *field.Path, arn string, place awsenv.Place) field.ErrorList {
	key, _ := awsenv.ParseARN(arn)
	switch {
	case !awsenv.IsKeyARN(arn) || key.Partition != place.Partition:
		return field.ErrorList{field.Invalid(path.Child("destinationKeyArn"), arn,
			fmt.Sprintf("must be the ARN of a KMS key in partition %s", place.Partition))}
	case key.Region == place.Region:
		return field.ErrorList{field.Invalid(path.Child("destinationKeyArn"), arn,
			fmt.Sprintf("must be in another region than the buckets (%s)", place.Region))}
	case awsenv.IsAccountID(place.AccountID) && key.AccountID != place.AccountID:
		return field.ErrorList{field.Invalid(path.Child("destinationKeyArn"), arn, "must be in account "+place.AccountID)}
	}
	return nil
}
