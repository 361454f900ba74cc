package engine_test

import (
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/mlops-iac/mlops/components/nodegroup"
	"github.com/mlops-iac/mlops/components/scheduling"
	"github.com/mlops-iac/mlops/internal/workbench/engine"
	validnodegroup "github.com/mlops-iac/mlops/tests/harness/valid/nodegroup"
)

// sized deploys a node group, which asks for its own sizes unless it is told not to.
func sized(t *testing.T, args *nodegroup.Args, ask bool) inCloud {
	t.Helper()
	return deployment(t, func(ctx *pulumi.Context, onAWS pulumi.ResourceOrInvokeOption) error {
		args.Running = nil
		if ask {
			sizes, err := nodegroup.AskSizes(ctx, "platform-test", []string{"nodes"}, onAWS)
			if err != nil {
				return err
			}
			if found, exists := sizes["nodes"]; exists {
				args.Running = &found
			}
		}
		_, err := nodegroup.New(ctx, "nodes", args, onAWS)
		return err
	})
}

// Proves C3 by the real engine with state: minSize 1 to 3 while one node runs gives three,
// maxSize 4 to 10 while four run keeps the four, maxSize 10 to 4 while six run leaves four, and what the autoscaler
// does changes nothing.
func TestC3ChangedBoundsKeepTheNodesThatRun(t *testing.T) {
	t.Parallel()
	args := validnodegroup.NodeGroup(scheduling.RoleCPU)
	args.MinSize, args.MaxSize = 1, 4
	d := sized(t, args, true)
	d.up(t)
	for _, step := range []struct {
		running, minSize, maxSize, want int
		changes                         []string
	}{
		{1, 1, 4, 1, nil},
		{4, 1, 4, 4, nil},
		{4, 1, 10, 4, []string{"update nodes-group"}},
		{6, 1, 10, 6, nil},
		{6, 1, 4, 4, []string{"update nodes-group"}},
		{1, 1, 4, 1, nil},
		{1, 3, 4, 3, []string{"update nodes-group"}},
		{3, 3, 4, 3, nil},
	} {
		d.cloud.Scale("nodes-group", step.running)
		args.MinSize, args.MaxSize = step.minSize, step.maxSize
		assert.Equal(t, step.changes, d.up(t), "%+v", step)
		assert.Equal(t, step.want, d.cloud.Nodes("nodes-group"), "%+v", step)
	}
}

// A group that does not ask shows what asking is for.
func TestBoundsOfAGroupThatDoesNotAsk(t *testing.T) {
	t.Parallel()
	args := validnodegroup.NodeGroup(scheduling.RoleCPU)
	args.MinSize, args.MaxSize = 1, 4
	d := sized(t, args, false)
	d.up(t)
	d.cloud.Scale("nodes-group", 4)
	args.MaxSize = 10
	d.up(t)
	assert.Equal(t, 1, d.cloud.Nodes("nodes-group"), "three nodes are taken away")
	args.MinSize = 3
	plan, err := d.Up(t.Context(), nil)
	require.ErrorIs(t, err, engine.ErrPlan)
	assert.Contains(t, messages(plan), "desired capacity 1 must be between 3 and 10")
}
