package cluster

import (
	"fmt"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/cloudwatch"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/kms"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/mlops-iac/mlops/components/iampolicy"
	"github.com/mlops-iac/mlops/components/internal/cmk"
	"github.com/mlops-iac/mlops/components/internal/options"
	"github.com/mlops-iac/mlops/components/internal/tagmap"
)

// store is what outlives a control plane: its keys and its log group.
type store struct {
	secretsKey *kms.Key
	logGroup   *cloudwatch.LogGroup
}

func (c *Cluster) newStore(ctx *pulumi.Context, name string, in *Args) (store, error) {
	account := cmk.Account("Account", in.place())
	secretsKey, err := c.newKey(ctx, name+"-secrets", "Kubernetes secrets of EKS cluster "+in.Name,
		"alias/"+in.Name+"/secrets", in, account)
	if err != nil {
		return store{}, fmt.Errorf("secrets: %w", err)
	}
	// A key of its own: whoever may decrypt logs must not be able to decrypt secrets.
	logsKey, err := c.newKey(ctx, name+"-logs", "control-plane logs of EKS cluster "+in.Name,
		"alias/"+in.Name+"/logs", in, account, cmk.Logs("CloudWatchLogs", in.place(), in.logGroupName()))
	if err != nil {
		return store{}, fmt.Errorf("logs: %w", err)
	}
	logGroup, err := cloudwatch.NewLogGroup(ctx, name+"-logs", &cloudwatch.LogGroupArgs{
		Name:            pulumi.String(in.logGroupName()),
		RetentionInDays: pulumi.Int(in.LogRetentionDays),
		KmsKeyId:        logsKey.Arn,
		Tags:            tagmap.Named(in.Tags, in.logGroupName()),
	}, options.Stateful(c, in.keep())...)
	if err != nil {
		return store{}, fmt.Errorf("creating log group: %w", err)
	}
	return store{secretsKey: secretsKey, logGroup: logGroup}, nil
}

func (c *Cluster) newKey(
	ctx *pulumi.Context, name, description, alias string, in *Args, policy ...iampolicy.Statement,
) (*kms.Key, error) {
	return cmk.New(ctx, name+"-key", &cmk.Args{
		Parent:        c,
		Description:   description,
		Policy:        policy,
		AliasResource: name + "-alias",
		Alias:         alias,
		DeletionDays:  in.SecretsKeyDeletionDays,
		Keep:          in.keep(),
		Tags:          in.Tags,
		TagName:       alias,
	})
}
