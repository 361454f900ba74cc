package verifyaws_test

import (
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/mlops-iac/mlops/internal/workbench/verifyaws"
	"github.com/mlops-iac/mlops/tests/config/awsvalues"
)

// providerType is that of settings of the provider itself, which is no resource.
const providerType = "pulumi:providers:aws"

// TestWrongValuesAtTheProvider puts the corpus of wrong values into the plan of a
// stack, behind the back of our validation. tests/config/awsvalues puts the same values
// through our validation.
func TestWrongValuesAtTheProvider(t *testing.T) {
	t.Parallel()
	v := verifier(t)
	translation, err := v.Translate(within(t), stack(t, awsvalues.Stack), nil)
	require.NoError(t, err)
	cases, changes := changesOf(t)
	found, err := v.Try(within(t), translation, changes)
	require.NoError(t, err)

	both := 0
	for _, c := range cases {
		refused := len(found[c.Name]) > 0
		switch c.Stop {
		case awsvalues.Ours:
			if refused {
				both++
			}
		case awsvalues.Provider:
			assert.True(t, refused, "%s: the provider does not stop it", c.Name)
		case awsvalues.Nowhere:
			assert.False(t, refused, "%s: the provider stops it: %v", c.Name, found[c.Name])
		}
	}
	for _, c := range changes {
		if c.Property == "" {
			assert.Empty(t, found[c.Name], "what is not changed must pass, or the rest says nothing")
		}
	}
	for _, fixed := range awsvalues.FixedValues() {
		assert.Equal(t, fixed.Passes == "", len(found[fixed.Name]) > 0, "%s: %v", fixed.Name, found[fixed.Name])
	}
	for name, findings := range found {
		for _, f := range findings {
			assert.NotEmpty(t, f.Message, name)
			assert.NotEmpty(t, f.Component, name)
			assert.NotEmpty(t, f.Property, "%s: %s", name, f.Message)
		}
	}
	t.Logf("%d wrong values at a resource of stack %s: the provider stops %d of them", len(cases), awsvalues.Stack, both)
	assert.Greater(t, both, 40, "the comparison must be one")
}

// changesOf returns the cases that arrive at a resource, and all changes to try:
// these, the values nobody can write, and a copy of every type as it is.
func changesOf(t *testing.T) ([]awsvalues.Case, []verifyaws.Change) {
	t.Helper()
	var cases []awsvalues.Case
	var changes []verifyaws.Change
	for _, c := range awsvalues.Cases() {
		if c.Type == "" || c.Type == providerType {
			continue
		}
		cases = append(cases, c)
		changes = append(changes, verifyaws.Change{Name: c.Name, Type: c.Type, Property: c.Property, Value: plain(t, c.Value)})
	}
	for _, fixed := range awsvalues.FixedValues() {
		changes = append(changes, verifyaws.Change{Name: fixed.Name, Type: fixed.Type, Property: fixed.Property, Value: plain(t, fixed.Value)})
	}
	unchanged := map[string]bool{}
	for _, c := range changes {
		if !unchanged[c.Type] {
			unchanged[c.Type] = true
			changes = append(changes, verifyaws.Change{Name: "unchanged " + c.Type, Type: c.Type})
		}
	}
	return cases, changes
}

// plain is a value as JSON has it.
func plain(t *testing.T, value any) any {
	t.Helper()
	data, err := json.Marshal(value)
	require.NoError(t, err)
	var decoded any
	require.NoError(t, json.Unmarshal(data, &decoded))
	return decoded
}
