package objectstore

import (
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/s3"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/mlops-iac/mlops/components/iampolicy"
	"github.com/mlops-iac/mlops/components/objectstore/spec"
)

const (
	logSuffix = "access-logs"
	// logService is the principal that writes access logs, in every partition.
	logService = "logging.s3.amazonaws.com"
)

// createLogBucket makes the bucket for access logs and returns its policy,
// without which S3 cannot deliver.
func (b *builder) createLogBucket() (pulumi.Resource, error) {
	bucket, err := b.createBucket(logSuffix)
	if err != nil {
		return nil, err
	}
	b.store.LogBucket = bucket
	_, policy, err := b.harden(hardening{
		suffix: logSuffix,
		bucket: bucket,
		encryption: s3.BucketServerSideEncryptionConfigurationV2RuleArgs{
			// Access logs are not delivered to a bucket whose default is SSE-KMS.
			ApplyServerSideEncryptionByDefault: s3.BucketServerSideEncryptionConfigurationV2RuleApplyServerSideEncryptionByDefaultArgs{
				SseAlgorithm: pulumi.String("AES256"),
			},
		},
		statements: append(transportStatements(bucket), b.deliveryStatement(bucket)),
		rules:      logRules(b.in.AccessLogRetentionDays, b.in.NoncurrentVersionDays),
	})
	return policy, err
}

// deliveryStatement lets S3 write the logs of these buckets and no others.
func (b *builder) deliveryStatement(bucket *s3.BucketV2) iampolicy.Statement {
	var sources, targets []pulumi.StringInput
	for _, role := range spec.Roles() {
		sources = append(sources, b.store.Buckets[role].Arn)
		targets = append(targets, pulumi.Sprintf("%s/%s*", bucket.Arn, logPrefix(role)))
	}
	return iampolicy.Statement{
		Sid:        "AllowLogDelivery",
		Principals: iampolicy.Principals{iampolicy.Service: iampolicy.Strings(logService)},
		Actions:    []string{"s3:PutObject"},
		Resources:  targets,
		Conditions: iampolicy.Conditions{
			"ArnLike":      {"aws:SourceArn": sources},
			"StringEquals": {"aws:SourceAccount": iampolicy.Strings(b.in.AccountID)},
		},
	}
}

// logAccess sends the access logs of one role's bucket to the log bucket.
func (b *builder) logAccess(role spec.Role, logPolicy pulumi.Resource) error {
	// S3 tests that it may deliver when logging is switched on.
	_, err := s3.NewBucketLoggingV2(b.ctx, b.name+"-"+string(role)+"-logging", &s3.BucketLoggingV2Args{
		Bucket:       b.store.Buckets[role].ID(),
		TargetBucket: b.store.LogBucket.ID(),
		TargetPrefix: pulumi.String(logPrefix(role)),
		TargetObjectKeyFormat: s3.BucketLoggingV2TargetObjectKeyFormatArgs{
			PartitionedPrefix: s3.BucketLoggingV2TargetObjectKeyFormatPartitionedPrefixArgs{
				PartitionDateSource: pulumi.String("EventTime"),
			},
		},
	}, b.child(logPolicy)...)
	return err
}

func logPrefix(role spec.Role) string { return string(role) + "/" }
