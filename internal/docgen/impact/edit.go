package impact

import (
	"fmt"
	"maps"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"sigs.k8s.io/yaml"
)

const (
	// Folder is where edits and results are, seen from the root of the checkout.
	Folder = "tests/suites/rehearsal"
	// stack is the one whose results the documentation tells.
	stack = "dev"
)

// Edit is a change of a stack file.
type Edit struct {
	Name string `json:"name"`
	// Key is the key that it is about, as the documentation writes it; empty for the
	// one that it sets.
	Key string `json:"key"`
	// When tells several edits of a key apart, such as "to a new major version".
	When string `json:"when"`
	// From are changes that are there before the edit, for keys that the stack has no
	// part for. The zero value is the stack as it is.
	From Change `json:"from"`
	Change
	// Dangerous edits are in every run of the rehearsal; the others only in whole ones.
	Dangerous bool `json:"dangerous"`
	// Applied edits are also made, all at once, on the stack that was applied.
	Applied bool `json:"applied"`
}

// Change is what is written into a stack file.
type Change struct {
	// Set are values by their paths below mlops:platform, Remove paths.
	Set    map[string]any `json:"set"`
	Remove []string       `json:"remove"`
}

// Edits reads the list, seen from the root of the checkout. Names are unique, and so
// are keys with what tells their edits apart.
func Edits(root string) ([]Edit, error) {
	edits, err := read[[]Edit](filepath.Join(root, Folder, "edits.yaml"))
	if err != nil {
		return nil, err
	}
	names, about := map[string]bool{}, map[string]bool{}
	for i := range edits {
		e := &edits[i]
		if err := e.complete(); err != nil {
			return nil, err
		}
		place := e.Key + " " + e.When
		if names[e.Name] || about[place] {
			return nil, fmt.Errorf("edit %q: there is another one with this name, or of %s", e.Name, place)
		}
		names[e.Name], about[place] = true, true
	}
	return edits, nil
}

// complete fills in the key of an edit that names none.
func (e *Edit) complete() error {
	if e.Applied && (len(e.From.Set) > 0 || len(e.From.Remove) > 0) {
		return fmt.Errorf("edit %q: it is applied to the stack as it is, and must not have another one to begin with", e.Name)
	}
	if e.Key != "" {
		return nil
	}
	if len(e.Set) != 1 || len(e.Remove) > 0 {
		return fmt.Errorf("edit %q: it changes several keys and must say which one it is about", e.Name)
	}
	for key := range e.Set {
		e.Key = documented(key)
	}
	return nil
}

// ResultFile is where what the edit does on a stack is kept, seen from Folder.
func (e Edit) ResultFile(stack string) string {
	return path.Join("testdata", stack, strings.ReplaceAll(e.Name, " ", "-")+".txt")
}

// documented is the key of a path: entries of maps have names.
func documented(key string) string {
	parts := strings.Split(key, ".")
	if parts[0] == "nodeGroups" && len(parts) > 2 {
		parts[1] = "<name>"
	}
	return strings.Join(parts, ".")
}

// untried are the keys without an edit, each with the reason.
func untried(root string) (map[string]string, error) {
	return read[map[string]string](filepath.Join(root, Folder, "untried.yaml"))
}

func read[T any](file string) (T, error) {
	var into T
	text, err := os.ReadFile(file)
	if err == nil {
		err = yaml.UnmarshalStrict(text, &into)
	}
	if err != nil {
		return into, fmt.Errorf("%s: %w", filepath.Base(file), err)
	}
	return into, nil
}

// Read returns what an edit of each key does, as a phrase. keys are those that need
// one: a key without an edit and without a reason for that is an error, and so is an
// edit or a reason that no key needs.
func Read(root string, keys []string) (map[string]string, error) {
	edits, err := Edits(root)
	if err != nil {
		return nil, err
	}
	reasons, err := untried(root)
	if err != nil {
		return nil, err
	}
	phrases := map[string]string{}
	for _, e := range edits {
		text, err := os.ReadFile(filepath.Join(root, Folder, e.ResultFile(stack)))
		if err != nil {
			return nil, fmt.Errorf("what edit %q does is not known yet, see docs/rehearsal.md: %w", e.Name, err)
		}
		phrase := e.told(parse(string(text)))
		if before := phrases[e.Key]; before != "" {
			phrase = before + "; " + phrase
		}
		phrases[e.Key] = phrase
	}
	return phrases, complete(keys, phrases, reasons)
}

func complete(keys []string, phrases, reasons map[string]string) error {
	for _, key := range keys {
		_, tried := phrases[key]
		_, excused := reasons[key]
		switch {
		case !tried && !excused:
			return fmt.Errorf("%s: no edit in %s/edits.yaml tries it", key, Folder)
		case tried && excused:
			return fmt.Errorf("%s: an edit tries it, and untried.yaml says why not", key)
		}
	}
	for _, key := range slices.Sorted(maps.Keys(phrases)) {
		if !slices.Contains(keys, key) {
			return fmt.Errorf("%s: an edit tries it, and there is no such key", key)
		}
	}
	for _, key := range slices.Sorted(maps.Keys(reasons)) {
		if !slices.Contains(keys, key) {
			return fmt.Errorf("%s: untried.yaml has a reason, and there is no such key", key)
		}
	}
	return nil
}

// told is the phrase of one edit.
func (e Edit) told(changes []change) string {
	phrase := sentence(changes)
	if e.When != "" {
		return e.When + ": " + phrase
	}
	return phrase
}
