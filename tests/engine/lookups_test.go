package engine_test

import (
	"slices"
	"testing"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/mlops-iac/mlops/internal/workbench/engine"
	"github.com/mlops-iac/mlops/internal/workbench/engine/fakeprovider"
)

const partitionLookup = "aws:index/getPartition:getPartition"

// tokens are those of the lookups made.
func tokens(plan engine.Plan) []string {
	var list []string
	for _, asked := range plan.Lookups {
		list = append(list, asked.Token)
	}
	return list
}

// allowed are the tokens of the list.
func allowed(t *testing.T) []string {
	t.Helper()
	var list []string
	for _, lookup := range engine.Lookups("aws", "amazonaws.com") {
		assert.NotEmpty(t, lookup.Reason, lookup.Token)
		assert.NotEmpty(t, lookup.Answer, lookup.Token)
		list = append(list, lookup.Token)
	}
	return list
}

// checkLookups insists that a stack asks for nothing that is not on the list.
func checkLookups(t *testing.T, plan engine.Plan) {
	t.Helper()
	list := allowed(t)
	for _, asked := range plan.Lookups {
		assert.Contains(t, list, asked.Token)
		assert.Positive(t, asked.Number)
	}
}

// checkStale insists that every lookup on the list was made by some stack.
func checkStale(t *testing.T, asked []string) {
	t.Helper()
	for _, token := range allowed(t) {
		assert.True(t, slices.Contains(asked, token), "no stack asks for %s any more; take it off the list", token)
	}
}

func TestEngineRefusesALookupThatIsNotOnTheList(t *testing.T) {
	t.Parallel()
	for _, token := range []string{"aws:index/getCallerIdentity:getCallerIdentity", "aws:ec2/getVpc:getVpc"} {
		plan, err := guarded(t, func(ctx *pulumi.Context, provider *aws.Provider) error {
			return ctx.Invoke(token, map[string]any{}, &struct{}{}, pulumi.Provider(provider))
		})
		require.ErrorIs(t, err, engine.ErrPlan)
		assert.Contains(t, messages(plan), "lookup "+token+" needs a cloud; the program must take this value from its settings")
		assert.Equal(t, []fakeprovider.Asked{{Token: token, Number: 1}}, plan.Lookups)
	}
}

func TestEngineAnswersALookupOnTheList(t *testing.T) {
	t.Parallel()
	plan, err := guarded(t, func(ctx *pulumi.Context, provider *aws.Provider) error {
		for range 2 {
			answer, err := aws.GetPartition(ctx, nil, pulumi.Provider(provider))
			if err != nil {
				return err
			}
			if answer.DnsSuffix != "amazonaws.com" {
				return assert.AnError
			}
		}
		return nil
	})
	require.NoError(t, err, messages(plan))
	assert.Equal(t, []fakeprovider.Asked{{Token: partitionLookup, Number: 2}}, plan.Lookups)
}
