package embedded

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/mlops-iac/mlops/internal/offline"
	"github.com/mlops-iac/mlops/internal/preview"
	"github.com/mlops-iac/mlops/internal/progress"
	"github.com/mlops-iac/mlops/internal/toolset"
)

// Down removes what Up has deployed with the engine, then the control plane and
// the folder. Interrupted, or when the engine fails, it still ends the control
// plane: nothing outside of it was made.
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
	destroyErr := destroy(ctx, options, instance, live, p)
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
	cli, err := set.Pulumi(ctx)
	if err != nil {
		return err
	}
	session, err := i.openSession(ctx, live, cli, input)
	if err != nil {
		return err
	}
	defer session.Close()
	p.Stage("Removing stack %s with Pulumi %s", options.Stack, cli.Version)
	plan, err := session.Deployment.Destroy(ctx, nil)
	if err != nil {
		writeErrors(options.Out, plan)
		if errors.Is(err, offline.ErrPlan) {
			return fmt.Errorf("stack %s: %w", options.Stack, ErrRejected)
		}
		return err
	}
	p.Stage("%s", changes(plan))
	return nil
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
	fmt.Fprintf(out, "Kubernetes %s at %s, since %s, until %s\nexport KUBECONFIG=%s\n\n", live.Version, live.URL,
		live.Started.Format("15:04"), live.Ends.Format("15:04"), live.Kubeconfig)
	return seen.write(out)
}
