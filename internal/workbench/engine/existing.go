package engine

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"github.com/pulumi/pulumi/sdk/v3/go/auto"
	"github.com/pulumi/pulumi/sdk/v3/go/auto/optdestroy"
	"github.com/pulumi/pulumi/sdk/v3/go/auto/optup"
	"github.com/pulumi/pulumi/sdk/v3/go/common/apitype"

	"github.com/mlops-iac/mlops/internal/workbench/toolset"
)

// Existing is a stack that is deployed already, wherever its state is.
type Existing struct{ stack auto.Stack }

// Recorded is a resource in the state of a stack.
type Recorded struct {
	URN, Type, Name, ID string
	// Protected and Retained are the resource options protect and retainOnDelete.
	Protected, Retained bool
	// Inputs as recorded; encrypted values stay encrypted.
	Inputs map[string]any
}

// OpenExisting selects a stack of the project in a folder, in the backend that the
// user is logged in to.
func OpenExisting(ctx context.Context, cli toolset.Pulumi, folder, name string) (*Existing, error) {
	command, err := auto.NewPulumiCommand(&auto.PulumiCommandOptions{Root: cli.Root})
	if err != nil {
		return nil, fmt.Errorf("starting the Pulumi CLI: %w", err)
	}
	stack, err := auto.SelectStackLocalSource(ctx, name, folder, auto.Pulumi(command))
	if err != nil {
		return nil, fmt.Errorf("selecting stack %s: %w", name, err)
	}
	return &Existing{stack}, nil
}

// Existing returns the deployment as one that was found.
func (d *Deployment) Existing() *Existing { return &Existing{d.stack} }

// Name of the stack.
func (e *Existing) Name() string { return e.stack.Name() }

// Recorded returns the resources of the stack that a provider made, in the order of
// the state.
func (e *Existing) Recorded(ctx context.Context) ([]Recorded, error) {
	state, err := e.stack.Export(ctx)
	if err != nil {
		return nil, fmt.Errorf("reading the state of stack %s: %w", e.Name(), err)
	}
	var deployment apitype.DeploymentV3
	if len(state.Deployment) > 0 {
		if err := json.Unmarshal(state.Deployment, &deployment); err != nil {
			return nil, fmt.Errorf("reading the state of stack %s: %w", e.Name(), err)
		}
	}
	var all []Recorded
	for _, r := range deployment.Resources {
		if r.Custom && r.Type.Package() != "pulumi" {
			all = append(all, Recorded{
				URN: string(r.URN), Type: string(r.Type), Name: r.URN.Name(), ID: string(r.ID),
				Protected: r.Protect, Retained: r.RetainOnDelete, Inputs: r.Inputs,
			})
		}
	}
	return all, nil
}

// Change deploys some resources of the stack, and no other, from another stack file
// than its own, which stays as it is.
func (e *Existing) Change(ctx context.Context, stackFile []byte, urns []string, out io.Writer) (err error) {
	folder, err := os.MkdirTemp("", "mlops-stack-")
	if err != nil {
		return fmt.Errorf("making a temporary folder: %w; set TMPDIR to a folder that can be written", err)
	}
	defer func() { err = errors.Join(err, os.RemoveAll(folder)) }()
	file := filepath.Join(folder, "Pulumi."+e.Name()+".yaml")
	if err := os.WriteFile(file, stackFile, 0o600); err != nil {
		return err
	}
	_, err = e.stack.Up(ctx, optup.ConfigFile(file), optup.Target(urns), optup.ProgressStreams(out), optup.ErrorProgressStreams(out))
	return err
}

// Unprotect lets every resource of the stack be deleted.
func (e *Existing) Unprotect(ctx context.Context) error {
	workspace := e.stack.Workspace()
	environment := make([]string, 0, len(workspace.GetEnvVars()))
	for name, value := range workspace.GetEnvVars() {
		environment = append(environment, name+"="+value)
	}
	if home := workspace.PulumiHome(); home != "" {
		environment = append(environment, "PULUMI_HOME="+home)
	}
	_, text, _, err := workspace.PulumiCommand().Run(ctx, workspace.WorkDir(), nil, nil, nil, environment,
		"state", "unprotect", "--all", "--yes", "--stack", e.Name())
	if err != nil {
		return fmt.Errorf("removing the protection of stack %s: %w\n%s", e.Name(), err, text)
	}
	return nil
}

// Destroy deletes every resource of the stack but those that are retained.
func (e *Existing) Destroy(ctx context.Context, out io.Writer) error {
	_, err := e.stack.Destroy(ctx, optdestroy.ProgressStreams(out), optdestroy.ErrorProgressStreams(out))
	return err
}
