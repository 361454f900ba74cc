package objectstore_test

import (
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/mlops-iac/mlops/components/objectstore"
	"github.com/mlops-iac/mlops/components/objectstore/spec"
	"github.com/mlops-iac/mlops/tests/harness"
	valid "github.com/mlops-iac/mlops/tests/harness/valid/objectstore"
)

func TestNoReplicationByDefault(t *testing.T) {
	t.Parallel()
	record := run(t, valid.ObjectStore())
	assert.Empty(t, record.OfType(replicationType))
	assert.Empty(t, record.OfType(roleType))
}

func TestReplicationCopiesOnlyTheRolesGiven(t *testing.T) {
	t.Parallel()
	args := valid.ReplicatedObjectStore()
	delete(args.Replication.DestinationBucketARNs, spec.Raw)
	record := run(t, args)
	require.Len(t, record.OfType(replicationType), 2)
	for _, role := range []string{"processed", "models"} {
		config := record.One(t, replicationType, "store-"+role+"-replication")
		assert.Equal(t, "store-"+role+"-id", config.Prop("bucket"))
		assert.Equal(t, "arn:aws:iam:eu-west-1:111111111111:store-replication", config.Prop("role"))
		assert.Equal(t, "arn:aws:s3:::copy-"+role, config.Prop("rules.0.destination.bucket"))
		assert.Equal(t, "arn:aws:kms:eu-central-1:111111111111:key/copy",
			config.Prop("rules.0.destination.encryptionConfiguration.replicaKmsKeyId"))
		assert.Equal(t, "Enabled", config.Prop("rules.0.sourceSelectionCriteria.sseKmsEncryptedObjects.status"))
		assert.Equal(t, "Disabled", config.Prop("rules.0.deleteMarkerReplication.status"))
		harness.AssertDependsOn(t, config, "store-"+role+"-versioning")
		harness.AssertDependsOn(t, config, "store-replication-policy")
	}
}

func TestReplicationRoleHasLeastPrivilege(t *testing.T) {
	t.Parallel()
	args := valid.ReplicatedObjectStore()
	args.Replication.DestinationBucketARNs = map[spec.Role]pulumi.StringInput{
		spec.Models: pulumi.String("arn:aws:s3:::copy-models"),
	}
	record := run(t, args)
	assert.Equal(t, []map[string]any{{
		"Effect": "Allow", "Action": []any{"sts:AssumeRole"}, "Principal": map[string]any{"Service": []any{"s3.amazonaws.com"}},
	}}, harness.Statements(t, record.One(t, roleType, "store-replication"), "assumeRolePolicy"))

	source, copied := "arn:aws:s3:eu-west-1:111111111111:store-models", "arn:aws:s3:::copy-models"
	allowed := func(sid, resource string, actions ...any) map[string]any {
		return map[string]any{"Sid": sid, "Effect": "Allow", "Action": actions, "Resource": []any{resource}}
	}
	throughS3 := func(host, bucket string, statement map[string]any) map[string]any {
		statement["Condition"] = map[string]any{
			"StringEquals": map[string]any{"kms:ViaService": []any{host}},
			"StringLike":   map[string]any{"kms:EncryptionContext:aws:s3:arn": []any{bucket, bucket + "/*"}},
		}
		return statement
	}
	assert.Equal(t, []map[string]any{
		allowed("ReadConfiguration", source, "s3:GetReplicationConfiguration", "s3:ListBucket"),
		allowed("ReadVersions", source+"/*", "s3:GetObjectVersionForReplication", "s3:GetObjectVersionAcl", "s3:GetObjectVersionTagging"),
		allowed("WriteCopies", copied+"/*", "s3:ReplicateObject", "s3:ReplicateTags"),
		throughS3("s3.eu-west-1.amazonaws.com", source,
			allowed("DecryptSource", "arn:aws:kms:eu-west-1:111111111111:store-key", "kms:Decrypt")),
		throughS3("s3.eu-central-1.amazonaws.com", copied,
			allowed("EncryptCopies", "arn:aws:kms:eu-central-1:111111111111:key/copy", "kms:Encrypt", "kms:GenerateDataKey")),
	}, harness.Statements(t, record.One(t, rolePolicyType, "store-replication-policy"), "policy"))
}

func TestReplicationKeyMustBeAnARN(t *testing.T) {
	t.Parallel()
	args := valid.ReplicatedObjectStore()
	args.Replication.DestinationKeyARN = pulumi.String("alias/copy").ToStringOutput()
	_, err := harness.RunErr(harness.Program(objectstore.New, "store", args))
	assert.ErrorContains(t, err, `replication.destinationKeyArn: "alias/copy" must be the ARN of a KMS key`)
}
