package embedded

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/mlops-iac/mlops/internal/offline"
	"github.com/mlops-iac/mlops/internal/preview"
	"github.com/mlops-iac/mlops/internal/progress"
	"github.com/mlops-iac/mlops/internal/settings"
	"github.com/mlops-iac/mlops/internal/toolset"
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
	// Supervisor starts a process that calls Supervise for a folder.
	Supervisor func(folder string) ([]string, error)
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
	tools, err := prepare(ctx, set)
	if err != nil {
		return err
	}
	unlock, err := instance.lock()
	if err != nil {
		return err
	}
	defer unlock()
	live, started, err := instance.ensure(ctx, options, p)
	if err != nil {
		return err
	}
	err = deploy(ctx, options, instance, live, tools, input, p)
	if ctx.Err() != nil && started {
		return errors.Join(ctx.Err(), instance.stop(live.PID))
	}
	return err
}

// tools are what a deployment needs beside the control plane.
type tools struct {
	cli  toolset.Pulumi
	crds [][]byte
}

// PrepareTools builds and downloads what Up needs.
func PrepareTools(ctx context.Context, checkout string, out io.Writer) error {
	p := progress.New(out)
	set, err := toolset.New(checkout, p.Stage)
	if err != nil {
		return err
	}
	if _, err := prepare(ctx, set); err != nil {
		return err
	}
	p.Stage("The embedded control plane can be started; its programs are in %s", set.Cache)
	return nil
}

func prepare(ctx context.Context, set *toolset.Set) (tools, error) {
	var ready tools
	group, ctx := errgroup.WithContext(ctx)
	group.Go(func() (err error) {
		ready.cli, err = set.Pulumi(ctx)
		return err
	})
	group.Go(func() (err error) {
		_, err = set.Kube(ctx)
		return err
	})
	group.Go(func() (err error) {
		ready.crds, err = set.CRDs(ctx)
		return err
	})
	return ready, group.Wait()
}

// ensure returns the running control plane and whether it was started for this.
func (i Instance) ensure(ctx context.Context, options Options, p *progress.Progress) (live record, started bool, err error) {
	if live, err = i.running(); err == nil {
		p.Stage("Kubernetes %s runs already at %s", live.Version, live.URL)
		return live, false, nil
	}
	if !errors.Is(err, errNotRunning) {
		return record{}, false, err
	}
	remains, err := i.clear()
	if err != nil {
		return record{}, false, fmt.Errorf("removing what an earlier control plane left: %w", err)
	}
	if remains {
		p.Stage("Removed what an earlier control plane left that was not ended with `mlops down --embedded`")
	}
	p.Stage("Starting a Kubernetes control plane with simulated nodes in %s", i.folder)
	command, err := options.Supervisor(i.folder)
	if err != nil {
		return record{}, false, err
	}
	live, err = i.startSupervisor(ctx, command)
	if err != nil {
		return record{}, false, err
	}
	p.Stage("Kubernetes %s is ready at %s", live.Version, live.URL)
	return live, true, nil
}

func deploy(ctx context.Context, options Options, i Instance, live record, tools tools, input preview.StackInput, p *progress.Progress) error {
	target, err := connect(live.Kubeconfig)
	if err != nil {
		return err
	}
	if err := target.installCRDs(ctx, tools.crds); err != nil {
		return err
	}
	session, err := i.openSession(ctx, live, tools.cli, input)
	if err != nil {
		return err
	}
	defer session.Close()
	p.Stage("Deploying stack %s with Pulumi %s (%s); %s", options.Stack, tools.cli.Version, tools.cli.Origin, session.describe())
	stopWatching := target.watch(ctx, p)
	plan, err := session.Deployment.Up(ctx, nil)
	stopWatching()
	if err := told(options, p, plan, err); err != nil {
		return err
	}
	final, err := target.settle(ctx)
	if err != nil {
		return err
	}
	return writeResult(options.Out, final, live, session, p.Took())
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
func told(options Options, p *progress.Progress, plan offline.Plan, err error) error {
	if err == nil {
		p.Stage("%s", changes(plan))
		return nil
	}
	for _, d := range plan.Errors() {
		fmt.Fprintf(options.Out, "error: %s\n  %s\n", d.URN, strings.ReplaceAll(d.Message, "\n", "\n  "))
	}
	if errors.Is(err, offline.ErrPlan) {
		return fmt.Errorf("stack %s: %w", options.Stack, ErrRejected)
	}
	return err
}

// changes counts what the engine did, in one sentence.
func changes(plan offline.Plan) string {
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

func writeResult(out io.Writer, seen survey, live record, s *Session, took time.Duration) error {
	fmt.Fprintln(out)
	if err := seen.write(out); err != nil {
		return err
	}
	fmt.Fprintln(out)
	for _, line := range s.notes() {
		fmt.Fprintln(out, line)
	}
	_, err := fmt.Fprintf(out, `
Everything runs, after %.0f s. Look at it:
  export KUBECONFIG=%s
  kubectl get pods --all-namespaces --output wide
  kubectl get hpa,quota,networkpolicy --namespace tenant-a
  make demo-status
End it; otherwise it ends by itself at %s:
  make demo-down
`, took.Seconds(), live.Kubeconfig, live.Ends.Format("15:04"))
	return err
}
