package engine_test

import (
	"flag"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/mlops-iac/mlops/internal/workbench/preview"
)

var update = flag.Bool("update", false, "rewrite testdata/resources from what the stacks plan")

// TestResourcesOfEveryStack holds every URN of every stack: type, parents and
// name. A URN that changes by accident would replace what is deployed under it.
func TestResourcesOfEveryStack(t *testing.T) {
	for _, stack := range []string{"local", "dev", "staging", "prod"} {
		t.Run(stack, func(t *testing.T) {
			result, err := preview.Stack(t.Context(), checkout, stack, t.Logf)
			require.NoError(t, err, "%v", result.Plan.Diagnostics)
			urns := make([]string, len(result.Plan.Resources))
			for i, resource := range result.Plan.Resources {
				urns[i] = string(resource.URN)
			}
			slices.Sort(urns)
			planned := strings.Join(urns, "\n") + "\n"
			file := filepath.Join("testdata", "resources", stack+".txt")
			if *update {
				require.NoError(t, os.WriteFile(file, []byte(planned), 0o600))
			}
			recorded, err := os.ReadFile(file)
			require.NoError(t, err)
			assert.Equal(t, string(recorded), planned,
				"a URN that was deployed needs an alias; then: go test . -run TestResourcesOfEveryStack -update")
		})
	}
}
