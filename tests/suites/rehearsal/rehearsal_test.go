package rehearsal_test

import (
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/mlops-iac/mlops/internal/docgen/impact"
	"github.com/mlops-iac/mlops/internal/workbench/verifyaws/tofu"
)

// TestRehearsal is one life of every stack: it is applied, found unchanged and
// destroyed, and nothing is left.
//
// Proves by the real provider on emulated AWS: a stack is applied in its order, a second
// apply changes nothing, and destroy leaves nothing in the account; the roles of
// docs/deploying.md can do that, and read it, with the rights they are given.
func TestRehearsal(t *testing.T) {
	t.Parallel()
	var needed needs
	t.Run("of", func(t *testing.T) {
		for _, name := range stacks() {
			t.Run(name, func(t *testing.T) {
				t.Parallel()
				rehearse(t, name, &needed)
			})
		}
	})
	if *brief || *only != "" {
		return // no single stack needs all entries
	}
	for _, g := range notCarried(t) {
		assert.True(t, needed.has(g.Type+g.Suffix), "%s %s: no stack has such a resource", g.Type, g.Suffix)
	}
	for attribute := range misread(t) {
		assert.True(t, needed.has(attribute), "%s: the emulator answers it now", attribute)
	}
}

// needs are the entries of the lists about the emulator that a stack needs.
type needs struct{ entries sync.Map }

func (n *needs) add(entry string) { n.entries.Store(entry, true) }

func (n *needs) has(entry string) bool {
	_, found := n.entries.Load(entry)
	return found
}

// rehearse notes which entries are needed.
func rehearse(t *testing.T, name string, needed *needs) {
	t.Helper()
	s := open(t, name).emulated(t, "deploy")
	reader := s.emulated(t, "readonly")
	before := s.inventory(t)
	s.translate(t, s.input)
	gaps, known := notCarried(t), misread(t)
	carried := s.carried(t)
	require.NoError(t, s.Write(carried))
	timed(t, "apply", func(t *testing.T) {
		found, err := s.Apply(t.Context())
		fine(t, found, err)
	})
	there, err := s.State(t.Context())
	require.NoError(t, err)
	require.Equal(t, slices.Sorted(maps.Keys(carried)), there)
	fmt.Printf("%s: %d of %d resources applied\n", s.name, len(there), len(s.Resources))
	for _, g := range gaps {
		if n := g.count(s.Resources); n > 0 {
			fmt.Printf("%s: not carried: %d %s%s: %s; judged instead by %s\n", s.name, n, g.Type, g.Suffix, g.Reason, g.Judge)
			needed.add(g.Type + g.Suffix)
		}
	}
	timed(t, "read", func(t *testing.T) {
		found, err := reader.Refresh(t.Context())
		fine(t, found, err)
	})
	timed(t, "unchanged", func(t *testing.T) {
		corrected, err := s.Settle(t.Context())
		require.NoError(t, err)
		for _, attribute := range corrected {
			needed.add(attribute)
			assert.Contains(t, known, attribute, "a second apply would change it")
		}
	})
	if name == edited && !*brief {
		timed(t, "changed", func(t *testing.T) { s.editTogether(t, known) })
	}
	protected := s.input.Settings.MetadataStore.DeletionProtection
	if protected {
		timed(t, "protected", s.lifted)
	}
	timed(t, "destroy", func(t *testing.T) {
		found, err := s.Destroy(t.Context())
		fine(t, found, err)
	})
	there, err = s.State(t.Context())
	require.NoError(t, err)
	assert.Empty(t, there)
	after := s.inventory(t)
	if protected {
		const snapshots = "rds DBSnapshots"
		assert.Len(t, after[snapshots], 1, "the final snapshot is all that is kept")
		delete(after, snapshots)
	}
	assert.Equal(t, before, after, "what the account has")
	fmt.Printf("%s: nothing is left in the account%s\n", s.name, map[bool]string{true: " but the final snapshot"}[protected])
}

// editTogether makes the edits that can be made on the emulator, all at once. Nothing is
// replaced but what their results say, and a further apply changes nothing.
func (s *stack) editTogether(t *testing.T, known map[string]string) {
	t.Helper()
	together := impact.Change{Set: map[string]any{}}
	told := map[string]bool{}
	for _, e := range edits(t) {
		if e.Applied {
			maps.Copy(together.Set, e.Set)
			together.Remove = append(together.Remove, e.Remove...)
			maps.Copy(told, replacedBy(t, e))
		}
	}
	s.translate(t, s.with(t, apply(t, together, s.input.File)))
	require.NoError(t, s.Write(s.carried(t)))
	changes, found, err := s.Changes(t.Context())
	fine(t, found, err)
	actions, replaced := map[tofu.Action]int{}, map[string]bool{}
	for _, c := range changes {
		actions[c.Action]++
		if c.Action == tofu.Replace {
			replaced[c.Address] = true
		}
	}
	fmt.Printf("%s: %d edits at once: %v\n", s.name, len(together.Set)+len(together.Remove), actions)
	assert.Equal(t, told, replaced, "what is replaced")
	found, err = s.Apply(t.Context())
	fine(t, found, err)
	corrected, err := s.Settle(t.Context())
	require.NoError(t, err)
	for _, attribute := range corrected {
		assert.Contains(t, known, attribute, "after the edits a further apply would change it")
	}
}

// replacedBy are the resources on AWS that the result of an edit says are replaced.
func replacedBy(t *testing.T, e impact.Edit) map[string]bool {
	t.Helper()
	text, err := os.ReadFile(e.ResultFile(edited))
	require.NoError(t, err)
	replaced := map[string]bool{}
	for line := range strings.Lines(string(text)) {
		if address, found := strings.CutPrefix(line, string(tofu.Replace)+" "); found {
			address, _, _ = strings.Cut(strings.TrimSpace(address), " ")
			replaced[address] = true
		}
	}
	return replaced
}

// lifted is a stack whose data is protected: destroyed as it is, everything goes but
// the database and what it needs; deployed again it is whole; and then the protection is
// switched off, as `mlops destroy` does it.
func (s *stack) lifted(t *testing.T) {
	t.Helper()
	found, err := s.Destroy(t.Context())
	require.NoError(t, err)
	refused := errorsOf(found)
	require.Len(t, refused, 1)
	assert.Contains(t, refused[0], "Cannot delete a DB instance when DeletionProtection is enabled.")
	found, err = s.Apply(t.Context())
	fine(t, found, err)
	_, err = s.Settle(t.Context())
	require.NoError(t, err)
	s.deploy(t, map[string]any{"protect": false, "metadataStore.deletionProtection": false})
}

// timed runs a step and prints how long it took.
func timed(t *testing.T, name string, step func(*testing.T)) {
	t.Helper()
	began := time.Now()
	require.True(t, t.Run(name, step))
	fmt.Printf("%s/%s: %.0f s\n", t.Name(), name, time.Since(began).Seconds())
}
