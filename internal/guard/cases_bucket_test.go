package guard_test

import (
	"encoding/json"
	"testing"

	"github.com/mlops-iac/mlops/internal/guard"
)

const (
	bucket           = "aws:s3/bucketV2:BucketV2"
	bucketPolicy     = "aws:s3/bucketPolicy:BucketPolicy"
	bucketACL        = "aws:s3/bucketAclV2:BucketAclV2"
	bucketEncryption = "aws:s3/bucketServerSideEncryptionConfigurationV2:BucketServerSideEncryptionConfigurationV2"
	bucketLogging    = "aws:s3/bucketLoggingV2:BucketLoggingV2"
	bucketOwnership  = "aws:s3/bucketOwnershipControls:BucketOwnershipControls"
	bucketVersioning = "aws:s3/bucketVersioningV2:BucketVersioningV2"
	publicAccess     = "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock"
)

func toJSON(v any) string {
	text, err := json.Marshal(v)
	if err != nil {
		panic(err)
	}
	return string(text)
}

func denyHTTP() m {
	return m{"Effect": "Deny", "Principal": "*", "Action": "s3:*", "Resource": l{"a", "b"}, "Condition": m{"Bool": m{"aws:SecureTransport": l{"false"}}}}
}

func kmsDefault() m {
	return m{"bucket": guard.Unknown{}, "rules": l{m{
		"bucketKeyEnabled":                   true,
		"applyServerSideEncryptionByDefault": m{"sseAlgorithm": "aws:kms", "kmsMasterKeyId": guard.Unknown{}},
	}}}
}

func aesDefault() m {
	return m{"rules": l{m{"applyServerSideEncryptionByDefault": m{"sseAlgorithm": "AES256"}}}}
}

// closedBucket is a bucket with every companion, named as the objectstore component names them.
func closedBucket(name string) []guard.Resource {
	return []guard.Resource{
		res(bucket, name, m{}),
		res(publicAccess, name+"-public-access", m{"blockPublicAcls": true, "blockPublicPolicy": true, "ignorePublicAcls": true, "restrictPublicBuckets": true}),
		res(bucketEncryption, name+"-encryption", kmsDefault()),
		res(bucketVersioning, name+"-versioning", m{"versioningConfiguration": m{"status": "Enabled"}}),
		res(bucketOwnership, name+"-ownership", m{"rule": m{"objectOwnership": "BucketOwnerEnforced"}}),
		res(bucketPolicy, name+"-policy", m{"policy": policy(denyHTTP())}),
	}
}

func companionCases() []ruleCase {
	alone := one(bucket, m{})
	closed := append(closedBucket("store-raw"), closedBucket("store")...)
	return []ruleCase{
		{"MLOPS-S3-001", "alone", alone, []string{"x: no public access block belongs to it"}},
		{"MLOPS-S3-001", "one setting off", one(publicAccess, m{"blockPublicAcls": true, "blockPublicPolicy": true, "ignorePublicAcls": true, "restrictPublicBuckets": false}), []string{"x: restrictPublicBuckets is not true"}},
		{"MLOPS-S3-001", "closed", closed, nil},
		{"MLOPS-S3-003", "alone", alone, []string{"x: no encryption configuration belongs to it"}},
		{"MLOPS-S3-003", "closed", closed, nil},
		{
			"MLOPS-S3-003", "AWS key", []guard.Resource{res(bucket, "b", m{}), res(bucketEncryption, "b-encryption", aesDefault())},
			[]string{
				"b-encryption: bucketKeyEnabled is not true, so every object costs a KMS request",
				"b-encryption: kmsMasterKeyId is not set", "b-encryption: sseAlgorithm is not aws:kms",
			},
		},
		{
			"MLOPS-S3-003", "target of access logs",
			[]guard.Resource{
				res(bucket, "store-access-logs", m{}), res(bucketEncryption, "store-access-logs-encryption", aesDefault()),
				res(bucketLogging, "store-raw-logging", m{"targetBucket": guard.Unknown{}}),
			},
			nil,
		},
		{"MLOPS-S3-004", "alone", alone, []string{"x: no versioning belongs to it"}},
		{"MLOPS-S3-004", "suspended", one(bucketVersioning, m{"versioningConfiguration": m{"status": "Suspended"}}), []string{"x: status is not Enabled"}},
		{"MLOPS-S3-004", "closed", closed, nil},
		{"MLOPS-S3-005", "alone", alone, []string{"x: no ownership controls belongs to it"}},
		{"MLOPS-S3-005", "writer owns", one(bucketOwnership, m{"rule": m{"objectOwnership": "ObjectWriter"}}), []string{"x: objectOwnership is not BucketOwnerEnforced"}},
		{"MLOPS-S3-005", "closed", closed, nil},
		{"MLOPS-S3-006", "alone", alone, []string{"x: no policy belongs to it"}},
		{"MLOPS-S3-006", "closed", closed, nil},
		{"MLOPS-S3-006", "policy not decided yet", []guard.Resource{res(bucket, "b", m{}), res(bucketPolicy, "b-policy", m{"policy": guard.Unknown{}})}, nil},
	}
}

