package workloadidentity_test

import (
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/mlops-iac/mlops/components/workloadidentity"
	"github.com/mlops-iac/mlops/internal/shared/tags"
	"github.com/mlops-iac/mlops/tests/harness"
	valid "github.com/mlops-iac/mlops/tests/harness/valid/workloadidentity"
)

const ownPrefix = "tenants/${aws:PrincipalTag/kubernetes-namespace}/*"

// tenantPolicy returns the statements of the policy by Sid.
func tenantPolicy(t *testing.T, access workloadidentity.TenantAccess) map[string]map[string]any {
	t.Helper()
	args := valid.SharedWorkloadIdentity()
	args.Statements = workloadidentity.TenantStatements(access)
	bySid := map[string]map[string]any{}
	for _, statement := range statements(t, run(t, args).One(t, policyType, "id-policy").Prop("policy")) {
		fields := statement.(map[string]any)
		bySid[fields["Sid"].(string)] = fields
	}
	return bySid
}

func TestTenantStatements(t *testing.T) {
	t.Parallel()
	policy := tenantPolicy(t, valid.TenantAccess())
	buckets := []any{"arn:aws:s3:::store-raw", "arn:aws:s3:::store-models"}
	objects := []any{"arn:aws:s3:::store-raw/" + ownPrefix, "arn:aws:s3:::store-models/" + ownPrefix}
	assert.Equal(t, map[string]map[string]any{
		"FindBuckets": {"Sid": "FindBuckets", "Effect": "Allow", "Action": []any{"s3:GetBucketLocation"}, "Resource": buckets},
		"ListOwnPrefix": {
			"Sid": "ListOwnPrefix", "Effect": "Allow",
			"Action":    []any{"s3:ListBucket", "s3:ListBucketMultipartUploads"},
			"Resource":  buckets,
			"Condition": map[string]any{"StringLike": map[string]any{"s3:prefix": []any{ownPrefix}}},
		},
		// Without s3:DeleteObjectVersion tenants cannot erase history.
		"UseOwnObjects": {
			"Sid": "UseOwnObjects", "Effect": "Allow",
			"Action": []any{
				"s3:GetObject", "s3:GetObjectVersion", "s3:GetObjectTagging", "s3:PutObject", "s3:PutObjectTagging",
				"s3:DeleteObject", "s3:AbortMultipartUpload", "s3:ListMultipartUploadParts",
			},
			"Resource": objects,
		},
		"UseKeyThroughS3": {
			"Sid": "UseKeyThroughS3", "Effect": "Allow",
			"Action":   []any{"kms:Decrypt", "kms:GenerateDataKey"},
			"Resource": []any{"arn:aws:kms:eu-west-1:111111111111:key/objects"},
			"Condition": map[string]any{
				"StringEquals": map[string]any{"kms:ViaService": []any{"s3.eu-west-1.amazonaws.com"}},
				"StringLike":   map[string]any{"kms:EncryptionContext:aws:s3:arn": append(buckets, objects...)},
			},
		},
		"ConnectAsOwnUser": {
			"Sid": "ConnectAsOwnUser", "Effect": "Allow", "Action": []any{"rds-db:connect"},
			"Resource": []any{"arn:aws:rds-db:eu-west-1:111111111111:dbuser:db-METADATA/tenant_${aws:PrincipalTag/kubernetes-namespace}"},
		},
	}, policy)
}

func TestTenantStatementsElsewhere(t *testing.T) {
	t.Parallel()
	access := valid.TenantAccess()
	access.Region, access.Partition = "cn-north-1", "aws-cn"
	policy := tenantPolicy(t, access)
	assert.Equal(t, []any{"arn:aws-cn:rds-db:cn-north-1:111111111111:dbuser:db-METADATA/tenant_${aws:PrincipalTag/kubernetes-namespace}"},
		policy["ConnectAsOwnUser"]["Resource"])
	conditions := policy["UseKeyThroughS3"]["Condition"].(map[string]any)
	assert.Equal(t, map[string]any{"kms:ViaService": []any{"s3.cn-north-1.amazonaws.com.cn"}}, conditions["StringEquals"])

	access.DatabaseResourceID = nil
	assert.NotContains(t, tenantPolicy(t, access), "ConnectAsOwnUser")
}

func TestTenantNames(t *testing.T) {
	t.Parallel()
	assert.Equal(t, "tenants/team-a/", workloadidentity.TenantPrefix("team-a"))
	assert.Equal(t, "tenant_team-a", workloadidentity.TenantDatabaseUser("team-a"))
}

func TestAssociate(t *testing.T) {
	t.Parallel()
	args := valid.Association()
	record := harness.Run(t, harness.Program(workloadidentity.Associate, "team-a", args))
	require.Len(t, record.Resources(), 1, "one resource for each tenant and no component around it")
	association := record.One(t, associationType, "team-a")
	assert.Equal(t, "cluster", association.Prop("clusterName"))
	assert.Equal(t, "team-a", association.Prop("namespace"))
	assert.Equal(t, "inference", association.Prop("serviceAccount"))
	assert.Equal(t, "arn:aws:iam::111111111111:role/tenants", association.Prop("roleArn"))
	for _, key := range tags.Mandatory() {
		assert.Equal(t, args.Tags[key], association.Prop("tags."+key), key)
	}
}

func TestInvalidAssociations(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		args *workloadidentity.AssociationArgs
		want string
	}{
		"nil": {nil, "pod identity association \"team-a\": 4 errors:\n" +
			`  clusterName: Required value: the cluster of the service account` + "\n" +
			`  namespace: Invalid value: "": ` + labelRule + "\n" +
			`  roleArn: Required value: the role its pods assume` + "\n" +
			`  serviceAccount: Invalid value: "": ` + subdomainRule},
		"service account": {
			func() *workloadidentity.AssociationArgs {
				a := valid.Association()
				a.ServiceAccount = "My_SA"
				return a
			}(),
			`pod identity association "team-a": serviceAccount: Invalid value: "My_SA": ` + subdomainRule,
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var refused error
			record, err := harness.RunErr(func(ctx *pulumi.Context) error {
				_, refused = workloadidentity.Associate(ctx, "team-a", test.args)
				return refused
			})
			require.Error(t, err)
			assert.EqualError(t, refused, test.want)
			assert.Empty(t, record.Resources())
		})
	}
}
