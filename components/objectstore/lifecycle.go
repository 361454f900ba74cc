package objectstore

import (
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/s3"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/mlops-iac/mlops/components/objectstore/spec"
)

// The vocabulary of lifecycle rules.
const (
	enabled            = "Enabled"
	disabled           = "Disabled"
	intelligentTiering = "INTELLIGENT_TIERING"
)

// rule returns an enabled rule for every object of a bucket; the caller adds
// what it does.
func rule(id string) s3.BucketLifecycleConfigurationV2RuleArgs {
	return s3.BucketLifecycleConfigurationV2RuleArgs{
		Id:     pulumi.String(id),
		Status: pulumi.String(enabled),
		Filter: s3.BucketLifecycleConfigurationV2RuleFilterArgs{Prefix: pulumi.String("")},
	}
}

// cleanupRules remove what no listing shows: parts of uploads that never
// finished, versions too old to restore, and delete markers with nothing left
// to hide. The last one needs a rule of its own: S3 does not combine it with
// an expiry in days.
func cleanupRules(noncurrentDays int) s3.BucketLifecycleConfigurationV2RuleArray {
	uploads := rule("abort-incomplete-uploads")
	uploads.AbortIncompleteMultipartUpload = s3.BucketLifecycleConfigurationV2RuleAbortIncompleteMultipartUploadArgs{
		DaysAfterInitiation: pulumi.Int(AbortMultipartDays),
	}
	versions := rule("expire-noncurrent-versions")
	versions.NoncurrentVersionExpiration = s3.BucketLifecycleConfigurationV2RuleNoncurrentVersionExpirationArgs{
		NoncurrentDays: pulumi.Int(noncurrentDays),
	}
	markers := rule("remove-expired-delete-markers")
	markers.Expiration = s3.BucketLifecycleConfigurationV2RuleExpirationArgs{
		ExpiredObjectDeleteMarker: pulumi.Bool(true),
	}
	return s3.BucketLifecycleConfigurationV2RuleArray{uploads, versions, markers}
}

// dataRules are the rules of a role's bucket. Models stay in the standard
// class: the current ones are read at every pod start, and the rest is small.
func dataRules(role spec.Role, noncurrentDays int) s3.BucketLifecycleConfigurationV2RuleArray {
	rules := cleanupRules(noncurrentDays)
	if role == spec.Models {
		return rules
	}
	tiering := rule("intelligent-tiering")
	tiering.Transitions = s3.BucketLifecycleConfigurationV2RuleTransitionArray{
		s3.BucketLifecycleConfigurationV2RuleTransitionArgs{
			Days:         pulumi.Int(IntelligentTieringDays),
			StorageClass: pulumi.String(intelligentTiering),
		},
	}
	return append(rules, tiering)
}

// logRules let access logs go after their time.
func logRules(accessLogDays, noncurrentDays int) s3.BucketLifecycleConfigurationV2RuleArray {
	logs := rule("expire-access-logs")
	logs.Expiration = s3.BucketLifecycleConfigurationV2RuleExpirationArgs{Days: pulumi.Int(accessLogDays)}
	return append(cleanupRules(noncurrentDays), logs)
}
