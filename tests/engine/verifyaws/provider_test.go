package verifyaws_test

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"

	tfjson "github.com/hashicorp/terraform-json"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/mlops-iac/mlops/internal/workbench/engine"
	"github.com/mlops-iac/mlops/internal/workbench/preview"
	"github.com/mlops-iac/mlops/internal/workbench/verifyaws"
	"github.com/mlops-iac/mlops/internal/workbench/verifyaws/terraform"
	"github.com/mlops-iac/mlops/internal/workbench/verifyaws/tofu"
)

// TestCommittedSchemaIsThatOfTheProvider keeps the tests without the provider
// honest. With UPDATE=1 it writes the file instead.
func TestCommittedSchemaIsThatOfTheProvider(t *testing.T) {
	verifier(t) // which asks the provider when nobody did before
	set := tools(t)
	built, err := set.AWS(within(t))
	require.NoError(t, err)
	file, err := os.Open(set.AWSSchema(built))
	require.NoError(t, err)
	defer file.Close()
	want, err := terraform.Extract(file)
	require.NoError(t, err)
	if os.Getenv("UPDATE") != "" {
		require.NoError(t, os.WriteFile(committed, append(want, '\n'), 0o600))
	}
	got, err := os.ReadFile(committed)
	require.NoError(t, err)
	assert.True(t, bytes.Equal(bytes.TrimSpace(got), want), "the provider's schema has changed: run this test with UPDATE=1")
}

// TestStacksThatAreNotCommitted has the provider verify what the committed stacks
// leave off. They themselves are verified by make verify-aws.
func TestStacksThatAreNotCommitted(t *testing.T) {
	t.Parallel()
	for _, s := range []preview.StackInput{everything(t), elsewhere(t)} {
		t.Run(s.Name, func(t *testing.T) {
			t.Parallel()
			result, err := verifier(t).Stack(within(t), s, nil)
			require.NoError(t, err)
			assert.Empty(t, result.Findings)
			assert.True(t, result.Passed())
			assert.Len(t, result.Inputs, result.Planned)
			assert.Equal(t, "default", vpc(t, result)["instance_tenancy"], "a default that only the provider knows")
		})
	}
}

// vpc is the network in the plan that was kept.
func vpc(t *testing.T, result verifyaws.Result) map[string]any {
	t.Helper()
	data, err := os.ReadFile(filepath.Join(result.Folder, tofu.PlanFile))
	require.NoError(t, err)
	var plan tfjson.Plan
	require.NoError(t, plan.UnmarshalJSON(data))
	for _, change := range plan.ResourceChanges {
		if change.Type == "aws_vpc" {
			return change.Change.After.(map[string]any)
		}
	}
	require.Fail(t, "the plan has no VPC")
	return nil
}

// smuggle changes one input of one resource behind the back of our validation.
func smuggle(typeToken, name, key string, value pulumi.Input) func(*engine.Job) {
	return altered(func(args *pulumi.ResourceTransformArgs) {
		if args.Type == typeToken && args.Name == name {
			args.Props[key] = value
		}
	})
}

// TestSmuggledValueIsFoundAtItsPlace covers both stages of the provider: what it
// says of one resource alone, and what only a plan shows.
func TestSmuggledValueIsFoundAtItsPlace(t *testing.T) {
	t.Parallel()
	const dev = "urn:pulumi:dev::mlops::"
	for _, c := range []struct {
		name, token, resource, key string
		value                      pulumi.Input
		want                       verifyaws.Finding
		says                       string
	}{
		{
			"a network that is not one", "aws:ec2/subnet:Subnet", "mlops-dev-network-private-eu-west-1a", "cidrBlock", pulumi.String("10.0.0.0/33"),
			verifyaws.Finding{
				Stage: verifyaws.StageValidate, Property: "cidrBlock",
				URN:       dev + "mlops:index:Network$aws:ec2/subnet:Subnet::mlops-dev-network-private-eu-west-1a",
				Component: []string{"mlops:index:Network mlops-dev-network"},
			}, `"10.0.0.0/33"`,
		},
		{
			"a size inside a block", "aws:eks/nodeGroup:NodeGroup", "mlops-dev-nodes-cpu-group", "scalingConfig",
			pulumi.Map{"minSize": pulumi.Int(1), "maxSize": pulumi.Int(0), "desiredSize": pulumi.Int(1)},
			verifyaws.Finding{
				Stage: verifyaws.StageValidate, Property: "scalingConfig.maxSize",
				URN:       dev + "mlops:index:NodeGroup$aws:eks/nodeGroup:NodeGroup::mlops-dev-nodes-cpu-group",
				Component: []string{"mlops:index:NodeGroup mlops-dev-nodes-cpu"},
			}, "at least (1)",
		},
		{
			"a property that does not exist", "aws:ec2/vpc:Vpc", "mlops-dev-network-vpc", "cidrBlok", pulumi.String("10.0.0.0/16"),
			verifyaws.Finding{
				Stage: verifyaws.StageTranslate, Property: "cidrBlok",
				URN:       dev + "mlops:index:Network$aws:ec2/vpc:Vpc::mlops-dev-network-vpc",
				Component: []string{"mlops:index:Network mlops-dev-network"},
			}, "aws_vpc has no such property",
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			result, err := verifier(t).Stack(within(t), stack(t, "dev"), smuggle(c.token, c.resource, c.key, c.value))
			require.NoError(t, err)
			require.Len(t, result.Findings, 1)
			got := result.Findings[0]
			assert.Contains(t, got.Message, c.says)
			got.Message = ""
			assert.Equal(t, c.want, got)
			assert.False(t, result.Passed())
			assert.Zero(t, result.Planned)
		})
	}
}
