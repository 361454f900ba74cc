package iam_test

import (
	"maps"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// Two tenants; the name of the second begins like that of the first.
const (
	own     = "tenant-a"
	foreign = "tenant-a-b"
)

// overTLS is what every request has that is not sent in the clear.
func overTLS(more map[string]any) map[string]any {
	context := map[string]any{"aws:SecureTransport": "true", "s3:TlsVersion": "1.3"}
	maps.Copy(context, more)
	return context
}

// tenantSession is a pod of a tenant, with the tags of EKS Pod Identity.
func (a *account) tenantSession(t *testing.T, tenant string) session {
	t.Helper()
	for _, r := range a.Roles {
		if strings.Contains(strings.Join(r.Sessions, " "), own+"/workload") {
			return session{r, map[string]string{
				"kubernetes-namespace": tenant, "kubernetes-service-account": "workload", "eks-cluster-arn": a.Cluster,
			}}
		}
	}
	require.Fail(t, "no role is for the pods of "+own)
	return session{}
}

// buckets hold the tenants' objects.
func (a *account) buckets() map[string]string {
	return map[string]string{
		"raw": a.named(bucketType, "-raw"), "processed": a.named(bucketType, "-processed"), "models": a.named(bucketType, "-models"),
	}
}

// everywhere asks as a pod of the first tenant, in every stack on AWS.
func everywhere(t *testing.T, ask func(a *account) map[string]question, want func(name string) string) {
	t.Helper()
	for _, stack := range stacks() {
		t.Run(stack, func(t *testing.T) {
			a := accountOf(t, stack)
			assertAnswers(t, a, a.tenantSession(t, own), ask(a), want)
		})
	}
}

func assertAnswers(t *testing.T, a *account, s session, asked map[string]question, want func(name string) string) {
	t.Helper()
	var names []string
	var questions []question
	expected, got := map[string]string{}, map[string]string{}
	for name, q := range asked {
		require.NotEmpty(t, q.resource, name)
		names, questions, expected[name] = append(names, name), append(questions, q), want(name)
	}
	for i, answer := range a.may(t, s, questions) {
		got[names[i]] = answer
	}
	assert.Equal(t, expected, got)
}

func always(answer string) func(string) string { return func(string) string { return answer } }

// objectActions are those that a server and a training run need.
func objectActions() []string {
	return []string{
		"s3:GetObject", "s3:GetObjectVersion", "s3:GetObjectTagging", "s3:PutObject", "s3:PutObjectTagging", "s3:DeleteObject",
		"s3:AbortMultipartUpload", "s3:ListMultipartUploadParts",
	}
}

// Proves by an evaluator of IAM policies: pods of a tenant may do with their own objects,
// key and database what they need.
func TestATenantUsesWhatIsItsOwn(t *testing.T) {
	t.Parallel()
	everywhere(t, func(a *account) map[string]question {
		asked := map[string]question{
			"connects to its database": {"rds-db:connect", a.databaseUser("tenant_" + own), nil},
		}
		key := a.named(keyType, "-objects-key")
		for name, bucket := range a.buckets() {
			for _, action := range objectActions() {
				asked[action+" in "+name] = question{action, bucket + "/tenants/" + own + "/model.json", overTLS(nil)}
			}
			asked["s3:ListBucket "+name] = question{"s3:ListBucket", bucket, overTLS(map[string]any{"s3:prefix": "tenants/" + own + "/runs/"})}
			asked["s3:GetBucketLocation "+name] = question{"s3:GetBucketLocation", bucket, overTLS(nil)}
			for _, action := range []string{"kms:Decrypt", "kms:GenerateDataKey"} {
				asked[action+" through "+name] = question{action, key, a.throughS3(bucket)}
				asked[action+" of an object of "+name] = question{action, key, a.throughS3(bucket + "/tenants/" + own + "/model.json")}
			}
		}
		return asked
	}, always(allowed))
}

func (a *account) databaseUser(name string) string {
	return "arn:aws:rds-db:" + a.Region + ":" + a.ID + ":dbuser:" + a.Database + "/" + name
}

// throughS3 is what KMS sees when S3 asks for an object or its bucket's key.
func (a *account) throughS3(arn string) map[string]any {
	return map[string]any{"kms:ViaService": "s3." + a.Region + ".amazonaws.com", "kms:EncryptionContext:aws:s3:arn": arn}
}

// Proves by an evaluator of IAM policies: pods of a tenant may do nothing with what is
// another's or the platform's.
func TestATenantDoesNotReachAnother(t *testing.T) {
	t.Parallel()
	everywhere(t, func(a *account) map[string]question {
		asked := map[string]question{
			"connects as another":             {"rds-db:connect", a.databaseUser("tenant_" + foreign), nil},
			"connects as the master":          {"rds-db:connect", a.databaseUser("mlops"), nil},
			"connects to any database":        {"rds-db:connect", "arn:aws:rds-db:" + a.Region + ":" + a.ID + ":dbuser:db-OTHER/tenant_" + own, nil},
			"reads the master's secret":       {"secretsmanager:GetSecretValue", a.Secret, nil},
			"reads logs":                      {"logs:GetLogEvents", a.tenantLogs(foreign) + ":log-stream:s", nil},
			"reads logs of its own":           {"logs:GetLogEvents", a.tenantLogs(own) + ":log-stream:s", nil},
			"forges logs":                     {"logs:PutLogEvents", a.tenantLogs(foreign) + ":log-stream:s", nil},
			"pushes an image":                 {"ecr:PutImage", a.named(repositoryType, "-inference"), nil},
			"starts a session for others":     {"eks:CreatePodIdentityAssociation", a.Cluster, nil},
			"describes the cluster":           {"eks:DescribeCluster", a.Cluster, nil},
			"opens the cluster to itself":     {"eks:CreateAccessEntry", a.Cluster, nil},
			"decrypts by itself":              {"kms:Decrypt", a.named(keyType, "-objects-key"), map[string]any{"kms:EncryptionContext:aws:s3:arn": a.buckets()["raw"]}},
			"decrypts another's object":       {"kms:Decrypt", a.named(keyType, "-objects-key"), a.throughS3(a.buckets()["raw"] + "/tenants/" + foreign + "/x")},
			"decrypts what is in no bucket":   {"kms:Decrypt", a.named(keyType, "-objects-key"), map[string]any{"kms:ViaService": "s3." + a.Region + ".amazonaws.com"}},
			"gives the key away":              {"kms:CreateGrant", a.named(keyType, "-objects-key"), a.throughS3(a.buckets()["raw"])},
			"destroys the key":                {"kms:ScheduleKeyDeletion", a.named(keyType, "-objects-key"), nil},
			"changes the key's policy":        {"kms:PutKeyPolicy", a.named(keyType, "-objects-key"), nil},
			"decrypts Secrets of the cluster": {"kms:Decrypt", a.named(keyType, "-secrets-key"), nil},
		}
		for name, bucket := range a.buckets() {
			for _, action := range append(objectActions(), "s3:DeleteObjectVersion", "s3:PutObjectAcl", "s3:RestoreObject", "s3:BypassGovernanceRetention") {
				asked[action+" of another in "+name] = question{action, bucket + "/tenants/" + foreign + "/model.json", overTLS(nil)}
				asked[action+" of nobody in "+name] = question{action, bucket + "/model.json", overTLS(nil)}
			}
			for what, prefix := range map[string]string{"another": "tenants/" + foreign + "/", "all": "tenants/", "half a name": "tenants/" + own, "everything": ""} {
				asked["s3:ListBucket "+name+" for "+what] = question{"s3:ListBucket", bucket, overTLS(map[string]any{"s3:prefix": prefix})}
			}
			asked["s3:ListBucket "+name+" without a prefix"] = question{"s3:ListBucket", bucket, overTLS(nil)}
			for _, action := range []string{"s3:PutBucketPolicy", "s3:DeleteBucket", "s3:PutLifecycleConfiguration", "s3:PutReplicationConfiguration", "s3:PutBucketVersioning", "s3:ListBucketVersions"} {
				asked[action+" "+name] = question{action, bucket, overTLS(nil)}
			}
			asked["s3:DeleteObjectVersion of its own in "+name] = question{"s3:DeleteObjectVersion", bucket + "/tenants/" + own + "/model.json", overTLS(nil)}
		}
		for name, r := range a.Roles {
			asked["becomes "+name] = question{"sts:AssumeRole", r.ARN, nil}
			asked["hands on "+name] = question{"iam:PassRole", r.ARN, nil}
		}
		return asked
	}, always(denied))
}

func (a *account) tenantLogs(tenant string) string {
	_, cluster, _ := strings.Cut(a.Cluster, ":cluster/")
	return "arn:aws:logs:" + a.Region + ":" + a.ID + ":log-group:/mlops/" + cluster + "/tenants/" + tenant
}

// TestBucketsRefuse has the owner of an object ask in ways that the bucket's own policy
// closes to everybody.
//
// Proves by an evaluator of IAM policies: buckets refuse requests in the clear, with old
// TLS and with other keys, even from the owner.
func TestBucketsRefuse(t *testing.T) {
	t.Parallel()
	everywhere(t, func(a *account) map[string]question {
		asked := map[string]question{}
		for name, bucket := range a.buckets() {
			object := bucket + "/tenants/" + own + "/model.json"
			asked["in the clear "+name] = question{"s3:GetObject", object, map[string]any{"aws:SecureTransport": "false"}}
			asked["outdated TLS "+name] = question{"s3:GetObject", object, map[string]any{"aws:SecureTransport": "true", "s3:TlsVersion": "1.1"}}
			asked["other encryption "+name] = question{"s3:PutObject", object, overTLS(map[string]any{"s3:x-amz-server-side-encryption": "AES256"})}
			asked["another key "+name] = question{"s3:PutObject", object, overTLS(map[string]any{
				"s3:x-amz-server-side-encryption": "aws:kms", "s3:x-amz-server-side-encryption-aws-kms-key-id": a.named(keyType, "-secrets-key"),
			})}
			asked["a key of its own "+name] = question{"s3:PutObject", object, overTLS(map[string]any{"s3:x-amz-server-side-encryption-customer-algorithm": "AES256"})}
		}
		return asked
	}, always(refused))
}

// TestASessionWithoutNamespaceReachesNothing is a session of the tenants' role that EKS
// has not tagged.
func TestASessionWithoutNamespaceReachesNothing(t *testing.T) {
	t.Parallel()
	for _, stack := range stacks() {
		t.Run(stack, func(t *testing.T) {
			a := accountOf(t, stack)
			asked := map[string]question{"database": {"rds-db:connect", a.databaseUser("tenant_"), nil}}
			for name, bucket := range a.buckets() {
				asked["s3:GetObject in "+name] = question{"s3:GetObject", bucket + "/tenants//model.json", overTLS(nil)}
				asked["s3:GetObject of "+own+" in "+name] = question{"s3:GetObject", bucket + "/tenants/" + own + "/model.json", overTLS(nil)}
				asked["s3:ListBucket "+name] = question{"s3:ListBucket", bucket, overTLS(map[string]any{"s3:prefix": "tenants/"})}
			}
			assertAnswers(t, a, session{role: a.tenantSession(t, own).role}, asked, always(denied))
		})
	}
}
