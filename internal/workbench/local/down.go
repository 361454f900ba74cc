package local

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/mlops-iac/mlops/internal/workbench/preview"
	"github.com/mlops-iac/mlops/internal/workbench/progress"
	"github.com/mlops-iac/mlops/internal/workbench/toolset"
)

// Down ends the control plane and removes the folder: nothing outside of them was
// made. With Destroy the engine first removes what Up has deployed; interrupted, or
// when the engine fails, the rest is done all the same.
func Down(ctx context.Context, options Options) error {
	p := progress.New(options.Progress)
	instance, err := Open(options.Folder)
	if err != nil {
		return err
	}
	if _, err := os.Stat(instance.folder); errors.Is(err, os.ErrNotExist) {
		return errNotRunning
	}
	unlock, err := instance.lock()
	if err != nil {
		return err
	}
	defer unlock()
	live, err := instance.running()
	if errors.Is(err, errNotRunning) {
		p.Stage("No control plane runs; removing %s", instance.folder)
		return instance.remove()
	}
	if err != nil {
		return err
	}
	var destroyErr error
	if options.Destroy {
		destroyErr = destroy(ctx, options, instance, live, p)
	}
	p.Stage("Ending Kubernetes at %s", live.URL)
	if err := errors.Join(destroyErr, instance.stop(live.PID)); err != nil {
		return err
	}
	p.Stage("Nothing is left")
	return nil
}

func destroy(ctx context.Context, options Options, i Instance, live record, p *progress.Progress) error {
	set, err := toolset.New(options.Checkout, p.Stage)
	if err != nil {
		return err
	}
	input, err := preview.ReadStack(set.Root, options.Stack)
	if err != nil {
		return err
	}
	cli, provider, err := engineTools(ctx, set)
	if err != nil {
		return err
	}
	session, err := i.openSession(ctx, live, tools{cli: cli, provider: provider}, input)
	if err != nil {
		return err
	}
	defer session.Close()
	p.Stage("Removing stack %s with Pulumi %s", options.Stack, cli.Version)
	plan, err := session.Deployment.Destroy(ctx, nil)
	return told(options, p, plan, err)
}

// Status writes the table of tenants of the running instance.
func Status(ctx context.Context, folder string, out io.Writer) error {
	instance, err := Open(folder)
	if err != nil {
		return err
	}
	live, err := instance.running()
	if err != nil {
		return err
	}
	target, err := connect(live.Kubeconfig)
	if err != nil {
		return err
	}
	seen, err := look(ctx, target.client)
	if err != nil {
		return err
	}
	fmt.Fprintf(out, "Kubernetes %s at %s with %s nodes, since %s, until %s\nexport KUBECONFIG=%s\n", live.Version, live.URL,
		live.Nodes, live.Started.Format("15:04"), live.Ends.Format("15:04"), live.Kubeconfig)
	if live.Services != "" {
		fmt.Fprintf(out, "Services of tenants: %s/TENANT/\n", live.Services)
	}
	fmt.Fprintln(out)
	return seen.write(out)
}
