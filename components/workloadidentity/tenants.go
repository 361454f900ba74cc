package workloadidentity

import (
	"cmp"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/mlops-iac/mlops/components/iampolicy"
	"github.com/mlops-iac/mlops/internal/shared/awsenv"
	"github.com/mlops-iac/mlops/internal/shared/names"
)

// namespaceVariable is replaced by IAM with the namespace of the pod whose
// session makes a request. A session without the tag matches nothing.
const namespaceVariable = "${" + awsenv.NamespaceTag + "}"

// TenantPrefix is the beginning of every object key a tenant may use, in every
// bucket, for example "tenants/team-a/".
func TenantPrefix(namespace string) string { return names.TenantPrefix(namespace) }

// TenantDatabaseUser is the database user a tenant logs in as with an IAM
// token, and the name of its database: components/metadatastore/account makes both.
// It has a prefix, so that no tenant is called like something PostgreSQL reserves.
func TenantDatabaseUser(namespace string) string { return "tenant_" + namespace }

// TenantAccess says what the tenants of a platform share.
type TenantAccess struct {
	// BucketARNs are the buckets that hold the tenants' objects; required.
	BucketARNs []pulumi.StringInput
	// KeyARN is the KMS key of those buckets; required.
	KeyARN pulumi.StringInput
	// Region and AccountID are those of buckets, key and database; required.
	Region, AccountID string
	// Partition is the AWS partition; default the one Region lies in.
	Partition string
	// DatabaseResourceID is the resource id of the metadata store; nil gives the
	// tenants no database.
	DatabaseResourceID pulumi.StringInput
}

// TenantStatements are the one policy that serves all tenants. Session tags put
// the namespace of the pod into it, so each tenant reaches the objects under its
// own prefix and logs in as its own database user. Deleting an object leaves
// its versions: tenants cannot erase history.
func TenantStatements(access TenantAccess) []iampolicy.Statement {
	objects := make([]pulumi.StringInput, len(access.BucketARNs))
	for i, bucket := range access.BucketARNs {
		objects[i] = pulumi.Sprintf("%s/%s*", bucket, TenantPrefix(namespaceVariable))
	}
	statements := []iampolicy.Statement{
		{Sid: "FindBuckets", Actions: []string{"s3:GetBucketLocation"}, Resources: access.BucketARNs},
		{
			Sid:       "ListOwnPrefix",
			Actions:   []string{"s3:ListBucket", "s3:ListBucketMultipartUploads"},
			Resources: access.BucketARNs,
			Conditions: iampolicy.Conditions{
				"StringLike": {"s3:prefix": iampolicy.Strings(TenantPrefix(namespaceVariable) + "*")},
			},
		},
		{
			Sid: "UseOwnObjects",
			Actions: []string{
				"s3:GetObject", "s3:GetObjectVersion", "s3:GetObjectTagging", "s3:PutObject", "s3:PutObjectTagging",
				"s3:DeleteObject", "s3:AbortMultipartUpload", "s3:ListMultipartUploadParts",
			},
			Resources: objects,
		},
		access.keyStatement(objects),
	}
	if access.DatabaseResourceID == nil {
		return statements
	}
	return append(statements, iampolicy.Statement{
		Sid:     "ConnectAsOwnUser",
		Actions: []string{"rds-db:connect"},
		Resources: []pulumi.StringInput{pulumi.Sprintf("%s:%s/%s",
			access.place().ARN("rds-db", "dbuser"), access.DatabaseResourceID, TenantDatabaseUser(namespaceVariable))},
	})
}

// keyStatement grants the key for requests that S3 makes for these buckets. The
// encryption context is the bucket where a bucket key is used and the object
// where a client declines it, so both are admitted.
func (t TenantAccess) keyStatement(objects []pulumi.StringInput) iampolicy.Statement {
	contexts := append(append([]pulumi.StringInput{}, t.BucketARNs...), objects...)
	return iampolicy.Statement{
		Sid:       "UseKeyThroughS3",
		Actions:   []string{"kms:Decrypt", "kms:GenerateDataKey"},
		Resources: []pulumi.StringInput{t.KeyARN},
		Conditions: iampolicy.Conditions{
			"StringEquals": {"kms:ViaService": iampolicy.Strings(awsenv.Host("s3", t.Region))},
			"StringLike":   {"kms:EncryptionContext:aws:s3:arn": contexts},
		},
	}
}

func (t TenantAccess) place() awsenv.Place {
	return awsenv.Place{
		Partition: cmp.Or(t.Partition, awsenv.PartitionOf(t.Region)), Region: t.Region, AccountID: t.AccountID,
	}
}
