package objectstore_test

import (
	"maps"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/mlops-iac/mlops/components/objectstore"
	"github.com/mlops-iac/mlops/components/objectstore/spec"
	"github.com/mlops-iac/mlops/tests/harness"
	valid "github.com/mlops-iac/mlops/tests/harness/valid/objectstore"
)

const (
	bucketType      = "aws:s3/bucketV2:BucketV2"
	blockType       = "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock"
	ownershipType   = "aws:s3/bucketOwnershipControls:BucketOwnershipControls"
	policyType      = "aws:s3/bucketPolicy:BucketPolicy"
	encryptionType  = "aws:s3/bucketServerSideEncryptionConfigurationV2:BucketServerSideEncryptionConfigurationV2"
	versioningType  = "aws:s3/bucketVersioningV2:BucketVersioningV2"
	lifecycleType   = "aws:s3/bucketLifecycleConfigurationV2:BucketLifecycleConfigurationV2"
	loggingType     = "aws:s3/bucketLoggingV2:BucketLoggingV2"
	replicationType = "aws:s3/bucketReplicationConfig:BucketReplicationConfig"
	keyType         = "aws:kms/key:Key"
	aliasType       = "aws:kms/alias:Alias"
	roleType        = "aws:iam/role:Role"
	rolePolicyType  = "aws:iam/rolePolicy:RolePolicy"
)

// taggable are the types that accept tags; everything else here does not.
func untaggable() []string {
	return []string{
		blockType, ownershipType, policyType, encryptionType, versioningType, lifecycleType, loggingType, replicationType,
		aliasType, rolePolicyType,
	}
}

func run(t *testing.T, args *objectstore.Args) *harness.Recorder {
	t.Helper()
	return harness.Run(t, harness.Program(objectstore.New, "store", args))
}

func TestEveryBucketIsHardened(t *testing.T) {
	t.Parallel()
	record := run(t, valid.ObjectStore())
	require.Len(t, record.OfType(bucketType), 4)
	for _, suffix := range []string{"raw", "processed", "models", "access-logs"} {
		bucket := record.One(t, bucketType, "store-"+suffix)
		assert.Equal(t, false, bucket.Prop("forceDestroy"), suffix)
		assert.Nil(t, bucket.Prop("bucket"), "%s: Pulumi names the bucket", suffix)
		assert.Nil(t, bucket.Prop("acl"), suffix)

		block := record.One(t, blockType, "store-"+suffix+"-public-access")
		for _, setting := range []string{"blockPublicAcls", "blockPublicPolicy", "ignorePublicAcls", "restrictPublicBuckets"} {
			assert.Equal(t, true, block.Prop(setting), "%s %s", suffix, setting)
		}
		assert.Equal(t, "store-"+suffix+"-id", block.Prop("bucket"))
		ownership := record.One(t, ownershipType, "store-"+suffix+"-ownership")
		assert.Equal(t, "BucketOwnerEnforced", ownership.Prop("rule.objectOwnership"), suffix)
		versioning := record.One(t, versioningType, "store-"+suffix+"-versioning")
		assert.Equal(t, "Enabled", versioning.Prop("versioningConfiguration.status"), suffix)
		lifecycle := record.One(t, lifecycleType, "store-"+suffix+"-lifecycle")
		harness.AssertDependsOn(t, lifecycle, "store-"+suffix+"-versioning")
		policy := record.One(t, policyType, "store-"+suffix+"-policy")
		harness.AssertDependsOn(t, policy, "store-"+suffix+"-public-access")
	}
	assert.Empty(t, record.Invokes())
}

func TestEncryption(t *testing.T) {
	t.Parallel()
	record := run(t, valid.ObjectStore())
	key := record.One(t, keyType, "store-key")
	assert.Equal(t, true, key.Prop("enableKeyRotation"))
	assert.EqualValues(t, 30, key.Prop("deletionWindowInDays"))
	assert.Equal(t, "store-key-id", record.One(t, aliasType, "store-key-alias").Prop("targetKeyId"))
	assert.Equal(t, []map[string]any{{
		"Sid": "AccountAdministersKey", "Effect": "Allow", "Action": []any{"kms:*"}, "Resource": []any{"*"},
		"Principal": map[string]any{"AWS": []any{"arn:aws:iam::111111111111:root"}},
	}}, harness.Statements(t, key, "policy"))

	for _, role := range spec.Roles() {
		encryption := record.One(t, encryptionType, "store-"+string(role)+"-encryption")
		assert.Equal(t, true, encryption.Prop("rules.0.bucketKeyEnabled"), role)
		assert.Equal(t, "aws:kms", encryption.Prop("rules.0.applyServerSideEncryptionByDefault.sseAlgorithm"), role)
		assert.Equal(t, "arn:aws:kms:eu-west-1:111111111111:store-key",
			encryption.Prop("rules.0.applyServerSideEncryptionByDefault.kmsMasterKeyId"), role)
	}
	logs := record.One(t, encryptionType, "store-access-logs-encryption")
	assert.Equal(t, "AES256", logs.Prop("rules.0.applyServerSideEncryptionByDefault.sseAlgorithm"))
	assert.Nil(t, logs.Prop("rules.0.applyServerSideEncryptionByDefault.kmsMasterKeyId"))
}

