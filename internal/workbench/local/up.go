package local

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/mlops-iac/mlops/internal/settings"
	"github.com/mlops-iac/mlops/internal/workbench/engine"
	"github.com/mlops-iac/mlops/internal/workbench/preview"
	"github.com/mlops-iac/mlops/internal/workbench/progress"
	"github.com/mlops-iac/mlops/internal/workbench/toolset"
)

// Options say which stack to deploy, from where and to where.
type Options struct {
	// Checkout is any folder inside the checkout.
	Checkout string
	// Folder of the instance; empty for the one in the user's cache.
	Folder string
	// Stack to deploy; it must be on substrate kubernetes.
	Stack string
	// Keep is how long the control plane stays when nobody ends it.
	Keep time.Duration
	// Nodes is what runs the pods. Default: NodesAuto.
	Nodes NodeKind
	// Refresh has Up look at every object first, so that what others have changed is
	// changed back.
	Refresh bool
	// Destroy has Down remove the stack with the engine first.
	Destroy bool
	// Supervisor starts a process that calls Supervise for a folder; with archives of
	// images for real nodes, or for simulated ones.
	Supervisor func(folder string, nodes NodeKind, archives []string) ([]string, error)
	// Out receives the result, Progress what happens until then.
	Out, Progress io.Writer
}

// settleLimit bounds how long tenants may take after the engine is done; seconds
// are normal.
const settleLimit = 2 * time.Minute

// measureLimit bounds how long Up waits for the first metrics once everything
// runs; metrics-server needs two scrapes.
const measureLimit = 30 * time.Second

// ErrRejected says that the engine reported errors, which were written.
var ErrRejected = errors.New("the deployment has errors; see above")

// Up brings an embedded platform up, or up to date when it runs already. When it
// fails or is interrupted before the control plane it has started was handed
// over, nothing of it is left.
func Up(ctx context.Context, options Options) (err error) {
	p := progress.New(options.Progress)
	set, err := toolset.New(options.Checkout, p.Stage)
	if err != nil {
		return err
	}
	input, err := preview.ReadStack(set.Root, options.Stack)
	if err != nil {
		return err
	}
	if input.Settings.Substrate != settings.SubstrateKubernetes {
		return fmt.Errorf("stack %s is on substrate %s: only a stack on substrate %s can be deployed without an account; there is local",
			options.Stack, input.Settings.Substrate, settings.SubstrateKubernetes)
	}
	instance, err := Open(options.Folder)
	if err != nil {
		return err
	}
	unlock, err := instance.lock()
	if err != nil {
		return err
	}
	defer unlock()
	tools, live, started, err := instance.ensure(ctx, options, set, p)
	if err != nil {
		return err
	}
	err = deploy(ctx, options, instance, live, tools, input, p)
	if ctx.Err() != nil && started {
		return errors.Join(ctx.Err(), instance.stop(live.PID))
	}
	return err
}

// ensure returns the running control plane, what a deployment needs beside it, and
// whether it was started for this.
func (i Instance) ensure(ctx context.Context, options Options, set *toolset.Set, p *progress.Progress) (ready tools, live record, started bool, err error) {
	if live, err = i.running(); err == nil {
		if err := options.Nodes.agree(live); err != nil {
			return tools{}, record{}, false, err
		}
		p.Stage("Kubernetes %s runs already at %s, with %s nodes", live.Version, live.URL, live.Nodes)
		ready, err = prepare(ctx, set, NodesSimulated) // what its nodes need they have
		return ready, live, false, err
	}
	if !errors.Is(err, errNotRunning) {
		return tools{}, record{}, false, err
	}
	kind, err := options.Nodes.choose(i.folder, p)
	if err != nil {
		return tools{}, record{}, false, errors.Join(err, i.removeEmpty())
	}
	if ready, err = prepare(ctx, set, kind); err != nil {
		return tools{}, record{}, false, errors.Join(err, i.removeEmpty())
	}
	live, err = i.start(ctx, options, kind, ready.archives, p)
	return ready, live, true, err
}

// start starts a control plane where an earlier one may have left something.
func (i Instance) start(ctx context.Context, options Options, kind NodeKind, archives []string, p *progress.Progress) (record, error) {
	remains, err := i.clear()
	if err != nil {
		return record{}, fmt.Errorf("removing what an earlier control plane left: %w", err)
	}
	if remains {
		p.Stage("Removed what an earlier control plane left that was not ended with `mlops down --embedded`")
	}
	p.Stage("Starting a Kubernetes control plane with %s nodes in %s", kind, i.folder)
	command, err := options.Supervisor(i.folder, kind, archives)
	if err != nil {
		return record{}, err
	}
	live, err := i.startSupervisor(ctx, command)
	if err != nil {
		return record{}, err
	}
	p.Stage("Kubernetes %s is ready at %s", live.Version, live.URL)
	return live, nil
}

