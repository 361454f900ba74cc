package guard

import (
	"slices"

	"github.com/mlops-iac/mlops/internal/shared/exemption"
)

// Exemption allows one rule to be broken by the resources it names.
type Exemption struct {
	// Rule is the ID of the rule.
	Rule string
	// Resource is a Pulumi name, or a glob in which * stands for any text, ? for
	// one character and [a-c] for a class.
	Resource string
	// Reason says why this is acceptable; required.
	Reason string
}

// exemptionList remembers which exemptions were needed.
type exemptionList struct {
	entries []Exemption
	used    []bool
}

func newExemptionList(entries []Exemption) exemptionList {
	return exemptionList{entries: slices.Clone(entries), used: make([]bool, len(entries))}
}

// reason returns the reason of the first valid exemption that covers the violation.
func (l exemptionList) reason(v Violation) (string, bool) {
	reason, found := "", false
	for i, e := range l.entries {
		if e.Rule != v.Rule || e.problem() != "" || !exemption.Match(e.Resource, v.Name) {
			continue
		}
		l.used[i] = true
		if !found {
			reason, found = e.Reason, true
		}
	}
	return reason, found
}

// problem returns what is wrong with the exemption itself, empty when nothing is.
func (e Exemption) problem() string { return exemption.Problem(e.Resource, e.Reason) }

// stale returns the exemptions that are wrong or were never needed.
func (l exemptionList) stale(rules []Rule) []StaleExemption {
	var list []StaleExemption
	for i, e := range l.entries {
		problem := e.problem()
		switch {
		case !slices.ContainsFunc(rules, func(r Rule) bool { return r.ID == e.Rule }):
			problem = "no such rule"
		case problem == "" && !l.used[i]:
			problem = "matches no violation; remove it"
		}
		if problem != "" {
			list = append(list, StaleExemption{Exemption: e, Problem: problem})
		}
	}
	return list
}