const bucketARN = "arn:aws:s3:eu-west-1:111111111111:store-"

// TestBucketPolicies reads the policies whole. A write without encryption headers must
// pass, because the bucket's default applies to it; only a header with another value
// may be denied.
func TestBucketPolicies(t *testing.T) {
	t.Parallel()
	record := run(t, valid.ObjectStore())
	unlike := func(header, value string) map[string]any {
		return map[string]any{
			"Null":            map[string]any{header: []any{"false"}},
			"StringNotEquals": map[string]any{header: []any{value}},
		}
	}
	for _, role := range spec.Roles() {
		arn := bucketARN + string(role)
		write := func(sid string, condition map[string]any) map[string]any {
			return denied(sid, "s3:PutObject", []any{arn + "/*"}, condition)
		}
		assert.Equal(t, append(transportDenied(arn),
			write("DenyOtherEncryption", unlike("s3:x-amz-server-side-encryption", "aws:kms")),
			write("DenyOtherKey", unlike("s3:x-amz-server-side-encryption-aws-kms-key-id", "arn:aws:kms:eu-west-1:111111111111:store-key")),
			write("DenyCustomerProvidedKey", map[string]any{
				"Null": map[string]any{"s3:x-amz-server-side-encryption-customer-algorithm": []any{"false"}},
			}),
		), harness.Statements(t, record.One(t, policyType, "store-"+string(role)+"-policy"), "policy"), role)
	}
	logs := bucketARN + "access-logs"
	assert.Equal(t, append(transportDenied(logs), map[string]any{
		"Sid": "AllowLogDelivery", "Effect": "Allow", "Action": []any{"s3:PutObject"},
		"Principal": map[string]any{"Service": []any{"logging.s3.amazonaws.com"}},
		"Resource":  []any{logs + "/raw/*", logs + "/processed/*", logs + "/models/*"},
		"Condition": map[string]any{
			"ArnLike":      map[string]any{"aws:SourceArn": []any{bucketARN + "raw", bucketARN + "processed", bucketARN + "models"}},
			"StringEquals": map[string]any{"aws:SourceAccount": []any{"111111111111"}},
		},
	}), harness.Statements(t, record.One(t, policyType, "store-access-logs-policy"), "policy"))
}

// denied is a statement that denies something to everybody.
func denied(sid, action string, resources []any, condition map[string]any) map[string]any {
	return map[string]any{
		"Sid": sid, "Effect": "Deny", "Principal": "*", "Action": []any{action}, "Resource": resources, "Condition": condition,
	}
}

// transportDenied are the statements about the way to a bucket.
func transportDenied(arn string) []map[string]any {
	everything := []any{arn, arn + "/*"}
	return []map[string]any{
		denied("DenyInsecureTransport", "s3:*", everything, map[string]any{"Bool": map[string]any{"aws:SecureTransport": []any{"false"}}}),
		denied("DenyOutdatedTLS", "s3:*", everything, map[string]any{"NumericLessThan": map[string]any{"s3:TlsVersion": []any{"1.2"}}}),
	}
}

