package main

import (
	"context"
	"fmt"
	"strconv"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/ec2"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/iam"
	"github.com/pulumi/pulumi-eks/sdk/v2/go/eks"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/mlops-iac/mlops/internal/workbench/engine"
	"github.com/mlops-iac/mlops/internal/workbench/toolset"
)

// Number of resources every bare program has besides its security groups: the
// stack and the AWS provider; and what one bare eks.Cluster adds: itself, its
// children and the providers it needs.
const (
	baseResources    = 2
	clusterResources = 17
)

// bare previews the smallest program with count resources: the stack itself,
// one provider and security groups without rules, with the same CLI, the same
// fake providers and the same kind of private workspace as the platform's preview.
// With withEKS one of the resources is a bare eks.Cluster, so that the same
// component provider takes part.
func bare(ctx context.Context, count string, withEKS bool) error {
	total, err := strconv.Atoi(count)
	if err != nil {
		return fmt.Errorf("number of resources: %w", err)
	}
	set, err := toolset.New(".", func(string, ...any) {})
	if err != nil {
		return err
	}
	cli, err := set.Pulumi(ctx)
	if err != nil {
		return err
	}
	job := engine.Job{Project: "bare", Stack: "bare", Fakes: engine.FakeProviders("aws", "amazonaws.com")}
	groups := total - baseResources
	if withEKS {
		provider, err := set.EKS(ctx)
		if err != nil {
			return err
		}
		job.EKS = &provider
		groups -= clusterResources
	}
	job.Program = func(ctx *pulumi.Context) error { return register(ctx, groups, withEKS) }
	plan, err := engine.Preview(ctx, cli, job)
	if err != nil {
		return fmt.Errorf("bare program: %w: %v", err, plan.Diagnostics)
	}
	if len(plan.Resources) != total {
		return fmt.Errorf("bare program planned %d resources instead of %d", len(plan.Resources), total)
	}
	return nil
}

func register(ctx *pulumi.Context, groups int, withEKS bool) error {
	provider, err := aws.NewProvider(ctx, "aws", &aws.ProviderArgs{Region: pulumi.String("eu-west-1")})
	if err != nil {
		return err
	}
	if withEKS {
		if err := registerCluster(ctx, provider); err != nil {
			return err
		}
	}
	for i := range groups {
		args := &ec2.SecurityGroupArgs{Description: pulumi.String("bare")}
		if _, err := ec2.NewSecurityGroup(ctx, "bare-"+strconv.Itoa(i), args, pulumi.Provider(provider)); err != nil {
			return err
		}
	}
	return nil
}

func registerCluster(ctx *pulumi.Context, provider *aws.Provider) error {
	skip, ownCNI, mode := true, true, eks.AuthenticationModeApi
	_, err := eks.NewCluster(ctx, "bare", &eks.ClusterArgs{
		Name: pulumi.String("bare"), VpcId: pulumi.String("vpc-bare"),
		PrivateSubnetIds:     pulumi.ToStringArray([]string{"subnet-a", "subnet-b"}),
		SkipDefaultNodeGroup: &skip, UseDefaultVpcCni: &ownCNI, AuthenticationMode: &mode,
		InstanceRoles: iam.RoleArray{},
	}, pulumi.Providers(provider))
	return err
}
