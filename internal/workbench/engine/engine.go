package engine

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/auto"
	"github.com/pulumi/pulumi/sdk/v3/go/auto/events"
	"github.com/pulumi/pulumi/sdk/v3/go/auto/optpreview"
	"golang.org/x/sync/errgroup"

	"github.com/mlops-iac/mlops/internal/workbench/toolset"
)

// Preview plans the job with the engine. The plan is returned with the error,
// as far as it came, so that the reader sees what led to it.
func Preview(ctx context.Context, cli toolset.Pulumi, job Job) (Plan, error) {
	w, err := newWorkspace()
	if err != nil {
		return Plan{}, err
	}
	defer w.close()
	attached, stack, err := start(ctx, cli, job, w)
	if err != nil {
		return Plan{}, err
	}
	defer attached.close()
	plan, err := runPreview(ctx, stack, job, w)
	if err != nil && attached.eks != nil {
		err = cmp.Or(attached.eks.failure(), err)
	}
	plan.Stack, plan.Providers = job.Stack, attached.providers
	plan.Lookups, plan.Received = attached.asked(), attached.received()
	return plan, err
}

// start brings up the providers while the engine makes the private stack: each
// takes about a second.
func start(ctx context.Context, cli toolset.Pulumi, job Job, w *workspace) (*providerSet, auto.Stack, error) {
	var attached *providerSet
	var stack auto.Stack
	group, groupCtx := errgroup.WithContext(ctx)
	group.Go(func() (err error) {
		if err := w.write(groupCtx, job); err != nil {
			return err
		}
		stack, err = newStack(groupCtx, cli, job, w)
		return err
	})
	group.Go(func() (err error) {
		// ctx, not groupCtx: the providers outlive the group.
		attached, err = attach(ctx, job, w)
		return err
	})
	err := group.Wait()
	if err == nil {
		err = stack.Workspace().SetEnvVars(map[string]string{
			"PULUMI_DEBUG_PROVIDERS": attached.debugProviders(), "PATH": os.Getenv("PATH"),
		})
	}
	if err != nil && attached != nil {
		attached.close()
	}
	return attached, stack, err
}

func runPreview(ctx context.Context, stack auto.Stack, job Job, w *workspace) (Plan, error) {
	options := []optpreview.Option{optpreview.SuppressProgress(), optpreview.Color("never")}
	if job.Goals {
		options = append(options, optpreview.Plan(w.goals()))
	}
	plan, err := collect(ctx, job.Progress, func(stream chan<- events.EngineEvent) error {
		_, err := stack.Preview(ctx, append(options, optpreview.EventStreams(stream))...)
		return err
	})
	if err != nil || !job.Goals {
		return plan, err
	}
	return plan, plan.readGoals(w.goals())
}

// collect runs an operation of the engine and builds the plan from its events.
func collect(ctx context.Context, progress func(int), operate func(chan<- events.EngineEvent) error) (Plan, error) {
	c := &collector{seen: map[string]int{}, progress: progress}
	stream := make(chan events.EngineEvent)
	done := make(chan struct{})
	go func() {
		defer close(done)
		for event := range stream {
			c.add(event.EngineEvent)
		}
	}()
	err := operate(stream)
	select {
	case <-done:
	case <-ctx.Done():
		// An interrupted engine may never close its stream, and nobody needs
		// half a plan: the collector is left behind with what it has.
		return Plan{}, ctx.Err()
	}
	if err == nil {
		return c.plan, nil
	}
	if len(c.plan.Errors()) > 0 {
		return c.plan, ErrPlan
	}
	return c.plan, fmt.Errorf("running the engine: %w", err)
}

// ErrPlan says that the plan has errors; they are among its diagnostics.
var ErrPlan = errors.New("the plan has errors")

func newStack(ctx context.Context, cli toolset.Pulumi, job Job, w *workspace) (auto.Stack, error) {
	workspace, err := newLocalWorkspace(ctx, cli, job, w)
	if err != nil {
		return auto.Stack{}, err
	}
	stack, err := auto.NewStack(ctx, job.Stack, workspace)
	if err != nil {
		return auto.Stack{}, fmt.Errorf("making the private stack: %w", err)
	}
	return stack, nil
}

func newLocalWorkspace(ctx context.Context, cli toolset.Pulumi, job Job, w *workspace) (auto.Workspace, error) {
	command, err := auto.NewPulumiCommand(&auto.PulumiCommandOptions{Root: cli.Root})
	if err != nil {
		return nil, fmt.Errorf("starting the Pulumi CLI: %w", err)
	}
	workspace, err := auto.NewLocalWorkspace(ctx, auto.Pulumi(command), auto.WorkDir(w.project()),
		auto.PulumiHome(w.home()), auto.Program(job.Program), auto.SecretsProvider("passphrase"),
		auto.EnvVars(environment(w)))
	if err != nil {
		return nil, fmt.Errorf("opening the private workspace: %w", err)
	}
	return workspace, nil
}

// environment keeps the run away from the user's accounts, clusters and
// Pulumi state, whatever the surrounding shell has set.
func environment(w *workspace) map[string]string {
	return map[string]string{
		// Without metadata: its files are not written in one piece, and an engine
		// that is killed at that moment would leave a state nobody can read.
		"PULUMI_BACKEND_URL":                            "file://" + w.state() + "?metadata=skip",
		"PULUMI_CONFIG_PASSPHRASE":                      passphrase,
		"PULUMI_SKIP_UPDATE_CHECK":                      "true",
		"PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION":   "true",
		"PULUMI_ACCESS_TOKEN":                           "",
		"PULUMI_DIY_BACKEND_DISABLE_CHECKPOINT_BACKUPS": "true",
		"AWS_ACCESS_KEY_ID":                             "embedded-preview",
		"AWS_SECRET_ACCESS_KEY":                         "embedded-preview",
		"AWS_SESSION_TOKEN":                             "",
		"AWS_PROFILE":                                   "",
		"AWS_CONFIG_FILE":                               os.DevNull,
		"AWS_SHARED_CREDENTIALS_FILE":                   os.DevNull,
		"AWS_EC2_METADATA_DISABLED":                     "true",
		"KUBECONFIG":                                    os.DevNull,
	}
}

// pluginEnvironment is what a real plugin runs with: what is around it without
// anything about AWS, and the environment of the run.
func pluginEnvironment(around []string, w *workspace) []string {
	env := slices.DeleteFunc(slices.Clone(around), func(entry string) bool { return strings.HasPrefix(entry, "AWS_") })
	for name, value := range environment(w) {
		env = append(env, name+"="+value)
	}
	return env
}
