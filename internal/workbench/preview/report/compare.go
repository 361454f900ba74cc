package report

import (
	"fmt"
	"io"
	"maps"
	"path"
	"slices"
	"strconv"
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource/plugin"

	"github.com/mlops-iac/mlops/internal/shared/tags"
	"github.com/mlops-iac/mlops/internal/workbench/engine"
)

// Difference is a change from one plan to another.
type Difference struct {
	From, To string
	// Added are only in To, Removed only in From; type and name.
	Added, Removed []string
	// Changed are in both with other inputs.
	Changed []Change
	// Tags are the mandatory tags that differ, told once instead of on every resource.
	Tags map[string]InputChange
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

// Compare finds how to differs from from. Resources are the same when type,
// name and parents are; what is each stack's own counts as equal,
// in names and in values.
func Compare(from, to engine.Plan) Difference {
	before, after := byIdentity(from), byIdentity(to)
	difference := Difference{From: from.Stack, To: to.Stack, Tags: map[string]InputChange{}}
	for _, id := range slices.Sorted(maps.Keys(after)) {
		old, both := before[id]
		if !both {
			difference.Added = append(difference.Added, label(after[id]))
			continue
		}
		inputs := compareInputs(flatInputs(old, from.Aliases), flatInputs(after[id], to.Aliases))
		if inputs = difference.takeTags(inputs); len(inputs) > 0 {
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
	for _, key := range slices.Sorted(maps.Keys(d.Tags)) {
		fmt.Fprintf(w, "  ~ everything: %s: %s -> %s\n", d.Tags[key].Path, d.Tags[key].From, d.Tags[key].To)
	}
	for _, r := range d.Added {
		fmt.Fprintf(w, "  + %s\n", r)
	}
	for _, r := range d.Removed {
		fmt.Fprintf(w, "  - %s\n", r)
	}
	for _, change := range d.Changed {
		fmt.Fprintf(w, "  ~ %s\n", change.Resource)
		for _, input := range change.Inputs {
			from, to := brief(input.From, input.To)
			fmt.Fprintf(w, "      %s: %s -> %s\n", input.Path, from, to)
		}
	}
	fmt.Fprintln(w)
}

// takeTags moves the mandatory tags out of the changes of one resource.
func (d *Difference) takeTags(inputs []InputChange) []InputChange {
	return slices.DeleteFunc(inputs, func(input InputChange) bool {
		parent, key := path.Split(strings.ReplaceAll(input.Path, ".", "/"))
		if !strings.HasSuffix(strings.ToLower(parent), "tags/") || !slices.Contains(tags.Mandatory(), key) {
			return false
		}
		if input.From == absent || input.To == absent {
			return false
		}
		d.Tags[key] = InputChange{Path: "tags." + key, From: input.From, To: input.To}
		return true
	})
}

// brief shortens two long values, such as policy documents, to where they begin to differ.
func brief(from, to string) (shortFrom, shortTo string) {
	const limit, lead = 60, 20
	common := 0
	for common < len(from) && common < len(to) && from[common] == to[common] {
		common++
	}
	start := max(0, common-lead)
	return cut(from, start, limit), cut(to, start, limit)
}

func cut(value string, start, limit int) string {
	if len(value) <= limit {
		return value
	}
	end := min(len(value), start+limit)
	text := strings.ToValidUTF8(value[min(start, len(value)):end], "")
	if start > 0 {
		text = "..." + text
	}
	if end < len(value) {
		text += "..."
	}
	return text
}

func label(r engine.Resource) string { return shortType(r.Type) + "  " + r.Name }

// byIdentity keys resources by their URN without the stack's name.
func byIdentity(plan engine.Plan) map[string]engine.Resource {
	resources := make(map[string]engine.Resource, len(plan.Resources))
	for _, r := range plan.Resources {
		if !r.Custom || r.Type == stackType {
			continue // a component only repeats what its resources say
		}
		_, rest, _ := strings.Cut(strings.TrimPrefix(r.URN, "urn:pulumi:"), "::")
		resources[neutral(rest, plan.Aliases)] = r
	}
	return resources
}

// neutral replaces what is a stack's own by what stands for it.
func neutral(text string, aliases map[string]string) string {
	for name, placeholder := range aliases {
		text = strings.ReplaceAll(text, name, placeholder)
	}
	return text
}

// flatInputs maps every path into the inputs of a resource, and the option that
// protects it, to its value.
func flatInputs(r engine.Resource, aliases map[string]string) map[string]string {
	raw := map[string]string{}
	flatten(raw, "", r.Inputs)
	flat := make(map[string]string, len(raw)+1)
	for at, value := range raw {
		if value == plugin.UnknownStringValue {
			value = "(known after apply)"
		}
		flat[neutral(at, aliases)] = neutral(value, aliases)
	}
	flat["(option) protect"] = strconv.FormatBool(r.Protect)
	return flat
}

func compareInputs(before, after map[string]string) []InputChange {
	paths := maps.Clone(before)
	maps.Copy(paths, after)
	var changes []InputChange
	for _, each := range slices.Sorted(maps.Keys(paths)) {
		old, hadOld := before[each]
		current, hasNew := after[each]
		if !hadOld {
			old = absent
		}
		if !hasNew {
			current = absent
		}
		if old != current {
			changes = append(changes, InputChange{Path: each, From: old, To: current})
		}
	}
	return changes
}

func flatten(into map[string]string, at string, value any) {
	switch typed := value.(type) {
	case map[string]any:
		for key, item := range typed {
			flatten(into, strings.TrimPrefix(at+"."+key, "."), item)
		}
	case []any:
		for i, item := range typed {
			flatten(into, at+"["+strconv.Itoa(i)+"]", item)
		}
	default:
		into[at] = fmt.Sprint(value)
	}
}
