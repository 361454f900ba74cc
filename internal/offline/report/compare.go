package report

import (
	"fmt"
	"io"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/mlops-iac/mlops/internal/offline"
)

// Difference is what sets one plan apart from another.
type Difference struct {
	From, To string
	// Added are only in To, Removed only in From; type and name.
	Added, Removed []string
	// Changed are in both with other inputs.
	Changed []Change
}

// Change is one resource with the inputs that differ.
type Change struct {
	Resource string
	Inputs   []InputChange
}

// InputChange is one input path with its two values; "(none)" when absent.
type InputChange struct {
	Path, From, To string
}

const absent = "(none)"

// anyPrefix stands for the prefix of either stack.
const anyPrefix = "<stack>"

// Compare finds how to differs from from. Resources are the same when type,
// name and parents are; the stacks' own prefixes count as equal, in names and
// in values.
func Compare(from, to offline.Plan) Difference {
	before, after := byIdentity(from), byIdentity(to)
	difference := Difference{From: from.Stack, To: to.Stack}
	for _, id := range slices.Sorted(maps.Keys(after)) {
		old, both := before[id]
		if !both {
			difference.Added = append(difference.Added, label(after[id]))
			continue
		}
		inputs := compareInputs(flatInputs(old, from.Prefix), flatInputs(after[id], to.Prefix))
		if len(inputs) > 0 {
			difference.Changed = append(difference.Changed, Change{Resource: label(after[id]), Inputs: inputs})
		}
	}
	for _, id := range slices.Sorted(maps.Keys(before)) {
		if _, both := after[id]; !both {
			difference.Removed = append(difference.Removed, label(before[id]))
		}
	}
	return difference
}

// Write writes the difference.
func (d Difference) Write(w io.Writer) {
	fmt.Fprintf(w, "Against %s: %s has %d resources more, %d fewer, %d with other values\n",
		d.From, d.To, len(d.Added), len(d.Removed), len(d.Changed))
	for _, r := range d.Added {
		fmt.Fprintf(w, "  + %s\n", r)
	}
	for _, r := range d.Removed {
		fmt.Fprintf(w, "  - %s\n", r)
	}
	for _, change := range d.Changed {
		fmt.Fprintf(w, "  ~ %s\n", change.Resource)
		for _, input := range change.Inputs {
			fmt.Fprintf(w, "      %s: %s -> %s\n", input.Path, brief(input.From), brief(input.To))
		}
	}
	fmt.Fprintln(w)
}

// brief shortens long values such as policy documents to where a line is readable.
func brief(value string) string {
	const limit = 60
	if runes := []rune(value); len(runes) > limit {
		return string(runes[:limit]) + "..."
	}
	return value
}

func label(r offline.Resource) string { return shortType(r.Type) + "  " + r.Name }

// byIdentity keys resources by their URN without the stack's name.
func byIdentity(plan offline.Plan) map[string]offline.Resource {
	resources := make(map[string]offline.Resource, len(plan.Resources))
	for _, r := range plan.Resources {
		if r.Type == stackType {
			continue
		}
		_, rest, _ := strings.Cut(strings.TrimPrefix(r.URN, "urn:pulumi:"), "::")
		resources[neutral(rest, plan.Prefix)] = r
	}
	return resources
}

// neutral replaces the prefix of a stack by one that all stacks share.
func neutral(text, prefix string) string {
	if prefix == "" {
		return text
	}
	return strings.ReplaceAll(text, prefix, anyPrefix)
}

// flatInputs maps every path into the inputs of a resource to its value.
func flatInputs(r offline.Resource, prefix string) map[string]string {
	flat := map[string]string{}
	flatten(flat, "", r.Inputs)
	for path, value := range flat {
		flat[path] = neutral(value, prefix)
	}
	return flat
}

func compareInputs(before, after map[string]string) []InputChange {
	paths := maps.Clone(before)
	maps.Copy(paths, after)
	var changes []InputChange
	for _, path := range slices.Sorted(maps.Keys(paths)) {
		old, hadOld := before[path]
		current, hasNew := after[path]
		if !hadOld {
			old = absent
		}
		if !hasNew {
			current = absent
		}
		if old != current {
			changes = append(changes, InputChange{Path: path, From: old, To: current})
		}
	}
	return changes
}

func flatten(into map[string]string, path string, value any) {
	switch typed := value.(type) {
	case map[string]any:
		for key, item := range typed {
			flatten(into, strings.TrimPrefix(path+"."+key, "."), item)
		}
	case []any:
		for i, item := range typed {
			flatten(into, path+"["+strconv.Itoa(i)+"]", item)
		}
	default:
		into[path] = fmt.Sprint(value)
	}
}
