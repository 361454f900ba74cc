package tofu

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"

	tfjson "github.com/hashicorp/terraform-json"
)

// stateFile is what the provider remembers of what is there.
const stateFile = "terraform.tfstate"

// rounds bound how often the state is corrected: what one value hides, such as the id
// of another resource, shows in the next.
const rounds = 12

// planned is a plan without errors.
func (w Workspace) planned(ctx context.Context) (*tfjson.Plan, error) {
	found, err := w.Plan(ctx)
	if err != nil {
		return nil, err
	}
	if i := slices.IndexFunc(found, Diagnostic.isError); i >= 0 { // warnings come first
		return nil, fmt.Errorf("planning: %s: %s", found[i].Summary, found[i].Detail)
	}
	return w.Show(ctx)
}

// Settle makes the state what the configuration says where an emulator has answered
// something else, so that a plan shows what an edit does and nothing but that. It returns
// the attributes that it had to correct, as "type.attribute", sorted; a real AWS has none.
func (w Workspace) Settle(ctx context.Context) ([]string, error) {
	corrected := map[string]bool{}
	for range rounds {
		plan, err := w.planned(ctx)
		if err != nil {
			return nil, err
		}
		changed := map[string]*tfjson.ResourceChange{}
		for _, planned := range plan.ResourceChanges {
			if action, changes := actionOf(planned.Change.Actions); changes && action != Delete && action != Create {
				changed[planned.Address] = planned
			}
		}
		if len(changed) == 0 {
			return slices.Sorted(maps.Keys(corrected)), nil
		}
		if err := w.correct(changed, corrected); err != nil {
			return nil, err
		}
	}
	return nil, errors.New("the state does not settle")
}

// correct writes planned values into the state.
func (w Workspace) correct(changed map[string]*tfjson.ResourceChange, corrected map[string]bool) error {
	path := filepath.Join(w.folder, stateFile)
	text, err := os.ReadFile(path)
	if err != nil {
		return fmt.Errorf("reading the state: %w", err)
	}
	var state map[string]any
	if err := json.Unmarshal(text, &state); err != nil {
		return fmt.Errorf("reading the state: %w", err)
	}
	resources, _ := state["resources"].([]any)
	for _, entry := range resources {
		r, _ := entry.(map[string]any)
		planned, there := changed[fmt.Sprintf("%v.%v", r["type"], r["name"])]
		instances, _ := r["instances"].([]any)
		if !there || len(instances) != 1 {
			continue
		}
		for _, name := range attributes(planned.Change) {
			corrected[planned.Type+"."+name] = true
		}
		instances[0].(map[string]any)["attributes"] = overlay(planned.Change.Before, planned.Change.After, planned.Change.AfterUnknown)
	}
	return w.writeState(state)
}

func (w Workspace) writeState(state map[string]any) error {
	text, err := json.Marshal(state)
	if err != nil {
		return err
	}
	if err := os.WriteFile(filepath.Join(w.folder, stateFile), text, 0o600); err != nil {
		return fmt.Errorf("writing the state: %w", err)
	}
	return nil
}

// overlay is a value as it will be, and as it is where that is not known yet.
func overlay(before, after, unknown any) any {
	if isUnknown, _ := unknown.(bool); isUnknown {
		return before
	}
	switch after := after.(type) {
	case map[string]any:
		was, _ := before.(map[string]any)
		unknowns, _ := unknown.(map[string]any)
		merged := maps.Clone(after)
		for key := range unknowns {
			if value := overlay(was[key], after[key], unknowns[key]); value != nil {
				merged[key] = value
			}
		}
		return merged
	case []any:
		was, _ := before.([]any)
		unknowns, _ := unknown.([]any)
		merged := slices.Clone(after)
		for i := range min(len(merged), len(unknowns)) {
			merged[i] = overlay(at(was, i), after[i], unknowns[i])
		}
		return merged
	default:
		return after
	}
}

func at(list []any, i int) any {
	if i < len(list) {
		return list[i]
	}
	return nil
}

// attributes are the names of the attributes that a change is about, sorted. One whose
// value only AWS knows is among them.
func attributes(change *tfjson.Change) []string {
	before, _ := change.Before.(map[string]any)
	after, _ := change.After.(map[string]any)
	unknown, _ := change.AfterUnknown.(map[string]any)
	var found []string
	for name := range union(before, after, unknown) {
		if !same(before[name], after[name]) || hasTrue(unknown[name]) {
			found = append(found, name)
		}
	}
	slices.Sort(found)
	return found
}

func union(all ...map[string]any) map[string]bool {
	keys := map[string]bool{}
	for _, one := range all {
		for key := range one {
			keys[key] = true
		}
	}
	return keys
}

func same(a, b any) bool {
	left, leftErr := json.Marshal(a)
	right, rightErr := json.Marshal(b)
	return leftErr == nil && rightErr == nil && string(left) == string(right)
}

// hasTrue says whether anything of a value is not known.
func hasTrue(unknown any) bool {
	switch unknown := unknown.(type) {
	case bool:
		return unknown
	case map[string]any:
		for _, inner := range unknown {
			if hasTrue(inner) {
				return true
			}
		}
	case []any:
		return slices.ContainsFunc(unknown, hasTrue)
	}
	return false
}
