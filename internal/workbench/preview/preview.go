package preview

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/mlops-iac/mlops/internal/guard"
	"github.com/mlops-iac/mlops/internal/workbench/cost"
	"github.com/mlops-iac/mlops/internal/workbench/cost/prices"
	"github.com/mlops-iac/mlops/internal/workbench/engine"
	"github.com/mlops-iac/mlops/internal/workbench/preview/report"
	"github.com/mlops-iac/mlops/internal/workbench/progress"
	"github.com/mlops-iac/mlops/internal/workbench/toolset"
)

// Options says what to preview.
type Options struct {
	// Folder is any folder inside the checkout.
	Folder string
	// Stack is the stack to plan.
	Stack string
	// Against is a second stack to compare with; empty for none.
	Against string
	// Was is a file with an earlier version of the stack's own, to compare with; empty for
	// none.
	Was string
	// AllowChange is the value of settings.AllowVariable.
	AllowChange string
	// JSON is a file for the plan as JSON; empty for none.
	JSON string
	// CostJSON is a file for the estimated cost as JSON; empty for none.
	CostJSON string
	// Out receives the report, Progress what happens until then.
	Out, Progress io.Writer
}

// ErrRejected says that the plan has errors or breaks a guard rule; the report
// has said which.
var ErrRejected = errors.New("the plan was rejected; see the report above")

// Result is one planned stack.
type Result struct {
	Plan  engine.Plan
	Guard guard.Report
}

// Run previews a stack and writes the report. It returns an error when an
// input is bad, a tool is missing, or the plan is rejected.
func Run(ctx context.Context, options Options) error {
	p := progress.New(options.Progress)
	set, err := toolset.New(options.Folder, p.Stage)
	if err != nil {
		return err
	}
	stacks, err := readStacks(set.Root, options.Stack, options.Against)
	if err != nil {
		return err
	}
	edited, err := options.edited(stacks[0])
	if err != nil {
		return err
	}
	stacks = append(stacks, edited.before...)
	tools, err := prepare(ctx, set, slices.ContainsFunc(stacks, StackInput.OnAWS))
	if err != nil {
		return err
	}
	results, err := planAll(ctx, tools, stacks, p)
	if err != nil {
		return err
	}
	costs, err := estimate(results)
	if err != nil {
		return err
	}
	if err := options.writeFiles(results[0].Plan, costs[0]); err != nil {
		return err
	}
	if edited.before != nil {
		results[1].Plan.Stack = options.Was
	}
	return writeReport(options.Out, results, costs, edited, p)
}

// estimate says what each stack costs a month.
func estimate(results []Result) ([]cost.Estimate, error) {
	table, err := prices.Load()
	if err != nil {
		return nil, err
	}
	costs := make([]cost.Estimate, len(results))
	for i, r := range results {
		costs[i] = cost.New(r.Plan, table, time.Now())
	}
	return costs, nil
}

// PrepareTools builds and installs the tools a preview needs.
func PrepareTools(ctx context.Context, folder string, out io.Writer) error {
	p := progress.New(out)
	set, err := toolset.New(folder, p.Stage)
	if err != nil {
		return err
	}
	tools, err := prepare(ctx, set, true)
	if err != nil {
		return err
	}
	p.Stage("Pulumi CLI %s (%s), EKS component provider %s: ready in %s", tools.cli.Version, tools.cli.Origin, tools.eks.Version, set.Cache)
	return nil
}

// Stack plans one stack of the checkout and returns the outcome, for tests and
// benchmarks. report is told before anything slow starts.
func Stack(ctx context.Context, folder, name string, reporter toolset.Reporter) (Result, error) {
	set, err := toolset.New(folder, reporter)
	if err != nil {
		return Result{}, err
	}
	stacks, err := readStacks(set.Root, name, "")
	if err != nil {
		return Result{}, err
	}
	tools, err := prepare(ctx, set, stacks[0].OnAWS())
	if err != nil {
		return Result{}, err
	}
	return plan(ctx, tools, stacks[0], nil)
}

