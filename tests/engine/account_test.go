package engine_test

import (
	"context"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/mlops-iac/mlops/internal/platform"
	"github.com/mlops-iac/mlops/internal/workbench/engine"
	"github.com/mlops-iac/mlops/internal/workbench/engine/fakeprovider"
	"github.com/mlops-iac/mlops/internal/workbench/preview"
	"github.com/mlops-iac/mlops/internal/workbench/toolset"
)

// elsewhere is configuration that Pulumi would give to an AWS provider the
// program had not made itself.
const elsewhere = `config:
  aws:allowedAccountIds: ["222222222222"]
  aws:forbiddenAccountIds: ["111111111111"]
  aws:skipRequestingAccountId: "true"
  aws:skipCredentialsValidation: "true"
  aws:accessKey: of-another-account
`

// deploying are the fake providers of a program that is not offline, in an account
// without a cluster.
func deploying() []engine.FakeProvider {
	fakes := engine.FakeProviders("aws", "amazonaws.com")
	fakes[0].Lookups = append(fakes[0].Lookups, fakeprovider.Lookup{
		Token: "aws:eks/getClusters:getClusters", Reason: "the program asks which node groups run",
		Answer: map[string]any{"id": "eu-west-1", "names": []any{}},
	})
	return fakes
}

// TestAStackFileCannotWidenTheAccount plans the program as it deploys, not
// offline, with a stack file that tries to reach another account.
func TestAStackFileCannotWidenTheAccount(t *testing.T) {
	t.Parallel()
	file, err := os.ReadFile(filepath.Join(checkout, "Pulumi.dev.yaml"))
	require.NoError(t, err)
	require.Equal(t, 1, strings.Count(string(file), "config:\n"))
	stack := strings.Replace(string(file), "config:\n", elsewhere, 1)
	ctx, cancel := context.WithTimeout(context.Background(), 15*time.Minute)
	defer cancel()
	set, err := toolset.New(checkout, t.Logf)
	require.NoError(t, err)
	cli, err := set.Pulumi(ctx)
	require.NoError(t, err)
	eks, err := set.EKS(ctx)
	require.NoError(t, err)
	plan, err := engine.Preview(ctx, cli, engine.Job{
		Project: preview.Project, Stack: "dev", StackFile: []byte(stack), EKS: &eks,
		Fakes: deploying(), Program: platform.New(platform.Options{}),
	})
	require.NoError(t, err, "%v", plan.Diagnostics)
	isProvider := func(r engine.Resource) bool { return r.Type == "pulumi:providers:aws" }
	index := slices.IndexFunc(plan.Resources, isProvider)
	require.GreaterOrEqual(t, index, 0)
	assert.False(t, slices.ContainsFunc(plan.Resources[index+1:], isProvider), "there is one provider of AWS only")
	inputs := plan.Resources[index].Inputs
	assert.Contains(t, string(file), `accountId: "111111111111"`)
	assert.Contains(t, []any{`["111111111111"]`, []any{"111111111111"}}, inputs["allowedAccountIds"])
	for _, key := range []string{"forbiddenAccountIds", "skipRequestingAccountId", "accessKey"} {
		assert.NotContains(t, inputs, key)
	}
	assert.Contains(t, []any{false, "false"}, inputs["skipCredentialsValidation"])
	assert.Equal(t, []string{"aws:eks/getClusters:getClusters", partitionLookup}, tokens(plan))
}
