package guard

import (
	"fmt"
	"slices"
	"strings"
)

// Rule is one thing the platform never allows without a written reason.
type Rule struct {
	// ID is stable: exemptions and runbooks refer to it.
	ID string
	// Title says what must hold, in a few words.
	Title string
	// Reason says what goes wrong otherwise.
	Reason string
	// Fix says what to change.
	Fix string
	// Types are the type tokens the rule looks at. A token that ends in "*" is a prefix.
	Types []string
	// Check evaluates one resource when it is registered; nil when the rule needs all of them.
	Check func(Resource) []Finding
	// CheckSet evaluates all resources together; nil when one resource is enough.
	CheckSet func(*Set) []Finding
}

// Finding is one place where a rule does not hold.
type Finding struct {
	// Resource is the resource that breaks the rule. A per-resource rule leaves it empty.
	Resource Resource
	// Detail says what was found, without secrets.
	Detail string
}

// applies says whether the rule looks at resources of a type.
func (r Rule) applies(typeToken string) bool {
	return slices.ContainsFunc(r.Types, func(pattern string) bool {
		prefix, isPrefix := strings.CutSuffix(pattern, "*")
		return pattern == typeToken || (isPrefix && strings.HasPrefix(typeToken, prefix))
	})
}

// one runs the rule on one resource.
func (r Rule) one(res Resource) []Finding {
	if r.Check == nil || !r.applies(res.Type) {
		return nil
	}
	found := r.Check(res)
	for i := range found {
		found[i].Resource = res
	}
	return found
}

// findings collects what a rule found.
type findings []Finding

// unless adds a finding when the answer is no; unsure is not a violation.
func (f *findings) unless(answer truth, format string, args ...any) {
	if answer == no {
		*f = append(*f, Finding{Detail: fmt.Sprintf(format, args...)})
	}
}

// when adds a finding when the answer is yes; unsure is not a violation.
func (f *findings) when(answer truth, format string, args ...any) {
	if answer == yes {
		*f = append(*f, Finding{Detail: fmt.Sprintf(format, args...)})
	}
}

// against adds a finding about one of the resources of a set.
func (f *findings) against(res Resource, format string, args ...any) {
	*f = append(*f, Finding{Resource: res, Detail: fmt.Sprintf(format, args...)})
}