func deploy(ctx context.Context, options Options, i Instance, live record, tools tools, input preview.StackInput, p *progress.Progress) error {
	target, err := connect(live.Kubeconfig)
	if err != nil {
		return err
	}
	if err := target.installCRDs(ctx, tools.crds); err != nil {
		return err
	}
	session, err := i.openSession(ctx, live, tools, input)
	if err != nil {
		return err
	}
	defer session.Close()
	p.Stage("Deploying stack %s with Pulumi %s (%s) and its Kubernetes provider (%s)",
		options.Stack, tools.cli.Version, tools.cli.Origin, tools.provider.Origin)
	var done deployed
	err = target.attend(ctx, p, func(ctx context.Context) (err error) {
		done, err = target.bringUp(ctx, session, options, tools, live.Nodes, p)
		return err
	})
	if err != nil {
		target.explain(ctx, options.Out)
		return err
	}
	next := story{client: target.client, root: tools.root, services: live.Services, tenants: done.seen.names(), monitored: done.monitored}
	if options.Folder != "" {
		next.folder = i.folder
	}
	return writeResult(ctx, options.Out, result{
		seen: done.seen, live: live, notes: session.notes(live.Nodes), took: p.Took(), story: next,
	})
}

// deployed is what a stack has come to.
type deployed struct {
	seen survey
	// monitored says that a Prometheus runs without its chart.
	monitored bool
}

// bringUp has the engine deploy the stack, and returns when everything is ready.
func (t *target) bringUp(ctx context.Context, s *Session, options Options, tools tools, nodes NodeKind, p *progress.Progress) (deployed, error) {
	stop := t.watch(ctx, p)
	defer stop()
	plan, err := s.Deployment.Up(ctx, nil, options.engineOptions()...)
	if err := told(options, p, plan, err); err != nil {
		return deployed{}, err
	}
	var done deployed
	if nodes == NodesReal {
		if done.monitored, err = t.monitor(ctx, plan, tools.monitoring); err != nil {
			return deployed{}, err
		}
	}
	done.seen, err = t.settle(ctx)
	return done, err
}

func (o Options) engineOptions() []engine.UpOption {
	if o.Refresh {
		return []engine.UpOption{engine.Refresh()}
	}
	return nil
}

// settle waits until every tenant has what it wants.
func (t *target) settle(ctx context.Context) (survey, error) {
	ctx, cancel := context.WithTimeoutCause(ctx, settleLimit, fmt.Errorf("the tenants were not complete within %s", settleLimit))
	defer cancel()
	begin := time.Now()
	for {
		seen, err := look(ctx, t.client)
		if err == nil && seen.settled() && (seen.measured() || time.Since(begin) > measureLimit) {
			return seen, nil
		}
		select {
		case <-ctx.Done():
			return seen, errors.Join(fmt.Errorf("%w: %s", context.Cause(ctx), seen.line()), err)
		case <-time.After(250 * time.Millisecond):
		}
	}
}

// watch tells how the tenants converge until the returned function is called.
func (t *target) watch(ctx context.Context, p *progress.Progress) (stop func()) {
	ctx, cancel := context.WithCancel(ctx)
	done := make(chan struct{})
	go func() {
		defer close(done)
		told := ""
		for ctx.Err() == nil {
			if seen, err := look(ctx, t.client); err == nil && len(seen.tenants) > 0 && seen.line() != told {
				told = seen.line()
				p.Stage("%s", told)
			}
			select {
			case <-ctx.Done():
			case <-time.After(time.Second):
			}
		}
	}()
	return func() {
		cancel()
		<-done
	}
}

// told writes what the engine did, or the errors it reported.
func told(options Options, p *progress.Progress, plan engine.Plan, err error) error {
	if err == nil {
		p.Stage("%s", changes(plan))
		return nil
	}
	for _, d := range plan.Errors() {
		fmt.Fprintf(options.Out, "error: %s\n  %s\n", d.URN, strings.ReplaceAll(d.Message, "\n", "\n  "))
	}
	if errors.Is(err, engine.ErrPlan) {
		return fmt.Errorf("stack %s: %w", options.Stack, ErrRejected)
	}
	return err
}

// changes counts what the engine did, in one sentence.
func changes(plan engine.Plan) string {
	counts := map[string]int{}
	for _, r := range plan.Resources {
		counts[r.Op]++
	}
	var parts []string
	for _, op := range []string{"create", "update", "replace", "delete", "same"} {
		if counts[op] > 0 {
			parts = append(parts, fmt.Sprintf("%d %s", counts[op], map[string]string{
				"create": "created", "update": "updated", "replace": "replaced", "delete": "deleted", "same": "unchanged",
			}[op]))
		}
	}
	return fmt.Sprintf("%d resources: %s", len(plan.Resources), strings.Join(parts, ", "))
}
