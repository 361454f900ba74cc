// Package validation turns a list of validation errors into one error that shows
// all of them. The errors themselves are those of k8s.io/apimachinery's
// validation/field package: a path, the value found and the rule it breaks.
package validation

import (
	"fmt"
	"slices"
	"strings"

	"k8s.io/apimachinery/pkg/util/validation/field"
)

// Redacted stands in a message for a value that must not be shown.
const Redacted = "(secret)"

// Error holds every validation error of one input. Its message has one line
// for each, starting with the path.
type Error struct {
	// Source names the input, for example a file; empty when the caller adds it.
	Source string
	// List holds the errors, sorted by path.
	List field.ErrorList
}

// Error implements error.
func (e *Error) Error() string {
	lines := make([]string, 0, len(e.List))
	for _, f := range e.List {
		line := f.Error()
		if e.Source != "" {
			line = e.Source + ": " + line
		}
		lines = append(lines, line)
	}
	if len(lines) == 1 {
		return lines[0]
	}
	return fmt.Sprintf("%d errors:\n  %s", len(lines), strings.Join(lines, "\n  "))
}

// ToError returns nil for an empty list and an *Error otherwise. Duplicates
// are dropped and the rest is sorted, so the message does not depend on the
// order in which rules ran.
func ToError(source string, list field.ErrorList) error {
	if len(list) == 0 {
		return nil
	}
	sorted := slices.Clone(list)
	slices.SortStableFunc(sorted, func(a, b *field.Error) int { return strings.Compare(a.Error(), b.Error()) })
	sorted = slices.CompactFunc(sorted, func(a, b *field.Error) bool { return a.Error() == b.Error() })
	return &Error{Source: source, List: sorted}
}
