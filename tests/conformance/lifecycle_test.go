package conformance_test

import (
	"bytes"
	"context"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/mlops-iac/mlops/internal/controlplane"
	"github.com/mlops-iac/mlops/internal/embedded"
	"github.com/mlops-iac/mlops/internal/offline"
	program "github.com/mlops-iac/mlops/internal/platform"
	"github.com/mlops-iac/mlops/internal/preview"
	"github.com/mlops-iac/mlops/internal/toolset"
	"github.com/mlops-iac/mlops/tests/conformance/rig"
)

// life is the local stack, deployed by the engine again and again.
type life struct {
	*rig.Cluster
	cli    toolset.Pulumi
	folder string
	input  preview.StackInput
}

func newLife(t *testing.T) life {
	t.Helper()
	cli, err := rig.Toolset(t).Pulumi(t.Context())
	require.NoError(t, err)
	input, err := preview.ReadStack(rig.Root, "local")
	require.NoError(t, err)
	return life{Cluster: rig.Start(t, controlplane.Options{}), cli: cli, folder: t.TempDir(), input: input}
}

// up deploys the stack with more tenants than those of the repository.
func (l life) up(t testing.TB, more map[string]string) (offline.Plan, error) {
	t.Helper()
	return deploy(t.Context(), l.cli, l.folder, l.Kubeconfig(), l.input, rig.WithTenants(t, more))
}

func deploy(ctx context.Context, cli toolset.Pulumi, folder, kubeconfig string, input preview.StackInput, definitions fs.FS) (offline.Plan, error) {
	session, err := embedded.OpenSession(ctx, embedded.SessionOptions{
		CLI: cli, Folder: folder, Stack: input, Definitions: definitions,
		Cluster: program.ClusterAccess{Kubeconfig: kubeconfig, Context: controlplane.Context},
	})
	if err != nil {
		return offline.Plan{}, err
	}
	defer session.Close()
	return session.Deployment.Up(ctx, nil)
}

// ops are the names of the resources by what happened to them; what stayed the
// same is left out.
func ops(plan offline.Plan) map[string][]string {
	found := map[string][]string{}
	for _, r := range plan.Resources {
		if r.Op != "same" {
			found[r.Op] = append(found[r.Op], r.Name)
		}
	}
	return found
}

func TestLifeCycle(t *testing.T) {
	t.Parallel()
	l := newLife(t)
	first, err := l.up(t, nil)
	require.NoError(t, err, "%v", first.Errors())

	t.Run("again changes nothing", func(t *testing.T) {
		before := l.Snapshot(t)
		again, err := l.up(t, nil)
		require.NoError(t, err)
		assert.Empty(t, ops(again))
		assert.Empty(t, rig.Differences(before, l.Snapshot(t)))
	})

	third := map[string]string{"tenant-c": fmt.Sprintf(rig.Newcomer, "tenant-c")}
	before := l.Snapshot(t)
	t.Run("a third tenant touches only its own objects", func(t *testing.T) {
		added, err := l.up(t, third)
		require.NoError(t, err, "%v", added.Errors())
		changed := ops(added)
		require.NotEmpty(t, changed["create"])
		for _, name := range changed["create"] {
			assert.Contains(t, name, "tenant-c")
		}
		delete(changed, "create")
		assert.Empty(t, changed, "nothing but creations")
		for _, difference := range rig.Differences(before, l.Snapshot(t)) {
			assert.Contains(t, difference, "tenant-c")
		}
	})

	t.Run("a bad tenant is refused and the others are untouched", func(t *testing.T) {
		untouched := l.Snapshot(t)
		refused, err := l.up(t, map[string]string{
			"tenant-c": third["tenant-c"],
			"tenant-d": strings.Replace(fmt.Sprintf(rig.Newcomer, "tenant-d"), "checkpointStorage: 1Gi", "checkpointStorage: lots", 1),
		})
		require.Error(t, err)
		require.NotEmpty(t, refused.Errors())
		assert.Contains(t, refused.Errors()[0].Message, "training.checkpointStorage")
		assert.Contains(t, refused.Errors()[0].Message, "tenant-d.yaml")
		assert.Empty(t, rig.Differences(untouched, l.Snapshot(t)))
	})

	t.Run("removing a tenant leaves nothing of it", func(t *testing.T) {
		removed, err := l.up(t, nil)
		require.NoError(t, err, "%v", removed.Errors())
		changed := ops(removed)
		for _, name := range changed["delete"] {
			assert.Contains(t, name, "tenant-c")
		}
		delete(changed, "delete")
		assert.Empty(t, changed, "nothing but deletions")
		assert.Empty(t, rig.Differences(before, l.Snapshot(t)), "the cluster is what it was before the tenant came")
	})
}

// killedVariable makes the test binary deploy, until it is killed.
const killedVariable = "MLOPS_TEST_DEPLOY"

// deployAsChild is what a copy of this binary does for TestKilledInTheMiddle.
func deployAsChild(folder, kubeconfig string) error {
	set, err := toolset.New(rig.Root, func(string, ...any) {})
	if err != nil {
		return err
	}
	cli, err := set.Pulumi(context.Background())
	if err != nil {
		return err
	}
	input, err := preview.ReadStack(rig.Root, "local")
	if err != nil {
		return err
	}
	plan, err := deploy(context.Background(), cli, folder, kubeconfig, input, nil)
	if err != nil {
		return fmt.Errorf("%w: %v", err, plan.Diagnostics)
	}
	return nil
}

// TestKilledInTheMiddle kills the program and the engine while they deploy, at
// several moments, and lets the next run finish the work.
func TestKilledInTheMiddle(t *testing.T) {
	t.Parallel()
	whole := newLife(t)
	plan, err := whole.up(t, nil)
	require.NoError(t, err, "%v", plan.Errors())

	l := newLife(t)
	for _, count := range []int{5, 25, 60} {
		l.deployUntil(t, count)
	}
	converged, err := l.up(t, nil)
	require.NoError(t, err, "%v", converged.Errors())
	again, err := l.up(t, nil)
	require.NoError(t, err)
	assert.Empty(t, ops(again))
	assert.Equal(t, whole.Snapshot(t).Names(), l.Snapshot(t).Names(), "nothing is lost or left over against a deployment in peace")
}

// deployUntil starts a deployment and kills it once the platform has put at
// least so many objects into the cluster.
func (l life) deployUntil(t *testing.T, count int) {
	t.Helper()
	self, err := os.Executable()
	require.NoError(t, err)
	cmd := exec.Command(self)
	cmd.Env = append(os.Environ(), killedVariable+"="+l.folder+string(filepath.ListSeparator)+l.Kubeconfig())
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	var output bytes.Buffer
	cmd.Stdout, cmd.Stderr = &output, &output
	require.NoError(t, cmd.Start())
	ended := make(chan struct{})
	go func() {
		_ = cmd.Wait() // it is killed
		close(ended)
	}()
	for len(l.Snapshot(t)) < count {
		select {
		case <-ended:
			t.Fatalf("the deployment ended before it could be killed at %d objects:\n%s", count, output.String())
		case <-time.After(20 * time.Millisecond):
		}
	}
	require.NoError(t, syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL))
	<-ended
}
