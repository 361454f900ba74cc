package verifyaws_test

import (
	"strings"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/mlops-iac/mlops/internal/workbench/engine"
	"github.com/mlops-iac/mlops/internal/workbench/preview"
	"github.com/mlops-iac/mlops/internal/workbench/toolset"
	"github.com/mlops-iac/mlops/internal/workbench/verifyaws"
	"github.com/mlops-iac/mlops/internal/workbench/verifyaws/terraform"
)

// notInStacks are types that only importers of a component reach.
var notInStacks = map[string]string{
	"aws:iam/openIdConnectProvider:OpenIdConnectProvider": "cluster.Args.OIDCProvider, for identities in the way of before EKS Pod Identity",
}

func TestEveryStackCanBeTranslated(t *testing.T) {
	t.Parallel()
	exceptions, err := terraform.NewExceptions(terraform.OlderProvider(), toolset.BuiltAWSProvider)
	require.NoError(t, err)
	seen := map[string]bool{}
	ready, known := planner(t), schema(t)
	for _, s := range []preview.StackInput{stack(t, "dev"), stack(t, "staging"), stack(t, "prod"), everything(t), elsewhere(t)} {
		got, err := verifyaws.Translate(within(t), ready, known, exceptions, s, nil)
		require.NoError(t, err, s.Name)
		assert.Empty(t, got.Findings, s.Name)
		assert.Len(t, got.Resources, len(got.Inputs), s.Name)
		assert.Len(t, got.Inputs, awsResources(got.Plan), "%s: nothing is left out", s.Name)
		for _, input := range got.Inputs {
			seen[string(resource.URN(input.URN).Type())] = true
		}
		references, unknown := got.References()
		assert.Greater(t, references, 200, s.Name)
		assert.Equal(t, nameless(got), unknown, "%s: more than the engine's own ids has no name", s.Name)
	}
	for _, use := range exceptions.Uses() {
		assert.Positive(t, use.Count, "%s %s", use.Type, use.Property)
		assert.False(t, use.Stale, "%s %s", use.Type, use.Property)
	}
	for _, token := range terraform.Tokens() {
		assert.NotEqual(t, seen[token], notInStacks[token] != "", token)
	}
}

// awsResources counts the AWS resources in what the engine planned.
func awsResources(plan engine.Plan) int {
	count := 0
	for _, r := range plan.Resources {
		if strings.HasPrefix(r.Type, "aws:") {
			count++
		}
	}
	return count
}

// nameless counts the inputs that stay unknown: the name of a final snapshot holds an id
// of the engine.
func nameless(got verifyaws.Translation) int {
	count := 0
	for _, r := range got.Resources {
		if r.Type == "aws_db_instance" && r.Body["final_snapshot_identifier"] != nil {
			count++
		}
	}
	return count
}
