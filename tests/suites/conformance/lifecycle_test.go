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

	program "github.com/mlops-iac/mlops/internal/platform"
	"github.com/mlops-iac/mlops/internal/workbench/engine"
	"github.com/mlops-iac/mlops/internal/workbench/local"
	"github.com/mlops-iac/mlops/internal/workbench/localcluster"
	"github.com/mlops-iac/mlops/internal/workbench/preview"
	"github.com/mlops-iac/mlops/internal/workbench/toolset"
	"github.com/mlops-iac/mlops/tests/suites/conformance/harness"
)

// life is the local stack, deployed by the engine again and again.
type life struct {
	*harness.Cluster
	tools  tools
	folder string
	input  preview.StackInput
}

// tools are the engine and its provider.
type tools struct {
	cli      toolset.Pulumi
	provider toolset.KubernetesProvider
}

func findTools(ctx context.Context, set *toolset.Set) (tools, error) {
	cli, err := set.Pulumi(ctx)
	if err != nil {
		return tools{}, err
	}
	provider, err := set.KubernetesProvider(ctx)
	return tools{cli: cli, provider: provider}, err
}

func newLife(t *testing.T) life {
	t.Helper()
	found, err := findTools(t.Context(), harness.Toolset(t))
	require.NoError(t, err)
	input, err := preview.ReadStack(harness.Root, "local")
	require.NoError(t, err)
	return life{Cluster: harness.Start(t, localcluster.Options{}), tools: found, folder: t.TempDir(), input: input}
}

// up deploys the stack with more tenants than those of the repository.
func (l life) up(t testing.TB, more map[string]string, options ...engine.UpOption) (engine.Plan, error) {
	t.Helper()
	return deploy(t.Context(), l.tools, l.folder, l.Kubeconfig(), l.input, harness.WithTenants(t, more), options...)
}

func deploy(
	ctx context.Context, with tools, folder, kubeconfig string, input preview.StackInput, definitions fs.FS, options ...engine.UpOption,
) (engine.Plan, error) {
	session, err := local.OpenSession(ctx, local.SessionOptions{
		CLI: with.cli, Provider: with.provider, Folder: folder, Stack: input, Definitions: definitions,
		Cluster: program.ClusterAccess{Kubeconfig: kubeconfig, Context: localcluster.Context},
	})
	if err != nil {
		return engine.Plan{}, err
	}
	defer session.Close()
	return session.Deployment.Up(ctx, nil, options...)
}

// ops are the names of the resources by what happened to them; what stayed the
// same is left out.
func ops(plan engine.Plan) map[string][]string {
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
		assert.Empty(t, harness.Differences(before, l.Snapshot(t)))
	})

	third := map[string]string{"tenant-c": fmt.Sprintf(harness.Newcomer, "tenant-c")}
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
		for _, difference := range harness.Differences(before, l.Snapshot(t)) {
			assert.Contains(t, difference, "tenant-c")
		}
	})

	t.Run("a bad tenant is refused and the others are untouched", func(t *testing.T) {
		untouched := l.Snapshot(t)
		refused, err := l.up(t, map[string]string{
			"tenant-c": third["tenant-c"],
			"tenant-d": strings.Replace(fmt.Sprintf(harness.Newcomer, "tenant-d"), "checkpointStorage: 1Gi", "checkpointStorage: lots", 1),
		})
		require.Error(t, err)
		require.NotEmpty(t, refused.Errors())
		assert.Contains(t, refused.Errors()[0].Message, "training.checkpointStorage")
		assert.Contains(t, refused.Errors()[0].Message, "tenant-d.yaml")
		assert.Empty(t, harness.Differences(untouched, l.Snapshot(t)))
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
		assert.Empty(t, harness.Differences(before, l.Snapshot(t)), "the cluster is what it was before the tenant came")
	})
}

// killedVariable makes the test binary deploy, until it is killed.
const killedVariable = "MLOPS_TEST_DEPLOY"

// deployInProcess is what a copy of this binary does for TestKilledInTheMiddle.
func deployInProcess(folder, kubeconfig string) error {
	set, err := toolset.New(harness.Root, func(string, ...any) {})
	if err != nil {
		return err
	}
	found, err := findTools(context.Background(), set)
	if err != nil {
		return err
	}
	input, err := preview.ReadStack(harness.Root, "local")
	if err != nil {
		return err
	}
	plan, err := deploy(context.Background(), found, folder, kubeconfig, input, nil)
	if err != nil {
		return fmt.Errorf("%w: %v", err, plan.Diagnostics)
	}
	return nil
}

// TestKilledInTheMiddle kills the program and the engine while they deploy, at
// several moments, and lets the next run finish the work.
//
// Proves C10 by the real server: an update that was killed is finished by the next one.
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
