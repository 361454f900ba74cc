// Command guest-tenant puts a tenant on the cluster of the platform from a
// stack of its own, for a team that keeps its infrastructure to itself. It
// needs nothing of the platform but its stack outputs.
package main

import (
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws"
	"github.com/pulumi/pulumi-kubernetes/sdk/v4/go/kubernetes"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi/config"

	"github.com/mlops-iac/mlops/components/cluster"
	"github.com/mlops-iac/mlops/components/registry"
	"github.com/mlops-iac/mlops/components/tenant"
)

func main() { pulumi.Run(program) }

func program(ctx *pulumi.Context) error {
	settings := config.New(ctx, "")
	platform, err := pulumi.NewStackReference(ctx, settings.Get("platformStack"), nil)
	if err != nil {
		return err
	}
	target, err := cluster.RefFromStack(platform)
	if err != nil {
		return err
	}
	images, err := registry.RefFromStack(platform)
	if err != nil {
		return err
	}
	inCluster, err := kubernetes.NewProvider(ctx, "kubernetes", &kubernetes.ProviderArgs{
		Kubeconfig: platform.GetStringOutput(pulumi.String("kubeconfig")),
	})
	if err != nil {
		return err
	}
	inAWS, err := aws.NewProvider(ctx, "aws", &aws.ProviderArgs{Region: pulumi.String(settings.Get("region"))})
	if err != nil {
		return err
	}
	guest, err := tenant.New(ctx, "guest", &tenant.Args{
		Name:  "guest",
		Image: pulumi.Sprintf("%s:1.0.0", images.RepositoryURLs.MapIndex(pulumi.String("inference"))),
		Identity: &tenant.Identity{
			ClusterName: target.Name,
			RoleARN:     pulumi.String(settings.Get("roleArn")),
		},
	}, pulumi.Providers(inCluster, inAWS))
	if err != nil {
		return err
	}
	ctx.Export("guest", guest.Ref().Outputs())
	return nil
}
