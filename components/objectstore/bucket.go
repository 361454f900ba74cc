package objectstore

import (
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/s3"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/mlops-iac/mlops/components/iampolicy"
	"github.com/mlops-iac/mlops/components/internal/options"
	"github.com/mlops-iac/mlops/components/internal/tagmap"
	"github.com/mlops-iac/mlops/components/objectstore/spec"
)

// hardening is how one bucket is closed; the rest is the same for all.
type hardening struct {
	suffix     string
	bucket     *s3.BucketV2
	encryption s3.BucketServerSideEncryptionConfigurationV2RuleArgs
	statements []iampolicy.Statement
	rules      s3.BucketLifecycleConfigurationV2RuleArray
}

func (b *builder) createBucket(suffix string) (*s3.BucketV2, error) {
	return s3.NewBucketV2(b.ctx, b.name+"-"+suffix, &s3.BucketV2Args{
		ForceDestroy: pulumi.Bool(b.in.ForceDestroy),
		Tags:         tagmap.With(b.in.Tags, map[string]string{"Name": b.name + "-" + suffix, "role": suffix}),
	}, options.Stateful(b.store, b.keep())...)
}

// configureBucket closes the bucket of one role and sends its access logs to
// the log bucket. It returns the versioning, which replication builds on.
func (b *builder) configureBucket(role spec.Role, logPolicy pulumi.Resource) (pulumi.Resource, error) {
	bucket := b.store.Buckets[role]
	versioning, _, err := b.harden(hardening{
		suffix: string(role),
		bucket: bucket,
		encryption: s3.BucketServerSideEncryptionConfigurationV2RuleArgs{
			BucketKeyEnabled: pulumi.Bool(true),
			ApplyServerSideEncryptionByDefault: s3.BucketServerSideEncryptionConfigurationV2RuleApplyServerSideEncryptionByDefaultArgs{
				SseAlgorithm:   pulumi.String("aws:kms"),
				KmsMasterKeyId: b.store.Key.Arn,
			},
		},
		statements: append(transportStatements(bucket), encryptionStatements(bucket, b.store.Key.Arn)...),
		rules:      dataRules(role, b.in.NoncurrentVersionDays),
	})
	if err != nil {
		return nil, err
	}
	return versioning, b.logAccess(role, logPolicy)
}

// harden applies everything that makes a bucket safe to put data in.
func (b *builder) harden(h hardening) (versioning, policy pulumi.Resource, err error) {
	prefix, id := b.name+"-"+h.suffix, h.bucket.ID().ToStringOutput()
	if policy, err = b.closeBucket(prefix, id, h.statements); err != nil {
		return nil, nil, err
	}
	_, err = s3.NewBucketServerSideEncryptionConfigurationV2(b.ctx, prefix+"-encryption",
		&s3.BucketServerSideEncryptionConfigurationV2Args{
			Bucket: id,
			Rules:  s3.BucketServerSideEncryptionConfigurationV2RuleArray{h.encryption},
		}, b.child()...)
	if err != nil {
		return nil, nil, err
	}
	versioning, err = s3.NewBucketVersioningV2(b.ctx, prefix+"-versioning", &s3.BucketVersioningV2Args{
		Bucket: id,
		VersioningConfiguration: s3.BucketVersioningV2VersioningConfigurationArgs{
			Status: pulumi.String(enabled),
		},
	}, b.child()...)
	if err != nil {
		return nil, nil, err
	}
	// Rules about old versions mean something only once versions exist.
	_, err = s3.NewBucketLifecycleConfigurationV2(b.ctx, prefix+"-lifecycle", &s3.BucketLifecycleConfigurationV2Args{
		Bucket: id,
		Rules:  h.rules,
	}, b.child(versioning)...)
	return versioning, policy, err
}

// closeBucket blocks public access, switches ACLs off and sets the policy.
func (b *builder) closeBucket(prefix string, id pulumi.StringInput, statements []iampolicy.Statement) (pulumi.Resource, error) {
	block, err := s3.NewBucketPublicAccessBlock(b.ctx, prefix+"-public-access", &s3.BucketPublicAccessBlockArgs{
		Bucket:                id,
		BlockPublicAcls:       pulumi.Bool(true),
		BlockPublicPolicy:     pulumi.Bool(true),
		IgnorePublicAcls:      pulumi.Bool(true),
		RestrictPublicBuckets: pulumi.Bool(true),
	}, b.child()...)
	if err != nil {
		return nil, err
	}
	// S3 refuses two of these changes on one bucket at the same time.
	ownership, err := s3.NewBucketOwnershipControls(b.ctx, prefix+"-ownership", &s3.BucketOwnershipControlsArgs{
		Bucket: id,
		Rule:   s3.BucketOwnershipControlsRuleArgs{ObjectOwnership: pulumi.String("BucketOwnerEnforced")},
	}, b.child(block)...)
	if err != nil {
		return nil, err
	}
	// The policy comes last, so that S3 itself refuses it should it ever be public.
	return s3.NewBucketPolicy(b.ctx, prefix+"-policy", &s3.BucketPolicyArgs{
		Bucket: id,
		Policy: iampolicy.Document(statements...),
	}, b.child(block, ownership)...)
}
