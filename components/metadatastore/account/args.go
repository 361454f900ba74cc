package account

import (
	"maps"
	"slices"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/mlops-iac/mlops/components/metadatastore"
	"github.com/mlops-iac/mlops/internal/shared/awsenv"
)

// ProvisionerArgs configure a Provisioner.
type ProvisionerArgs struct {
	// Store is the database; required.
	Store metadatastore.Ref `pulumi:"store"`
	// ClusterName is the EKS cluster of the jobs; required.
	ClusterName pulumi.StringInput `pulumi:"clusterName"`
	// ClusterARN, if given, also tells the cluster from one of the same name in
	// another region.
	ClusterARN pulumi.StringInput `pulumi:"clusterArn"`
	// AccountID is the 12-digit account of database and cluster; required.
	AccountID string `pulumi:"accountId"`
	// Region is that of both; required.
	Region string `pulumi:"region"`
	// Partition is "aws", "aws-cn" or "aws-us-gov"; default the one Region lies in.
	Partition string `pulumi:"partition"`
	// DatabaseCIDRs are the ranges of the database's subnets; at least one.
	DatabaseCIDRs []string `pulumi:"databaseCidrs"`
	// Namespace is made for the jobs; default DefaultNamespace.
	Namespace string `pulumi:"namespace"`
	// Image has psql and Perl, like the official image of PostgreSQL, which is the default.
	Image string `pulumi:"image"`
	// CLIImage has the AWS CLI; default DefaultCLIImage.
	CLIImage string `pulumi:"cliImage"`
	// NodeSelector narrows down the nodes of the jobs; default any node.
	NodeSelector map[string]string `pulumi:"nodeSelector"`
	// Tags go on every taggable resource.
	Tags map[string]string `pulumi:"tags"`
}

// inputs are what state and mocks show of the arguments.
func (a *ProvisionerArgs) inputs() pulumi.Map {
	return pulumi.Map{
		"namespace":     pulumi.String(a.Namespace),
		"databaseCidrs": pulumi.ToStringArray(a.DatabaseCIDRs),
		"image":         pulumi.String(a.Image),
		"cliImage":      pulumi.String(a.CLIImage),
	}
}

func (a *ProvisionerArgs) place() awsenv.Place {
	return awsenv.Place{Partition: a.Partition, Region: a.Region, AccountID: a.AccountID}
}

func (a *ProvisionerArgs) clone() *ProvisionerArgs {
	if a == nil {
		return &ProvisionerArgs{}
	}
	in := *a
	in.DatabaseCIDRs = slices.Clone(a.DatabaseCIDRs)
	in.NodeSelector, in.Tags = maps.Clone(a.NodeSelector), maps.Clone(a.Tags)
	return &in
}

// Args configure an Account.
type Args struct {
	// Provisioner makes the account; required.
	Provisioner Ref `pulumi:"provisioner"`
	// Tenant is the name of the tenant; required.
	Tenant string `pulumi:"tenant"`
	// Connections is how many connections the tenant may hold at a time, 1 to
	// MaxConnections; default DefaultConnections.
	Connections int `pulumi:"connections"`
}
