package cluster

import (
	"fmt"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/cloudwatch"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/kms"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/mlops-iac/mlops/components/iampolicy"
	"github.com/mlops-iac/mlops/internal/tags"
)

// store is what outlives a control plane: its keys and its log group.
type store struct {
	secretsKey *kms.Key
	logGroup   *cloudwatch.LogGroup
}

func (c *Cluster) newStore(ctx *pulumi.Context, name string, in *Args) (store, error) {
	secretsKey, err := c.newKey(ctx, name+"-secrets", "Kubernetes secrets of EKS cluster "+in.Name,
		"alias/"+in.Name+"/secrets", in, in.ownerStatement())
	if err != nil {
		return store{}, fmt.Errorf("creating secrets key: %w", err)
	}
	// A key of its own: whoever may decrypt logs must not be able to decrypt secrets.
	logsKey, err := c.newKey(ctx, name+"-logs", "control-plane logs of EKS cluster "+in.Name,
		"alias/"+in.Name+"/logs", in, in.ownerStatement(), in.logsStatement())
	if err != nil {
		return store{}, fmt.Errorf("creating logs key: %w", err)
	}
	logGroup, err := cloudwatch.NewLogGroup(ctx, name+"-logs", &cloudwatch.LogGroupArgs{
		Name:            pulumi.String(in.logGroupName()),
		RetentionInDays: pulumi.Int(in.LogRetentionDays),
		KmsKeyId:        logsKey.Arn,
		Tags:            tags.Named(in.Tags, in.logGroupName()),
	}, c.stateful(in)...)
	if err != nil {
		return store{}, fmt.Errorf("creating log group: %w", err)
	}
	return store{secretsKey: secretsKey, logGroup: logGroup}, nil
}

func (c *Cluster) newKey(
	ctx *pulumi.Context, name, description, alias string, in *Args, policy ...iampolicy.Statement,
) (*kms.Key, error) {
	key, err := kms.NewKey(ctx, name+"-key", &kms.KeyArgs{
		Description:          pulumi.String(description),
		EnableKeyRotation:    pulumi.Bool(true),
		DeletionWindowInDays: pulumi.Int(in.SecretsKeyDeletionDays),
		Policy:               iampolicy.Document(policy...),
		Tags:                 tags.Named(in.Tags, alias),
	}, c.stateful(in)...)
	if err != nil {
		return nil, err
	}
	_, err = kms.NewAlias(ctx, name+"-alias", &kms.AliasArgs{
		Name:        pulumi.String(alias),
		TargetKeyId: key.KeyId,
	}, pulumi.Parent(c))
	return key, err
}

func (c *Cluster) stateful(in *Args) []pulumi.ResourceOption {
	return []pulumi.ResourceOption{pulumi.Parent(c), pulumi.Protect(in.Protect), pulumi.RetainOnDelete(in.RetainOnDelete)}
}

// ownerStatement lets IAM policies of the account govern the key; without it
// nobody could administer the key, and EKS could not get its grant.
func (a *Args) ownerStatement() iampolicy.Statement {
	return iampolicy.Statement{
		Sid:        "Account",
		Principals: map[string][]pulumi.StringInput{iampolicy.AWS: iampolicy.Strings("arn:" + a.Partition + ":iam::" + a.AccountID + ":root")},
		Actions:    []string{"kms:*"},
		// In a key policy "*" is the key the policy is on.
		Resources: iampolicy.Strings("*"),
	}
}

func (a *Args) logsStatement() iampolicy.Statement {
	logGroup := "arn:" + a.Partition + ":logs:" + a.Region + ":" + a.AccountID + ":log-group:" + a.logGroupName()
	return iampolicy.Statement{
		Sid:        "CloudWatchLogs",
		Principals: map[string][]pulumi.StringInput{iampolicy.Service: iampolicy.Strings("logs." + a.Region + "." + a.dnsSuffix())},
		Actions:    []string{"kms:Encrypt*", "kms:Decrypt*", "kms:ReEncrypt*", "kms:GenerateDataKey*", "kms:Describe*"},
		// In a key policy "*" is the key the policy is on.
		Resources:  iampolicy.Strings("*"),
		Conditions: map[string]map[string][]pulumi.StringInput{"ArnEquals": {"kms:EncryptionContext:aws:logs:arn": iampolicy.Strings(logGroup)}},
	}
}

// dnsSuffix is the domain of service principals that carry a region.
func (a *Args) dnsSuffix() string {
	if a.Partition == "aws-cn" {
		return "amazonaws.com.cn"
	}
	return "amazonaws.com"
}
