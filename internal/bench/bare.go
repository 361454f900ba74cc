package main

import (
	"context"
	"fmt"
	"strconv"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/ec2"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/mlops-iac/mlops/internal/offline"
	"github.com/mlops-iac/mlops/internal/offline/toolset"
)

// bare previews the smallest program with count resources: the stack itself,
// one provider and security groups without rules, with the same CLI, the same
// stand-in and the same kind of private workspace as the platform's preview.
func bare(ctx context.Context, count string) error {
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
	plan, err := offline.Preview(ctx, cli, offline.Job{
		Project: "bare", Stack: "bare", Program: func(ctx *pulumi.Context) error { return register(ctx, total-2) },
		StandIns: []offline.StandIn{{Package: "aws", Version: "6.83.4"}},
	})
	if err != nil {
		return fmt.Errorf("bare program: %w: %v", err, plan.Diagnostics)
	}
	if len(plan.Resources) != total {
		return fmt.Errorf("bare program planned %d resources instead of %d", len(plan.Resources), total)
	}
	return nil
}

func register(ctx *pulumi.Context, count int) error {
	provider, err := aws.NewProvider(ctx, "aws", &aws.ProviderArgs{Region: pulumi.String("eu-west-1")})
	if err != nil {
		return err
	}
	for i := range count {
		args := &ec2.SecurityGroupArgs{Description: pulumi.String("bare")}
		if _, err := ec2.NewSecurityGroup(ctx, "bare-"+strconv.Itoa(i), args, pulumi.Provider(provider)); err != nil {
			return err
		}
	}
	return nil
}
