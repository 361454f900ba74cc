// Command data-lake is a stack of another team: it takes the network and the
// object store of the platform and nothing else.
package main

import (
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/mlops-iac/mlops/components/network"
	networkspec "github.com/mlops-iac/mlops/components/network/spec"
	"github.com/mlops-iac/mlops/components/objectstore"
	objectstorespec "github.com/mlops-iac/mlops/components/objectstore/spec"
)

const (
	account = "444444444444"
	region  = "eu-central-1"
)

func main() { pulumi.Run(program) }

func program(ctx *pulumi.Context) error {
	provider, err := aws.NewProvider(ctx, "aws", &aws.ProviderArgs{
		Region:            pulumi.String(region),
		AllowedAccountIds: pulumi.ToStringArray([]string{account}),
	})
	if err != nil {
		return err
	}
	tags := map[string]string{"project": "data-lake", "owner": "data-team"}
	vpc, err := network.New(ctx, "data-lake", &network.Args{
		Network: networkspec.Network{CIDR: "10.20.0.0/18", NAT: networkspec.NATNone},
		Region:  region, AccountID: account, Tags: tags,
	}, pulumi.Provider(provider))
	if err != nil {
		return err
	}
	lake, err := objectstore.New(ctx, "data-lake-objects", &objectstore.Args{
		ObjectStore: objectstorespec.ObjectStore{NoncurrentVersionDays: 60},
		AccountID:   account, Region: region, Protect: true, Tags: tags,
	}, pulumi.Provider(provider))
	if err != nil {
		return err
	}
	ctx.Export(network.OutputKey, vpc.Ref().Outputs())
	ctx.Export(objectstore.OutputKey, lake.Ref().Outputs())
	return nil
}