func bucketCases() []ruleCase {
	weak := denyHTTP()
	weak["Condition"] = m{"Bool": m{"aws:SecureTransport": "false"}, "StringEquals": m{"aws:PrincipalAccount": "1"}}
	insteadOf := func(key string, value any) []guard.Resource {
		other := denyHTTP()
		other[key] = value
		return one(bucketPolicy, m{"policy": policy(other)})
	}
	noTLS := []string{"x: no statement denies requests without TLS"}
	return []ruleCase{
		{"MLOPS-S3-002", "canned", one(bucketACL, m{"acl": "public-read"}), []string{"x: acl is public-read"}},
		{
			"MLOPS-S3-002", "grant",
			one(bucketACL, m{"accessControlPolicy": m{"grants": l{m{"grantee": m{"uri": "http://acs.amazonaws.com/groups/global/AllUsers"}}, m{"grantee": m{"id": "a"}}}}}),
			[]string{"x: grants[0] is to /groups/global/AllUsers"},
		},
		{"MLOPS-S3-002", "private", one(bucketACL, m{"acl": "private"}), nil},
		{"MLOPS-S3-006", "limited to one account", one(bucketPolicy, m{"policy": policy(weak)}), noTLS},
		{"MLOPS-S3-006", "with TLS", insteadOf("Condition", m{"Bool": m{"aws:SecureTransport": "true"}}), noTLS},
		{"MLOPS-S3-006", "with and without", insteadOf("Condition", m{"Bool": m{"aws:SecureTransport": l{"false", "true"}}}), noTLS},
		{"MLOPS-S3-006", "two keys", insteadOf("Condition", m{"Bool": m{"aws:SecureTransport": "false", "aws:ViaAWSService": "false"}}), noTLS},
		{"MLOPS-S3-006", "one principal", insteadOf("Principal", m{"AWS": "arn:aws:iam::111111111111:role/x"}), noTLS},
		{"MLOPS-S3-006", "one action", insteadOf("Action", "s3:GetObject"), noTLS},
		{"MLOPS-S3-006", "allowed", insteadOf("Effect", "Allow"), noTLS},
		{"MLOPS-S3-006", "no statement", one(bucketPolicy, m{"policy": policy()}), noTLS},
		{"MLOPS-S3-006", "not a policy", one(bucketPolicy, m{"policy": "{"}), noTLS},
	}
}

func TestBucketRules(t *testing.T) {
	t.Parallel()
	runCases(t, companionCases())
	runCases(t, bucketCases())
}

// A companion counts for the bucket it belongs to and for no other.
func TestCompanionsBelongToOneBucket(t *testing.T) {
	t.Parallel()
	const rawURN, logsURN = storeURN + "-raw", storeURN + "-logs"
	raw, logs := res(bucket, "raw", m{}), res(bucket, "raw-logs", m{})
	raw.URN, logs.URN = rawURN, logsURN
	byReference := res(bucketVersioning, "unrelated-name", m{"versioningConfiguration": m{"status": "Enabled"}})
	byReference.References = map[string][]string{"bucket": {rawURN}}
	elsewhere := res(bucketVersioning, "raw-versioning", m{})
	elsewhere.Parent = stackURN
	for _, c := range []ruleCase{
		{"MLOPS-S3-004", "longest name wins", []guard.Resource{raw, logs, res(bucketVersioning, "raw-logs-versioning", m{"versioningConfiguration": guard.Unknown{}})}, []string{"raw: no versioning belongs to it"}},
		{"MLOPS-S3-004", "where the input comes from", []guard.Resource{raw, logs, byReference}, []string{"raw-logs: no versioning belongs to it"}},
		{
			"MLOPS-S3-004", "physical name",
			[]guard.Resource{res(bucket, "a", m{"bucket": "one"}), res(bucket, "b", m{"bucket": "two"}), res(bucketVersioning, "c", m{"bucket": "two", "versioningConfiguration": guard.Unknown{}})},
			[]string{"a: no versioning belongs to it"},
		},
		{"MLOPS-S3-004", "another parent", []guard.Resource{raw, elsewhere}, []string{"raw: no versioning belongs to it", "raw-versioning: status is not Enabled"}},
		{"MLOPS-S3-004", "only bucket of its parent", []guard.Resource{raw, res(bucketVersioning, "versions", m{"versioningConfiguration": guard.Unknown{}})}, nil},
	} {
		runCases(t, []ruleCase{c})
	}
}
