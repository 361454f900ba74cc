package schema_test

import (
	"encoding/json"
	"os"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/mlops-iac/mlops/tenants/internal/schema"
)

func TestSchemaIsCurrent(t *testing.T) {
	t.Parallel()
	want, err := schema.Generate()
	require.NoError(t, err)
	got, err := os.ReadFile(schema.File)
	require.NoError(t, err)
	assert.Equal(t, string(want), string(got), "run: go generate ./tenants/...")
}

// node is the part of a schema the tests look at.
type node struct {
	Description string          `json:"description"`
	Default     any             `json:"default"`
	Required    []string        `json:"required"`
	Properties  map[string]node `json:"properties"`
	Definitions map[string]node `json:"$defs"`
	Additional  any             `json:"additionalProperties"`
}

func TestSchemaSaysWhatPeopleNeed(t *testing.T) {
	t.Parallel()
	text, err := schema.Generate()
	require.NoError(t, err)
	var root node
	require.NoError(t, json.Unmarshal(text, &root))

	assert.Equal(t, []string{"name", "owners", "costCenter", "image"}, root.Required)
	assert.Equal(t, map[string]any{"min": 2.0, "max": 10.0, "targetCPUPercent": 50.0}, root.Properties["replicas"].Default)
	assert.Contains(t, root.Properties, "environments")
	assert.NotContains(t, root.Definitions["Spec"].Properties, "name", "an override cannot rename a tenant")
	assert.Empty(t, root.Definitions["Spec"].Required, "an override states only what differs")
	described(t, "", root)
	for name, definition := range root.Definitions {
		described(t, name, definition)
	}
}

// described checks that every key is explained and that no other is allowed.
func described(t *testing.T, path string, n node) {
	t.Helper()
	assert.Equal(t, false, n.Additional, "%s allows unknown keys", path)
	for key, property := range n.Properties {
		assert.NotEmpty(t, property.Description, "%s.%s has no comment", path, key)
	}
}
