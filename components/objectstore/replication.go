package objectstore

import (
	"fmt"
	"slices"
	"strings"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/iam"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/s3"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/mlops-iac/mlops/components/iampolicy"
	"github.com/mlops-iac/mlops/components/internal/tagmap"
	"github.com/mlops-iac/mlops/components/objectstore/spec"
	"github.com/mlops-iac/mlops/internal/shared/awsenv"
)

// replicatedRoles are the roles with a destination, in the fixed order of Roles.
func (r *Replication) replicatedRoles() []spec.Role {
	return slices.DeleteFunc(spec.Roles(), func(role spec.Role) bool { return r.DestinationBucketARNs[role] == nil })
}

func (b *builder) replicate(versioned map[spec.Role]pulumi.Resource) error {
	role, err := iam.NewRole(b.ctx, b.name+"-replication", &iam.RoleArgs{
		Description: pulumi.Sprintf("Copies objects of %s to another region", b.name),
		// S3 documents no source condition for replication; the account is bound by
		// the role's own policy, which names every bucket and key.
		AssumeRolePolicy: iampolicy.ServiceTrust("s3.amazonaws.com"),
		Tags:             tagmap.Plain(b.in.Tags),
	}, b.child()...)
	if err != nil {
		return err
	}
	policy, err := iam.NewRolePolicy(b.ctx, b.name+"-replication-policy", &iam.RolePolicyArgs{
		Role:   role.ID(),
		Policy: iampolicy.Document(b.replicationStatements()...),
	}, b.child()...)
	if err != nil {
		return err
	}
	for _, replicated := range b.in.Replication.replicatedRoles() {
		// S3 accepts replication only between versioned buckets, and copying fails
		// for good for objects written before the role may read them.
		_, err := s3.NewBucketReplicationConfig(b.ctx, b.name+"-"+string(replicated)+"-replication", &s3.BucketReplicationConfigArgs{
			Bucket: b.store.Buckets[replicated].ID(),
			Role:   role.Arn,
			Rules:  s3.BucketReplicationConfigRuleArray{b.replicationRule(replicated)},
		}, b.child(versioned[replicated], policy)...)
		if err != nil {
			return fmt.Errorf("%s bucket: %w", replicated, err)
		}
	}
	return nil
}

func (b *builder) replicationRule(role spec.Role) s3.BucketReplicationConfigRuleArgs {
	return s3.BucketReplicationConfigRuleArgs{
		Id:       pulumi.String("copy-everything"),
		Status:   pulumi.String(enabled),
		Priority: pulumi.Int(0),
		Filter:   s3.BucketReplicationConfigRuleFilterArgs{Prefix: pulumi.String("")},
		// The copy is there for the day somebody deletes what they should not have.
		DeleteMarkerReplication: s3.BucketReplicationConfigRuleDeleteMarkerReplicationArgs{Status: pulumi.String(disabled)},
		SourceSelectionCriteria: s3.BucketReplicationConfigRuleSourceSelectionCriteriaArgs{
			SseKmsEncryptedObjects: s3.BucketReplicationConfigRuleSourceSelectionCriteriaSseKmsEncryptedObjectsArgs{
				Status: pulumi.String(enabled),
			},
		},
		Destination: s3.BucketReplicationConfigRuleDestinationArgs{
			Bucket: b.in.Replication.DestinationBucketARNs[role],
			EncryptionConfiguration: s3.BucketReplicationConfigRuleDestinationEncryptionConfigurationArgs{
				ReplicaKmsKeyId: b.in.Replication.DestinationKeyARN,
			},
		},
	}
}

// replicationStatements let the role read what it copies, write the copies,
// and use each key only through S3 and only for these buckets.
func (b *builder) replicationStatements() []iampolicy.Statement {
	var sources, destinations []pulumi.StringInput
	for _, role := range b.in.Replication.replicatedRoles() {
		sources = append(sources, b.store.Buckets[role].Arn)
		destinations = append(destinations, b.in.Replication.DestinationBucketARNs[role])
	}
	keyARN := b.in.Replication.DestinationKeyARN
	return []iampolicy.Statement{
		{Sid: "ReadConfiguration", Actions: []string{"s3:GetReplicationConfiguration", "s3:ListBucket"}, Resources: sources},
		{
			Sid: "ReadVersions",
			Actions: []string{
				"s3:GetObjectVersionForReplication", "s3:GetObjectVersionAcl", "s3:GetObjectVersionTagging",
			},
			Resources: objectsOf(sources),
		},
		{Sid: "WriteCopies", Actions: []string{"s3:ReplicateObject", "s3:ReplicateTags"}, Resources: objectsOf(destinations)},
		{
			Sid: "DecryptSource", Actions: []string{"kms:Decrypt"}, Resources: []pulumi.StringInput{b.store.Key.Arn},
			Conditions: throughS3(pulumi.String(awsenv.Host("s3", b.in.Region)), sources),
		},
		{
			Sid: "EncryptCopies", Actions: []string{"kms:Encrypt", "kms:GenerateDataKey"}, Resources: []pulumi.StringInput{keyARN},
			Conditions: throughS3(serviceHostOf(keyARN), destinations),
		},
	}
}

// throughS3 limits a key to requests that S3 in one region makes for some
// buckets. The encryption context is the bucket with a bucket key and the
// object without one, so both are admitted.
func throughS3(host pulumi.StringInput, buckets []pulumi.StringInput) iampolicy.Conditions {
	return iampolicy.Conditions{
		"StringEquals": {"kms:ViaService": {host}},
		"StringLike":   {"kms:EncryptionContext:aws:s3:arn": slices.Concat(buckets, objectsOf(buckets))},
	}
}

func objectsOf(buckets []pulumi.StringInput) []pulumi.StringInput {
	objects := make([]pulumi.StringInput, len(buckets))
	for i, bucket := range buckets {
		objects[i] = pulumi.Sprintf("%s/*", bucket)
	}
	return objects
}

// serviceHostOf is the S3 endpoint of the region in a key's ARN.
func serviceHostOf(keyARN pulumi.StringInput) pulumi.StringOutput {
	return keyARN.ToStringOutput().ApplyT(func(arn string) (string, error) {
		parts := strings.SplitN(arn, ":", 6)
		if len(parts) < 6 || parts[2] != "kms" {
			return "", fmt.Errorf("replication.destinationKeyArn: %q must be the ARN of a KMS key", arn)
		}
		return awsenv.Host("s3", parts[3]), nil
	}).(pulumi.StringOutput)
}
