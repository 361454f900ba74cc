package tofu

import (
	"bytes"
	"context"
	"encoding/json"
	"slices"
	"strings"

	tfjson "github.com/hashicorp/terraform-json"
)

// parallel is how many resources are made or removed side by side. An emulator has one
// process for all.
const parallel = "-parallelism=4"

// Action is what happens to a resource.
type Action string

// The actions, as OpenTofu names those that are not pairs.
const (
	Create  Action = "create"
	Update  Action = "update"
	Replace Action = "replace"
	Delete  Action = "delete"
)

// Change is what a plan does to one resource.
type Change struct {
	Address string
	Action  Action
	// Attributes are those that an update is about, sorted.
	Attributes []string
	// Causes are the inputs for which it is replaced, as OpenTofu writes their paths,
	// sorted; without them it is made anew for another reason.
	Causes []string
}

// Apply has the provider make what the configuration says, without looking again at
// what is there: emulators do not tell all of it. What cannot be made is among the
// diagnostics; the rest is made.
func (w Workspace) Apply(ctx context.Context) ([]Diagnostic, error) {
	return w.change(ctx, "apply")
}

// Destroy has the provider remove everything that it has made.
func (w Workspace) Destroy(ctx context.Context) ([]Diagnostic, error) {
	return w.change(ctx, "destroy")
}

func (w Workspace) change(ctx context.Context, verb string) ([]Diagnostic, error) {
	output, err := w.run(ctx, verb, "-json", "-auto-approve", "-input=false", "-lock=false", "-refresh=false", parallel)
	found := diagnostics(output)
	return found, unexplained(err, found)
}

// Refresh has the provider read all that is there, and plan. It keeps neither.
func (w Workspace) Refresh(ctx context.Context) ([]Diagnostic, error) {
	output, err := w.run(ctx, "plan", "-json", "-input=false", "-lock=false", "-refresh=true", parallel)
	found := diagnostics(output)
	return found, unexplained(err, found)
}

// Changes plans and returns what would happen to which resource, by address. Without a
// plan there are diagnostics instead.
func (w Workspace) Changes(ctx context.Context) ([]Change, []Diagnostic, error) {
	found, err := w.Plan(ctx)
	if err != nil || slices.ContainsFunc(found, Diagnostic.isError) {
		return nil, found, err
	}
	plan, err := w.Show(ctx)
	if err != nil {
		return nil, nil, err
	}
	var changes []Change
	for _, planned := range plan.ResourceChanges {
		action, changed := actionOf(planned.Change.Actions)
		if !changed {
			continue
		}
		change := Change{Address: planned.Address, Action: action, Causes: causes(planned.Change.ReplacePaths)}
		if action == Update {
			change.Attributes = attributes(planned.Change)
		}
		changes = append(changes, change)
	}
	slices.SortFunc(changes, func(a, b Change) int { return strings.Compare(a.Address, b.Address) })
	return changes, found, nil
}

func (d Diagnostic) isError() bool { return d.Severity == tfjson.DiagnosticSeverityError }

func actionOf(actions tfjson.Actions) (Action, bool) {
	switch {
	case actions.Replace():
		return Replace, true
	case actions.Create():
		return Create, true
	case actions.Update():
		return Update, true
	case actions.Delete():
		return Delete, true
	default:
		return "", false
	}
}

// causes writes the paths of inputs, such as ["scaling_config",0,"min_size"].
func causes(paths []any) []string {
	var found []string
	for _, path := range paths {
		text, err := json.Marshal(path)
		if err == nil {
			found = append(found, string(text))
		}
	}
	slices.Sort(found)
	return found
}

// State are the addresses of what is there, as the provider remembers it, sorted.
func (w Workspace) State(ctx context.Context) ([]string, error) {
	output, err := w.run(ctx, "state", "list")
	if err != nil {
		return nil, err
	}
	var found []string
	for _, line := range bytes.Split(output, []byte("\n")) {
		if address := string(bytes.TrimSpace(line)); address != "" && !strings.HasPrefix(address, "terraform_data.") {
			found = append(found, address)
		}
	}
	slices.Sort(found)
	return found, nil
}
