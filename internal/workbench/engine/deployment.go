package engine

import (
	"context"
	"errors"
	"fmt"
	"os"

	"github.com/pulumi/pulumi/sdk/v3/go/auto"
	"github.com/pulumi/pulumi/sdk/v3/go/auto/events"
	"github.com/pulumi/pulumi/sdk/v3/go/auto/optdestroy"
	"github.com/pulumi/pulumi/sdk/v3/go/auto/optpreview"
	"github.com/pulumi/pulumi/sdk/v3/go/auto/optup"

	"github.com/mlops-iac/mlops/internal/workbench/toolset"
)

// Attached is a provider that already runs in this process or beside it.
type Attached struct {
	// Provider is its description for the reader.
	Provider
	// Port it listens on, on loopback.
	Port int
}

// Deployment is a stack that is really deployed. Its project, state and the
// engine's home are in one folder, and nothing of it is anywhere else.
type Deployment struct {
	stack     auto.Stack
	providers []Provider
}

// OpenDeployment opens the stack of a job in a folder and makes both when they
// are not there. The caller sees to it that nobody else uses the folder: a lock
// that an engine left behind when it was killed is removed. Only the attached
// providers exist for the engine; the fake providers of the job are not used.
func OpenDeployment(ctx context.Context, cli toolset.Pulumi, folder string, job Job, providers ...Attached) (*Deployment, error) {
	w, err := openWorkspace(folder)
	if err != nil {
		return nil, err
	}
	if err := w.write(ctx, job); err != nil {
		return nil, err
	}
	workspace, err := newLocalWorkspace(ctx, cli, job, w)
	if err != nil {
		return nil, err
	}
	stack, err := auto.UpsertStack(ctx, job.Stack, workspace)
	if err != nil {
		return nil, fmt.Errorf("opening the private stack: %w", err)
	}
	d := &Deployment{stack: stack}
	a := providerSet{ports: map[string]int{}}
	for _, p := range providers {
		a.ports[p.Package] = p.Port
		d.providers = append(d.providers, p.Provider)
	}
	err = stack.Workspace().SetEnvVars(map[string]string{"PULUMI_DEBUG_PROVIDERS": a.debugProviders(), "PATH": os.Getenv("PATH")})
	if err != nil {
		return nil, err
	}
	if err := stack.Cancel(ctx); err != nil {
		return nil, fmt.Errorf("unlocking the private stack: %w", err)
	}
	return d, nil
}

// Preview plans what Up would do.
func (d *Deployment) Preview(ctx context.Context) (Plan, error) {
	return d.watch(ctx, nil, func(stream chan<- events.EngineEvent) error {
		_, err := d.stack.Preview(ctx, optpreview.EventStreams(stream), optpreview.SuppressProgress(), optpreview.Color("never"))
		return err
	})
}

// UpOption changes what Up does.
type UpOption = optup.Option

// Refresh has Up look at every resource first, so that what others have changed is
// changed back.
func Refresh() UpOption { return optup.Refresh() }

// Up deploys the stack. The plan says what was done to each resource; progress
// is told how many the engine has seen, and may be nil.
func (d *Deployment) Up(ctx context.Context, progress func(int), more ...UpOption) (Plan, error) {
	return d.watch(ctx, progress, func(stream chan<- events.EngineEvent) error {
		options := append([]UpOption{optup.EventStreams(stream), optup.SuppressProgress(), optup.Color("never")}, more...)
		_, err := d.stack.Up(ctx, options...)
		return err
	})
}

// Destroy removes everything the stack has deployed, protected or not: a stack
// in a private folder has nothing that must outlive it.
func (d *Deployment) Destroy(ctx context.Context, progress func(int)) (Plan, error) {
	return d.watch(ctx, progress, func(stream chan<- events.EngineEvent) error {
		_, err := d.stack.Destroy(ctx, optdestroy.EventStreams(stream), optdestroy.SuppressProgress(), optdestroy.Color("never"))
		return err
	})
}

// watch runs an operation of the engine and collects its events.
func (d *Deployment) watch(ctx context.Context, progress func(int), operate func(chan<- events.EngineEvent) error) (Plan, error) {
	plan, err := collect(ctx, progress, operate)
	plan.Stack, plan.Providers = d.stack.Name(), d.providers
	if err != nil && !errors.Is(err, ErrPlan) && ctx.Err() == nil {
		err = fmt.Errorf("stack %s: %w", d.stack.Name(), err)
	}
	return plan, err
}
