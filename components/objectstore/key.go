package objectstore

import (
	"strings"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/kms"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/mlops-iac/mlops/components/iampolicy"
	"github.com/mlops-iac/mlops/internal/tags"
)

func (b *builder) createKey() error {
	root := pulumi.Sprintf("arn:%s:iam::%s:root", b.in.Partition, b.in.AccountID)
	key, err := kms.NewKey(b.ctx, b.name+"-key", &kms.KeyArgs{
		Description:          pulumi.Sprintf("Objects of %s", b.name),
		EnableKeyRotation:    pulumi.Bool(true),
		DeletionWindowInDays: pulumi.Int(KeyDeletionDays),
		Policy: iampolicy.Document(iampolicy.Statement{
			Sid:        "AccountAdministersKey",
			Principals: map[string][]pulumi.StringInput{iampolicy.AWS: {root}},
			Actions:    []string{"kms:*"},
			// In a key policy "*" is the key the policy is attached to. Without this
			// statement IAM policies could not grant the key and nobody could repair it.
			Resources: iampolicy.Strings("*"),
		}),
		Tags: tags.Named(b.in.Tags, b.name),
	}, b.stateful()...)
	if err != nil {
		return err
	}
	b.store.Key = key
	_, err = kms.NewAlias(b.ctx, b.name+"-key-alias", &kms.AliasArgs{TargetKeyId: key.ID()}, b.child()...)
	return err
}

// serviceHost is the S3 endpoint of a region, which is also the value of
// kms:ViaService for requests S3 makes.
func serviceHost(region string) string {
	if strings.HasPrefix(region, "cn-") {
		return "s3." + region + ".amazonaws.com.cn"
	}
	return "s3." + region + ".amazonaws.com"
}
