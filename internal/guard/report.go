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

// ExemptionFault is an exemption that is itself wrong.
type ExemptionFault struct {
	Exemption
	// Problem says why.
	Problem string
}

// String renders the fault on one line.
func (f ExemptionFault) String() string {
	return fmt.Sprintf("exemption from %q for %q: %s", f.Rule, f.Exemption.Resource, f.Problem)
}

// Report is the outcome of judging a set of resources.
type Report struct {
	// Checked is the number of resources judged, components included.
	Checked int
	// Violations break a rule without an exemption.
	Violations []Violation
	// Exempted break a rule with one.
	Exempted []Exempted
	// StaleExemptions have no reason, name an unknown rule, cover everything or match nothing.
	StaleExemptions []ExemptionFault
}

// Err returns nil when nothing is wrong, and otherwise an error with one line
// for every violation and every faulty exemption.
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

// Evaluate judges a complete set of resources.
func Evaluate(resources []Resource, exemptions []Exemption, options Options) Report {
	j := newJudge(exemptions, options)
	for _, res := range resources {
		j.resource(res)
	}
	j.set(resources)
	return j.finish(len(resources))
}

// judge applies the rules and the exemptions and collects the outcome.
type judge struct {
	rules      []Rule
	exemptions exemptionList
	violations []Violation
	exempted   []Exempted
}

func newJudge(exemptions []Exemption, options Options) *judge {
	return &judge{rules: Rules(options), exemptions: newExemptionList(exemptions)}
}

// resource runs the per-resource rules and returns the new violations.
func (j *judge) resource(res Resource) []Violation {
	before := len(j.violations)
	for _, rule := range j.rules {
		j.add(rule, rule.one(res))
	}
	return slices.Clone(j.violations[before:])
}

// set runs the rules that need every resource.
func (j *judge) set(resources []Resource) {
	set := newSet(resources)
	for _, rule := range j.rules {
		if rule.CheckSet != nil {
			j.add(rule, rule.CheckSet(set))
		}
	}
}

func (j *judge) add(rule Rule, found []Finding) {
	for _, f := range found {
		v := Violation{
			Rule: rule.ID, Title: rule.Title, Fix: rule.Fix,
			Type: f.Resource.Type, Name: f.Resource.Name, URN: f.Resource.URN, Detail: f.Detail,
		}
		if reason, exempt := j.exemptions.reason(v); exempt {
			j.exempted = append(j.exempted, Exempted{Violation: v, Reason: reason})
			continue
		}
		j.violations = append(j.violations, v)
	}
}

// finish returns the report, sorted so that it does not depend on the order of registration.
func (j *judge) finish(checked int) Report {
	report := Report{
		Checked: checked, Violations: slices.Clone(j.violations),
		Exempted: slices.Clone(j.exempted), StaleExemptions: j.exemptions.faults(Rules(Options{RequireProtect: true})),
	}
	slices.SortStableFunc(report.Violations, compareViolations)
	slices.SortStableFunc(report.Exempted, func(a, b Exempted) int { return compareViolations(a.Violation, b.Violation) })
	return report
}

func compareViolations(a, b Violation) int {
	return strings.Compare(a.Rule+"\x00"+a.Type+"\x00"+a.Name+"\x00"+a.Detail, b.Rule+"\x00"+b.Type+"\x00"+b.Name+"\x00"+b.Detail)
}
