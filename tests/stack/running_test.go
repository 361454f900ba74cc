package stack_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/mlops-iac/mlops/components/nodegroup"
	"github.com/mlops-iac/mlops/internal/platform"
	"github.com/mlops-iac/mlops/tests/harness"
	validnodegroup "github.com/mlops-iac/mlops/tests/harness/valid/nodegroup"
)

const nodeGroupType = "aws:eks/nodeGroup:NodeGroup"

// Proves C3 by Pulumi mocks: a stack asks for its own groups, and new bounds of one keep the nodes
// that run; where nothing changes the number stays the autoscaler's, and offline nobody is asked.
func TestC3NewBoundsKeepTheNodesThatRun(t *testing.T) {
	t.Parallel()
	const group = "mlops-dev-nodes-cpu-group"
	stack := parse(t, "dev").NodeGroups["cpu"]
	for name, test := range map[string]struct {
		sizes   nodegroup.Sizes
		desired float64
		ignored []string
	}{
		"other bounds": {nodegroup.Sizes{MinSize: stack.MinSize, MaxSize: stack.MaxSize + 1, Nodes: stack.MinSize + 1}, float64(stack.MinSize + 1), nil},
		"same bounds": {
			nodegroup.Sizes{MinSize: stack.MinSize, MaxSize: stack.MaxSize, Nodes: stack.MinSize + 1}, float64(stack.DesiredSize),
			[]string{"scalingConfig.desiredSize"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			record, err := build(t, "dev", tree(t, "dev"), platform.Options{}, validnodegroup.Existing("mlops-dev", group, test.sizes))
			require.NoError(t, err)
			made := record.One(t, nodeGroupType, group)
			assert.Equal(t, test.desired, made.Prop("scalingConfig.desiredSize"))
			assert.Equal(t, test.ignored, made.IgnoreChanges)
			other := record.One(t, nodeGroupType, "mlops-dev-nodes-system-group")
			assert.Equal(t, []string{"scalingConfig.desiredSize"}, other.IgnoreChanges, "a group that does not exist yet")
		})
	}
	record, err := build(t, "dev", tree(t, "dev"), platform.Options{Offline: true}, harness.InPreview(),
		harness.WithoutCall(validnodegroup.ClustersLookup))
	require.NoError(t, err)
	assert.Empty(t, record.Invokes())
}