func TestLifecycle(t *testing.T) {
	t.Parallel()
	args := valid.ObjectStore()
	args.NoncurrentVersionDays, args.AccessLogRetentionDays = 60, 14
	record := run(t, args)
	cleanup := []string{"abort-incomplete-uploads", "expire-noncurrent-versions", "remove-expired-delete-markers"}
	for suffix, extra := range map[string][]string{
		"raw": {"intelligent-tiering"}, "processed": {"intelligent-tiering"}, "models": nil,
		"access-logs": {"expire-access-logs"},
	} {
		lifecycle := record.One(t, lifecycleType, "store-"+suffix+"-lifecycle")
		rules := rulesByID(t, lifecycle)
		assert.ElementsMatch(t, append(extra, cleanup...), slices.Collect(maps.Keys(rules)), suffix)
		for id, rule := range rules {
			assert.Equal(t, "Enabled", rule["status"], "%s %s", suffix, id)
		}
		assert.EqualValues(t, map[string]any{"daysAfterInitiation": 7.0}, rules[cleanup[0]]["abortIncompleteMultipartUpload"])
		assert.EqualValues(t, map[string]any{"noncurrentDays": 60.0}, rules[cleanup[1]]["noncurrentVersionExpiration"])
		assert.EqualValues(t, map[string]any{"expiredObjectDeleteMarker": true}, rules[cleanup[2]]["expiration"])
	}
	raw := rulesByID(t, record.One(t, lifecycleType, "store-raw-lifecycle"))
	assert.Equal(t, []any{map[string]any{"days": 1.0, "storageClass": "INTELLIGENT_TIERING"}},
		raw["intelligent-tiering"]["transitions"])
	logs := rulesByID(t, record.One(t, lifecycleType, "store-access-logs-lifecycle"))
	assert.Equal(t, map[string]any{"days": 14.0}, logs["expire-access-logs"]["expiration"])
}

func TestAccessLogs(t *testing.T) {
	t.Parallel()
	record := run(t, valid.ObjectStore())
	logging := record.OfType(loggingType)
	require.Len(t, logging, 3, "the log bucket does not log into itself")
	for _, role := range spec.Roles() {
		one := record.One(t, loggingType, "store-"+string(role)+"-logging")
		assert.Equal(t, "store-"+string(role)+"-id", one.Prop("bucket"))
		assert.Equal(t, "store-access-logs-id", one.Prop("targetBucket"))
		assert.Equal(t, string(role)+"/", one.Prop("targetPrefix"))
		harness.AssertDependsOn(t, one, "store-access-logs-policy")
	}
}

func TestProtection(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		change                         func(*objectstore.Args)
		protected, retained, destroyed bool
	}{
		"default":       {change: func(*objectstore.Args) {}},
		"protected":     {change: func(a *objectstore.Args) { a.Protect, a.RetainOnDelete = true, true }, protected: true, retained: true},
		"force destroy": {change: func(a *objectstore.Args) { a.ForceDestroy = true }, destroyed: true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			args := valid.ObjectStore()
			test.change(args)
			record := run(t, args)
			assert.Equal(t, test.protected, record.One(t, keyType, "store-key").Protect)
			for _, bucket := range record.OfType(bucketType) {
				assert.Equal(t, test.protected, bucket.Protect, bucket.Name)
				assert.Equal(t, test.retained, bucket.RetainOnDelete, bucket.Name)
			}
			for _, bucket := range record.OfType(bucketType) {
				assert.Equal(t, test.destroyed, bucket.Prop("forceDestroy"), bucket.Name)
			}
			for _, block := range record.OfType(blockType) {
				assert.False(t, block.Protect, "%s can be made again", block.Name)
			}
		})
	}
}

// Proves C5 by Pulumi mocks: the key of buckets stays with its alias unless the buckets go with
// all they hold.
func TestC5TheKeyOutlivesTheObjects(t *testing.T) {
	t.Parallel()
	for _, test := range []struct{ force, retain, kept bool }{
		{false, false, true}, {false, true, true}, {true, true, true}, {true, false, false},
	} {
		args := valid.ObjectStore()
		args.ForceDestroy, args.RetainOnDelete = test.force, test.retain
		record := run(t, args)
		assert.Equal(t, test.kept, record.One(t, keyType, "store-key").RetainOnDelete, "%+v", test)
		assert.Equal(t, test.kept, record.One(t, aliasType, "store-key-alias").RetainOnDelete, "%+v", test)
	}
}

func TestNamesParentsAndTags(t *testing.T) {
	t.Parallel()
	args := valid.ReplicatedObjectStore()
	record := run(t, args)
	component := record.One(t, objectstore.Token, "store")
	assert.Equal(t, "eu-west-1", component.Prop("region"))
	assert.Equal(t, true, component.Prop("replicated"))
	// Buckets and their settings, logging, key and alias, replication, role and policy.
	record.AssertChildren(t, component, 4*7+3+2+3+2, args.Tags, untaggable()...)
	assert.Equal(t, "store-raw", record.One(t, bucketType, "store-raw").Prop("tags.Name"))
}

func rulesByID(t *testing.T, lifecycle harness.Resource) map[string]map[string]any {
	t.Helper()
	rules := map[string]map[string]any{}
	for _, rule := range lifecycle.Prop("rules").([]any) {
		fields := rule.(map[string]any)
		rules[fields["id"].(string)] = fields
	}
	return rules
}
