package engine

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestGoals(t *testing.T) {
	t.Parallel()
	const a, b, c = "urn:pulumi:dev::mlops::x:y:Z::a", "urn:pulumi:dev::mlops::x:y:Z::b", "urn:pulumi:dev::mlops::x:y:Z::c"
	path := filepath.Join(t.TempDir(), "goals.json")
	require.NoError(t, os.WriteFile(path, []byte(`{"resourcePlans": {
		"`+b+`": {"goal": {"dependencies": ["`+a+`"], "ignoreChanges": ["tags", "scalingConfig.desiredSize"]}},
		"`+c+`": {}
	}}`), 0o600))
	plan := Plan{Resources: []Resource{{URN: b}, {URN: c}}}
	require.NoError(t, plan.readGoals(path))
	assert.Equal(t, []Resource{
		{URN: b, Dependencies: []string{a}, IgnoreChanges: []string{"tags", "scalingConfig.desiredSize"}}, {URN: c},
	}, plan.Resources)

	plan.Resources = []Resource{{URN: a}}
	require.EqualError(t, plan.readGoals(path), "the engine's plan says nothing about "+a)
	require.NoError(t, os.WriteFile(path, []byte("{"), 0o600))
	assert.ErrorContains(t, plan.readGoals(path), "reading the engine's plan: ")
	assert.ErrorIs(t, plan.readGoals(path+"x"), os.ErrNotExist)
}
