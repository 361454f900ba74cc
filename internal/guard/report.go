package guard

import (
	"errors"
	"fmt"
	"slices"
	"strings"
)

// Options fit the rules to where they run. The zero value is the strict set
// without the rules that ask for protection.
type Options struct {
	// RequireProtect turns on the rules of stacks whose data must survive a mistake.
	RequireProtect bool
	// AllowDefaultProviders turns off the rule on explicit providers, for
	// programs that run one component without the platform around it.
	AllowDefaultProviders bool
}

// Violation is one finding with the rule it breaks.
type Violation struct {
	// Rule is the ID; Title and Fix are those of the rule.
	Rule, Title, Fix string
	// Type, Name and URN identify the resource; the URN may be empty.
	Type, Name, URN string
	// Detail says what was found.
	Detail string
}

// String renders the violation on one line.
func (v Violation) String() string {
	return fmt.Sprintf("%s (%s): %s %q: %s; fix: %s", v.Rule, v.Title, v.Type, v.Name, v.Detail, v.Fix)
}

// Exempted is a violation that an exemption allows.
type Exempted struct {
	Violation
	// Reason is the exemption's.
	Reason string
}

// StaleExemption is an exemption that is itself wrong.
type StaleExemption struct {
	Exemption
	// Problem says why.
	Problem string
}

// String renders the exemption on one line.
func (s StaleExemption) String() string {
	return fmt.Sprintf("exemption from %q for %q: %s", s.Rule, s.Exemption.Resource, s.Problem)
}

// Report is the outcome of evaluating a set of resources.
type Report struct {
	// Checked is the number of resources evaluated, components included.
	Checked int
	// Violations break a rule without an exemption.
	Violations []Violation
	// Exempted break a rule with one.
	Exempted []Exempted
	// StaleExemptions have no reason, name an unknown rule, cover everything or match nothing.
	StaleExemptions []StaleExemption
}

// Err returns nil when nothing is wrong, and otherwise an error with one line
// for every violation and every stale exemption.
func (r Report) Err() error {
	lines := make([]string, 0, len(r.Violations)+len(r.StaleExemptions))
	for _, v := range r.Violations {
		lines = append(lines, v.String())
	}
	for _, f := range r.StaleExemptions {
		lines = append(lines, f.String())
	}
	switch len(lines) {
	case 0:
		return nil
	case 1:
		return errors.New("guard: " + lines[0])
	default:
		return fmt.Errorf("guard: %d violations:\n  %s", len(lines), strings.Join(lines, "\n  "))
	}
}

// Evaluate applies the rules to a complete set of resources.
func Evaluate(resources []Resource, exemptions []Exemption, options Options) Report {
	e := newEvaluation(exemptions, options)
	for _, res := range resources {
		e.resource(res)
	}
	e.set(resources)
	return e.finish(len(resources))
}

// evaluation applies the rules and the exemptions and collects the outcome.
type evaluation struct {
	rules      []Rule
	exemptions exemptionList
	violations []Violation
	exempted   []Exempted
}

func newEvaluation(exemptions []Exemption, options Options) *evaluation {
	return &evaluation{rules: Rules(options), exemptions: newExemptionList(exemptions)}
}

// resource runs the per-resource rules and returns the new violations.
func (e *evaluation) resource(res Resource) []Violation {
	before := len(e.violations)
	for _, rule := range e.rules {
		e.add(rule, rule.one(res))
	}
	return slices.Clone(e.violations[before:])
}

// set runs the rules that need every resource.
func (e *evaluation) set(resources []Resource) {
	set := newSet(resources)
	for _, rule := range e.rules {
		if rule.CheckSet != nil {
			e.add(rule, rule.CheckSet(set))
		}
	}
}

func (e *evaluation) add(rule Rule, found []Finding) {
	for _, f := range found {
		v := Violation{
			Rule: rule.ID, Title: rule.Title, Fix: rule.Fix,
			Type: f.Resource.Type, Name: f.Resource.Name, URN: f.Resource.URN, Detail: f.Detail,
		}
		if reason, exempt := e.exemptions.reason(v); exempt {
			e.exempted = append(e.exempted, Exempted{Violation: v, Reason: reason})
			continue
		}
		e.violations = append(e.violations, v)
	}
}

// finish returns the report, sorted so that it does not depend on the order of registration.
func (e *evaluation) finish(checked int) Report {
	report := Report{
		Checked: checked, Violations: slices.Clone(e.violations),
		Exempted: slices.Clone(e.exempted), StaleExemptions: e.exemptions.stale(Rules(Options{RequireProtect: true})),
	}
	slices.SortStableFunc(report.Violations, compareViolations)
	slices.SortStableFunc(report.Exempted, func(a, b Exempted) int { return compareViolations(a.Violation, b.Violation) })
	return report
}

func compareViolations(a, b Violation) int {
	return strings.Compare(a.Rule+"\x00"+a.Type+"\x00"+a.Name+"\x00"+a.Detail, b.Rule+"\x00"+b.Type+"\x00"+b.Name+"\x00"+b.Detail)
}
