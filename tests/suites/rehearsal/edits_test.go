package rehearsal_test

import (
	"cmp"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"sigs.k8s.io/yaml"

	"github.com/mlops-iac/mlops/internal/docgen/impact"
	"github.com/mlops-iac/mlops/internal/workbench/verifyaws"
	"github.com/mlops-iac/mlops/internal/workbench/verifyaws/tofu"
)

// TestEdits has every edit of the list planned over the state of the stack, one by one,
// and compares what it would do with what was read and agreed to. No cloud is asked, not
// even an emulated one: the state is what an apply would leave.
//
// Proves by the real provider's plan: what an edit of each key of a stack file
// changes, replaces and removes is what docs/configuration.md says.
func TestEdits(t *testing.T) {
	t.Parallel()
	for i, base := range bases(t) {
		s := open(t, edited)
		if i > 0 {
			s = openIn(t, edited, fmt.Sprintf("%s-%d", t.Name(), i))
			s.input = s.with(t, apply(t, base[0].From, s.input.File))
		}
		s.plansEdits(t, base)
	}
}

// bases are the edits that are to be planned, together where they begin with the same
// stack; first those of the stack as it is.
func bases(t *testing.T) [][]impact.Edit {
	t.Helper()
	var found [][]impact.Edit
	for _, e := range edits(t) {
		if *brief && !e.Dangerous {
			continue
		}
		i := slices.IndexFunc(found, func(base []impact.Edit) bool { return reflect.DeepEqual(base[0].From, e.From) })
		if i < 0 {
			i = len(found)
			found = append(found, nil)
		}
		found[i] = append(found[i], e)
	}
	return found
}

// plansEdits plans edits over the state of the stack.
func (s stack) plansEdits(t *testing.T, edits []impact.Edit) {
	t.Helper()
	s.translate(t, s.input)
	require.NoError(t, s.Write(s.Resources))
	require.NoError(t, s.Pretend(t.Context(), verifier.Schema()))
	require.Empty(t, s.planned(t), "without an edit")
	before := s.Cluster()
	require.NotEmpty(t, before)
	for _, e := range edits {
		t.Run(strings.ReplaceAll(e.Name, " ", "-"), func(t *testing.T) {
			changed := s
			changed.translate(t, s.with(t, apply(t, e.Change, s.input.File)))
			does := changed.changesOf(t, s) + inCluster(before, changed.Cluster())
			golden(t, e.ResultFile(s.name), does)
			fmt.Printf("%s: %s: %s\n", s.name, e.Name, counted(does))
		})
	}
}

// counted says how many resources a result creates, updates, replaces and deletes.
func counted(does string) string {
	counts := map[string]int{}
	for line := range strings.Lines(does) {
		action, _, _ := strings.Cut(line, " ")
		counts[action]++
	}
	var parts []string
	for _, action := range []string{"replace", "delete", "create", "update"} {
		if counts[action] > 0 {
			parts = append(parts, fmt.Sprintf("%s %d", action, counts[action]))
		}
	}
	return cmp.Or(strings.Join(parts, ", "), "nothing that is deployed")
}

// edited is the stack that is edited.
const edited = "dev"

func edits(t *testing.T) []impact.Edit {
	t.Helper()
	list, err := impact.Edits(checkout)
	require.NoError(t, err)
	return list
}

// changesOf is what the provider does to the AWS resources of another version of the
// stack.
func (s stack) changesOf(t *testing.T, before stack) string {
	t.Helper()
	if reflect.DeepEqual(before.Resources, s.Resources) {
		return ""
	}
	require.NoError(t, s.Write(s.Resources))
	return s.planned(t)
}

