package engine_test

import (
	"context"
	"testing"
	"time"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/ec2"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/s3"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/mlops-iac/mlops/internal/guard"
	"github.com/mlops-iac/mlops/internal/workbench/engine"
	"github.com/mlops-iac/mlops/internal/workbench/toolset"
)

// guarded previews a program as the platform is previewed: with the guard
// attached before, and its gate registered after, everything else.
func guarded(t *testing.T, program func(*pulumi.Context, *aws.Provider) error) (engine.Plan, error) {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), 15*time.Minute)
	defer cancel()
	set, err := toolset.New(checkout, t.Logf)
	require.NoError(t, err)
	cli, err := set.Pulumi(ctx)
	require.NoError(t, err)
	return engine.Preview(ctx, cli, engine.Job{
		Project: "guarded", Stack: "test", Fakes: engine.FakeProviders("aws", "amazonaws.com"),
		Program: func(ctx *pulumi.Context) error {
			session := guard.NewSession(nil, guard.Options{})
			if err := session.Attach(ctx); err != nil {
				return err
			}
			provider, err := aws.NewProvider(ctx, "aws", &aws.ProviderArgs{Region: pulumi.String("eu-west-1")})
			if err != nil {
				return err
			}
			if err := program(ctx, provider); err != nil {
				return err
			}
			return session.Gate(ctx, "guard")
		},
	})
}

func tagged() pulumi.StringMap {
	return pulumi.StringMap{
		"project": pulumi.String("p"), "environment": pulumi.String("e"), "owner": pulumi.String("o"),
		"cost-center": pulumi.String("c"), "managed-by": pulumi.String("pulumi"),
	}
}

func messages(plan engine.Plan) string {
	text := ""
	for _, d := range plan.Errors() {
		text += d.Message + "\n"
	}
	return text
}

func planned(plan engine.Plan, token string) bool {
	for _, r := range plan.Resources {
		if r.Type == token {
			return true
		}
	}
	return false
}

func TestEngineRefusesAResourceThatBreaksARule(t *testing.T) {
	t.Parallel()
	plan, err := guarded(t, func(ctx *pulumi.Context, provider *aws.Provider) error {
		_, err := ec2.NewSecurityGroup(ctx, "open", &ec2.SecurityGroupArgs{
			Tags: tagged(), Description: pulumi.String("open to the world"),
			Ingress: ec2.SecurityGroupIngressArray{ec2.SecurityGroupIngressArgs{
				Protocol: pulumi.String("tcp"), FromPort: pulumi.Int(22), ToPort: pulumi.Int(22),
				CidrBlocks: pulumi.ToStringArray([]string{"0.0.0.0/0"}),
			}},
		}, pulumi.Provider(provider))
		return err
	})
	require.ErrorIs(t, err, engine.ErrPlan)
	assert.Contains(t, messages(plan), `MLOPS-NET-001 (no ingress from the internet): aws:ec2/securityGroup:SecurityGroup "open"`)
	assert.Contains(t, messages(plan), "fix: ")
	assert.False(t, planned(plan, "aws:ec2/securityGroup:SecurityGroup"), "the resource itself must not be registered")
}

func TestEngineRefusesASetThatBreaksARule(t *testing.T) {
	t.Parallel()
	plan, err := guarded(t, func(ctx *pulumi.Context, provider *aws.Provider) error {
		_, err := s3.NewBucketV2(ctx, "lonely", &s3.BucketV2Args{Tags: tagged()}, pulumi.Provider(provider))
		return err
	})
	require.ErrorIs(t, err, engine.ErrPlan)
	assert.Contains(t, messages(plan), `aws:s3/bucketV2:BucketV2 "lonely"`)
	assert.Contains(t, messages(plan), "public access block")
}

func TestEnginePlansWhatKeepsTheRules(t *testing.T) {
	t.Parallel()
	plan, err := guarded(t, func(ctx *pulumi.Context, provider *aws.Provider) error {
		_, err := ec2.NewSecurityGroup(ctx, "closed", &ec2.SecurityGroupArgs{
			Tags: tagged(), Description: pulumi.String("closed"),
		}, pulumi.Provider(provider))
		return err
	})
	require.NoError(t, err, messages(plan))
	assert.True(t, planned(plan, "aws:ec2/securityGroup:SecurityGroup"))
	assert.True(t, planned(plan, guard.GateToken))
}