// Planner plans stacks for commands that go on with the plan.
type Planner struct{ ready tools }

// NewPlanner makes the tools ready that stacks on AWS need.
func NewPlanner(ctx context.Context, set *toolset.Set) (*Planner, error) {
	ready, err := prepare(ctx, set, true)
	return &Planner{ready: ready}, err
}

// Plan plans a stack. adjust may change how, before the engine starts; nil
// changes nothing. A plan with errors is an error.
func (p *Planner) Plan(ctx context.Context, s StackInput, adjust func(*engine.Job)) (Result, error) {
	result, err := plan(ctx, p.ready, s, adjust)
	if errors.Is(err, engine.ErrPlan) {
		for _, diagnostic := range result.Plan.Errors() {
			err = errors.Join(err, errors.New(diagnostic.Message))
		}
	}
	return result, err
}

type tools struct {
	cli toolset.Pulumi
	eks toolset.EKS
}

// prepare makes both tools side by side: one needs the processor, the other
// mostly the network. Only stacks on AWS need the second, and Node.js with it.
func prepare(ctx context.Context, set *toolset.Set, onAWS bool) (tools, error) {
	var ready tools
	group, ctx := errgroup.WithContext(ctx)
	group.Go(func() (err error) {
		ready.cli, err = set.Pulumi(ctx)
		return err
	})
	if onAWS {
		group.Go(func() (err error) {
			ready.eks, err = set.EKS(ctx)
			return err
		})
	}
	return ready, group.Wait()
}

func planAll(ctx context.Context, ready tools, stacks []StackInput, p *progress.Progress) ([]Result, error) {
	results := make([]Result, 0, len(stacks))
	for _, s := range stacks {
		p.Stage("Planning stack %s with Pulumi %s (%s)", s.Name, ready.cli.Version, ready.cli.Origin)
		result, err := plan(ctx, ready, s, func(job *engine.Job) {
			job.Progress = func(count int) { p.Count(s.Name, count, "resources planned") }
		})
		p.Done()
		if err != nil && !errors.Is(err, engine.ErrPlan) {
			return nil, fmt.Errorf("stack %s: %w", s.Name, err)
		}
		results = append(results, result)
	}
	return results, nil
}

func writeReport(out io.Writer, results []Result, costs []cost.Estimate, edited edited, p *progress.Progress) error {
	main := results[0]
	summary := report.Summary{
		Plan: main.Plan, Guard: main.Guard, Cost: &costs[0], Took: p.Took(),
		Edits: edited.edits, Refused: edited.refused, Incomparable: edited.incomparable,
	}
	if len(results) > 1 {
		summary.Against, summary.CostAgainst = &results[1].Plan, &costs[1]
	}
	report.Tree(out, main.Plan)
	summary.Write(out)
	if edited.refused != nil {
		return fmt.Errorf("stack %s: %w", main.Plan.Stack, ErrRejected)
	}
	if edited.before != nil {
		results = results[:1] // what was wrong earlier may be what was mended
	}
	for _, r := range results {
		if len(r.Plan.Errors()) > 0 || r.Guard.Err() != nil {
			return fmt.Errorf("stack %s: %w", r.Plan.Stack, ErrRejected)
		}
	}
	return nil
}

// writeFiles writes what is asked for as JSON.
func (o Options) writeFiles(plan engine.Plan, estimated cost.Estimate) error {
	return errors.Join(writeJSON(o.JSON, "the plan", plan), writeJSON(o.CostJSON, "the estimated cost", estimated))
}

// writeJSON writes nothing where no path is given.
func writeJSON(path, what string, value any) error {
	if path == "" {
		return nil
	}
	data, err := json.MarshalIndent(value, "", "  ")
	if err != nil {
		return fmt.Errorf("rendering %s as JSON: %w", what, err)
	}
	if err := os.WriteFile(path, append(data, '\n'), 0o600); err != nil {
		return fmt.Errorf("writing %s: %w", what, err)
	}
	return nil
}
