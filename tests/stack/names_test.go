package stack_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/mlops-iac/mlops/internal/platform"
)

// TestLongestNamesFit builds a stack with the longest names that settings admit.
// Components refuse names that leave IAM and S3 no room for what they append.
func TestLongestNamesFit(t *testing.T) {
	t.Parallel()
	values := tree(t, "dev")
	set(t, values, "project", strings.Repeat("p", 16))
	set(t, values, "environment", strings.Repeat("e", 12))
	groups, ok := values["nodeGroups"].(map[string]any)
	require.True(t, ok)
	groups[strings.Repeat("g", 24)] = map[string]any{"role": "cpu", "maxSize": int64(2)}
	_, err := build(t, "dev", values, platform.Options{})
	require.NoError(t, err)
}