// inCluster writes what the program asks of Kubernetes otherwise, one resource a line.
func inCluster(before, after []verifyaws.Input) string {
	was, is := byURN(before), byURN(after)
	var lines []string
	for _, urn := range slices.Sorted(maps.Keys(union(was, is))) {
		place := fmt.Sprintf("%s %s", resource.URN(urn).Type(), resource.URN(urn).Name())
		old, existed := was[urn]
		now, exists := is[urn]
		switch differing := differing(old, now); {
		case !existed:
			lines = append(lines, "create "+place+"\n")
		case !exists:
			lines = append(lines, "delete "+place+"\n")
		case len(differing) > 0:
			lines = append(lines, fmt.Sprintf("update %s: %s\n", place, strings.Join(differing, ", ")))
		}
	}
	return strings.Join(lines, "")
}

func byURN(inputs []verifyaws.Input) map[string]map[string]any {
	found := map[string]map[string]any{}
	for _, input := range inputs {
		found[input.URN] = input.Inputs
	}
	return found
}

// differing are the names of the inputs that differ, sorted.
func differing(a, b map[string]any) []string {
	return slices.DeleteFunc(slices.Sorted(maps.Keys(union(a, b))), func(name string) bool {
		return reflect.DeepEqual(a[name], b[name])
	})
}

func union[V any](a, b map[string]V) map[string]V {
	all := maps.Clone(a)
	if all == nil {
		all = map[string]V{}
	}
	maps.Copy(all, b)
	return all
}

// apply changes a stack file.
func apply(t *testing.T, e impact.Change, file []byte) []byte {
	t.Helper()
	var content map[string]any
	require.NoError(t, yaml.Unmarshal(file, &content))
	config, isMap := content["config"].(map[string]any)
	require.True(t, isMap)
	for path, value := range e.Set {
		place, key := below(t, config, path)
		place[key] = value
	}
	for _, path := range e.Remove {
		place, key := below(t, config, path)
		require.Contains(t, place, key, path)
		delete(place, key)
	}
	changed, err := yaml.Marshal(content)
	require.NoError(t, err)
	require.NotEqual(t, string(file), string(changed))
	return changed
}

// below is the map in which the last step of a path is a key. Maps on the way are made.
func below(t *testing.T, config map[string]any, path string) (place map[string]any, key string) {
	t.Helper()
	steps := append([]string{"mlops:platform"}, strings.Split(path, ".")...)
	for _, step := range steps[:len(steps)-1] {
		if _, there := config[step]; !there {
			config[step] = map[string]any{}
		}
		next, isMap := config[step].(map[string]any)
		require.True(t, isMap, path)
		config = next
	}
	return config, steps[len(steps)-1]
}

// describe writes one change a line.
func describe(changes []tofu.Change) string {
	var text strings.Builder
	for _, c := range changes {
		fmt.Fprintf(&text, "%s %s", c.Action, c.Address)
		if len(c.Attributes) > 0 {
			fmt.Fprintf(&text, ": %s", strings.Join(c.Attributes, ", "))
		}
		if len(c.Causes) > 0 {
			fmt.Fprintf(&text, " for %s", strings.Join(c.Causes, ", "))
		}
		text.WriteByte('\n')
	}
	return text.String()
}

// golden compares a text with a file, or writes it with -update.
func golden(t *testing.T, file, got string) {
	t.Helper()
	if *update {
		require.NoError(t, os.MkdirAll(filepath.Dir(file), 0o750))
		require.NoError(t, os.WriteFile(file, []byte(got), 0o600))
		return
	}
	want, err := os.ReadFile(file)
	require.NoError(t, err)
	assert.Equal(t, string(want), got)
}

// TestEditsAreTold is about the list itself: every edit has a result, every result an
// edit, and the dangerous ones are ten.
func TestEditsAreTold(t *testing.T) {
	var files []string
	dangerous := 0
	for _, e := range edits(t) {
		files = append(files, e.ResultFile(edited))
		if e.Dangerous {
			dangerous++
		}
	}
	there, err := filepath.Glob(filepath.Join("testdata", edited, "*.txt"))
	require.NoError(t, err)
	assert.ElementsMatch(t, files, there)
	assert.Equal(t, 10, dangerous)
}
