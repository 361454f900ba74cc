package rehearsal_test

import (
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// TestRetained compares what the translation says is retained with what was read and
// agreed to: of the stack as it is, and once its protection is lifted. It is what
// docs/deploying.md says that stays.
func TestRetained(t *testing.T) {
	for _, name := range stacks() {
		s := open(t, name)
		s.translate(t, s.input)
		golden(t, retainedFile(name), s.describeRetained())
		if s.input.Settings.MetadataStore.DeletionProtection {
			s.edit(t, lifts())
			golden(t, retainedFile(name+"-lifted"), s.describeRetained())
		}
	}
}

func retainedFile(name string) string { return filepath.Join("testdata", "retained", name+".txt") }

// describeRetained writes the addresses of what is retained, one a line.
func (s stack) describeRetained() string {
	var lines []string
	for address, r := range s.Resources {
		if r.Retained {
			lines = append(lines, address+"\n")
		}
	}
	slices.Sort(lines)
	return strings.Join(lines, "")
}

// lifts is what lifts the protection of a stack.
func lifts() map[string]any {
	return map[string]any{"protect": false, "retainOnDelete": false, "metadataStore.deletionProtection": false}
}
