package metadatastore

import (
	"strings"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/kms"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/mlops-iac/mlops/components/iampolicy"
	"github.com/mlops-iac/mlops/internal/tags"
)

func (b *builder) createKey() error {
	key, err := kms.NewKey(b.ctx, b.name+"-key", &kms.KeyArgs{
		Description:          pulumi.Sprintf("Storage, backups, logs and master password of %s", b.in.Instance.Identifier),
		EnableKeyRotation:    pulumi.Bool(true),
		DeletionWindowInDays: pulumi.Int(KeyDeletionDays),
		Policy:               iampolicy.Document(b.keyStatements()...),
		Tags:                 tags.Named(b.in.Tags, b.name),
	}, b.stateful()...)
	if err != nil {
		return err
	}
	b.store.Key = key
	_, err = kms.NewAlias(b.ctx, b.name+"-key-alias", &kms.AliasArgs{TargetKeyId: key.ID()}, b.child()...)
	return err
}

// keyStatements: in a key policy the resource "*" is the key the policy is
// attached to. The first statement lets IAM policies grant the key; without it
// nobody could repair it. The second lets CloudWatch encrypt these logs only.
func (b *builder) keyStatements() []iampolicy.Statement {
	root := pulumi.Sprintf("arn:%s:iam::%s:root", b.in.Partition, b.in.AccountID)
	logs := pulumi.Sprintf("arn:%s:logs:%s:%s:log-group:%s*", b.in.Partition, b.in.Region, b.in.AccountID, b.logPrefix())
	return []iampolicy.Statement{
		{
			Sid:        "AccountAdministersKey",
			Principals: map[string][]pulumi.StringInput{iampolicy.AWS: {root}},
			Actions:    []string{"kms:*"},
			Resources:  iampolicy.Strings("*"),
		},
		{
			Sid:        "LogsUseKey",
			Principals: map[string][]pulumi.StringInput{iampolicy.Service: iampolicy.Strings(b.logService())},
			Actions:    []string{"kms:Encrypt", "kms:Decrypt", "kms:ReEncrypt*", "kms:GenerateDataKey*", "kms:DescribeKey"},
			Resources:  iampolicy.Strings("*"),
			Conditions: map[string]map[string][]pulumi.StringInput{
				"ArnLike": {"kms:EncryptionContext:aws:logs:arn": {logs}},
			},
		},
	}
}

// logService is the regional principal of CloudWatch Logs.
func (b *builder) logService() string {
	if strings.HasPrefix(b.in.Region, "cn-") {
		return "logs." + b.in.Region + ".amazonaws.com.cn"
	}
	return "logs." + b.in.Region + ".amazonaws.com"
}
