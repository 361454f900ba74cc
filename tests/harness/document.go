package harness

import (
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/require"
)

// Document reads the input at path, a JSON object as text.
func Document(t *testing.T, r Resource, path string) map[string]any {
	t.Helper()
	text, ok := r.Prop(path).(string)
	require.True(t, ok, "%s of %s %q is no text: %v", path, r.Type, r.Name, r.Prop(path))
	var parsed map[string]any
	require.NoError(t, json.Unmarshal([]byte(text), &parsed))
	return parsed
}

// Statements reads the statements of the IAM policy document at path.
func Statements(t *testing.T, r Resource, path string) []map[string]any {
	t.Helper()
	list, ok := Document(t, r, path)["Statement"].([]any)
	require.True(t, ok, "%s of %s %q has no statements", path, r.Type, r.Name)
	statements := make([]map[string]any, len(list))
	for i, item := range list {
		statements[i], ok = item.(map[string]any)
		require.True(t, ok, "statement %d of %s %q", i, r.Type, r.Name)
	}
	return statements
}
