package main

import (
	"context"
	"fmt"
	"io/fs"
	"os"
	"strconv"
	"testing/fstest"

	"github.com/mlops-iac/mlops/internal/platform"
	"github.com/mlops-iac/mlops/internal/workbench/engine"
	"github.com/mlops-iac/mlops/internal/workbench/local"
	"github.com/mlops-iac/mlops/internal/workbench/localcluster"
	"github.com/mlops-iac/mlops/internal/workbench/preview"
	"github.com/mlops-iac/mlops/internal/workbench/toolset"
	"github.com/mlops-iac/mlops/tenants"
)

// How this program runs itself for one operation: the command, the verb, the
// number of tenants, the engine's folder, the kubeconfig and a file for the
// number of resources.
const (
	operateCommand = "operate"
	operateArgs    = 6

	verbPreview = "preview"
	verbUp      = "up"
	verbDown    = "down"
)

// definition is a tenant with the defaults of the platform and training.
const definition = `name: tenant-%03d
displayName: Tenant %d
owners: [tenant@example.com]
costCenter: cc-%d
contact: "#tenant"
image: {repository: inference, tag: 1.0.0}
training: {enabled: true, command: [train], checkpointStorage: 1Gi}
`

func definitions(size int) fs.FS {
	files := fstest.MapFS{}
	for i := 1; i <= size; i++ {
		files[fmt.Sprintf("%s/tenant-%03d.yaml", tenants.Folder, i)] = &fstest.MapFile{Data: fmt.Appendf(nil, definition, i, i, i)}
	}
	return files
}

func operate(ctx context.Context, args []string) error {
	verb, folder, kubeconfig, result := args[0], args[2], args[3], args[4]
	size, err := strconv.Atoi(args[1])
	if err != nil {
		return err
	}
	session, err := open(ctx, size, folder, kubeconfig)
	if err != nil {
		return err
	}
	defer session.Close()
	var plan engine.Plan
	switch verb {
	case verbPreview:
		plan, err = session.Deployment.Preview(ctx)
	case verbUp:
		plan, err = session.Deployment.Up(ctx, nil)
	case verbDown:
		plan, err = session.Deployment.Destroy(ctx, nil)
	default:
		return fmt.Errorf("unknown operation %q", verb)
	}
	if err != nil {
		return fmt.Errorf("%w: %v", err, plan.Errors())
	}
	return os.WriteFile(result, []byte(strconv.Itoa(len(plan.Resources))), 0o600)
}

func open(ctx context.Context, size int, folder, kubeconfig string) (*local.Session, error) {
	set, err := toolset.New(".", func(string, ...any) {})
	if err != nil {
		return nil, err
	}
	cli, err := set.Pulumi(ctx)
	if err != nil {
		return nil, err
	}
	provider, err := set.KubernetesProvider(ctx)
	if err != nil {
		return nil, err
	}
	stack, err := preview.ReadStack(set.Root, "local")
	if err != nil {
		return nil, err
	}
	return local.OpenSession(ctx, local.SessionOptions{
		CLI: cli, Provider: provider, Folder: folder, Stack: stack, Definitions: definitions(size),
		Cluster: platform.ClusterAccess{Kubeconfig: kubeconfig, Context: localcluster.Context},
	})
}
