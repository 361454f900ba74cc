package verifyaws

import (
	"context"
	"fmt"
	"maps"
	"os"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"

	"github.com/mlops-iac/mlops/internal/workbench/verifyaws/terraform"
)

// Change is one input that is not what the program set.
type Change struct {
	// Name is for the reader, and unique.
	Name string
	// Type is the type token of the resource, Property the path of the input, such
	// as "scalingConfig.minSize" or "tagSpecifications[0].resourceType". Without a
	// property nothing is changed, which shows that a copy by itself is in order.
	Type, Property string
	// Value takes the place of the input.
	Value any
}

// Try has the provider check changes of a stack, every one by itself: each is made
// to a copy of the first resource of its type. It returns what was found, by the
// names of the changes; a change that is not in the answer passed every stage.
func (v *Verifier) Try(ctx context.Context, t Translation, changes []Change) (map[string][]Finding, error) {
	found := map[string][]Finding{}
	copies := Translation{Plan: t.Plan, Resources: maps.Clone(t.Resources)}
	for i, change := range changes {
		r, errs, err := t.changed(change, i)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", change.Name, err)
		}
		if len(errs) > 0 {
			found[change.Name] = t.locator("").inputErrors(errs)
			continue
		}
		copies.Resources[r.Address] = r
	}
	names := map[string]string{}
	for i, change := range changes {
		names[copyName(i)] = change.Name
	}
	for _, stage := range []Stage{StageValidate, StagePlan} {
		findings, err := v.tryStage(ctx, t.Region, copies, stage)
		if err != nil {
			return nil, err
		}
		for _, f := range findings {
			mark := copyMark.FindString(f.URN)
			name, ours := names[mark]
			if !ours {
				return nil, fmt.Errorf("the unchanged resource %s has a finding: %s", f.URN, f.Message)
			}
			f.Component = t.locator("").components(strings.TrimSuffix(f.URN, mark))
			found[name] = append(found[name], f)
		}
		copies.remove(findings)
	}
	return found, nil
}

// tryStage returns the errors of one stage.
func (v *Verifier) tryStage(ctx context.Context, region string, copies Translation, stage Stage) ([]Finding, error) {
	folder, err := os.MkdirTemp(v.root, "try-")
	if err != nil {
		return nil, fmt.Errorf("making the folder for OpenTofu: %w", err)
	}
	w, err := v.open(ctx, folder, region, copies.Resources)
	if err != nil {
		return nil, err
	}
	ask := w.Validate
	if stage == StagePlan {
		ask = w.Plan
	}
	diagnostics, err := ask(ctx)
	if err != nil {
		return nil, err
	}
	found := copies.locator(folder).findings(stage, diagnostics)
	return slices.DeleteFunc(found, func(f Finding) bool { return f.Warning }), nil
}

// remove takes the resources with findings out, so that the next stage is reached
// by the others.
func (t Translation) remove(found []Finding) {
	maps.DeleteFunc(t.Resources, func(_ string, r terraform.Resource) bool {
		return slices.ContainsFunc(found, func(f Finding) bool { return f.URN == r.URN })
	})
}

// copyMark ends the name of a copy. It is short and has only what every service
// admits in a name, for the names of some resources are checked too.
var copyMark = regexp.MustCompile(`-x[0-9]+$`)

func copyName(number int) string { return "-x" + strconv.Itoa(number) }

// changed returns a changed copy of the first resource of the change's type.
func (t Translation) changed(change Change, number int) (terraform.Resource, []terraform.InputError, error) {
	for _, input := range t.Inputs {
		urn := resource.URN(input.URN)
		if string(urn.Type()) != change.Type {
			continue
		}
		inputs := input.Inputs
		if change.Property != "" {
			changed, err := set(inputs, steps(change.Property), change.Value)
			if err != nil {
				return terraform.Resource{}, nil, fmt.Errorf("%s: %w", change.Property, err)
			}
			inputs = changed.(map[string]any)
		}
		r, errs := t.converter.Convert(input.URN+copyName(number), inputs)
		return r, errs, nil
	}
	return terraform.Resource{}, nil, fmt.Errorf("stack %s has no resource of type %s", t.Stack, change.Type)
}

var step = regexp.MustCompile(`[^.\[\]]+`)

// steps splits a path: "a.b[0]" is a, b and 0.
func steps(path string) []string { return step.FindAllString(path, -1) }

// set returns a copy of a value with another at a path. Keys that are missing on
// the way are made, elements of lists are not.
func set(value any, path []string, wanted any) (any, error) {
	if len(path) == 0 {
		return wanted, nil
	}
	if items, isList := value.([]any); isList {
		index, err := strconv.Atoi(path[0])
		if err != nil || index < 0 || index >= len(items) {
			return nil, fmt.Errorf("%q is not an element of a list of %d", path[0], len(items))
		}
		changed := slices.Clone(items)
		changed[index], err = set(items[index], path[1:], wanted)
		return changed, err
	}
	fields, isMap := value.(map[string]any)
	if !isMap && value != nil {
		return nil, fmt.Errorf("%v has no %q", value, path[0])
	}
	changed := maps.Clone(fields)
	if changed == nil {
		changed = map[string]any{}
	}
	inner, err := set(fields[path[0]], path[1:], wanted)
	changed[path[0]] = inner
	return changed, err
}
