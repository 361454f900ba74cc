package scan

import (
	"cmp"
	"slices"
	"strings"
)

// Severity is how bad a scanner calls a finding, in capital letters.
type Severity string

// The severities that fail a scan. Others are only counted.
const (
	Critical Severity = "CRITICAL"
	High     Severity = "HIGH"
)

// severe says whether a finding of this severity needs a reason to stay.
func (s Severity) severe() bool { return s == Critical || s == High }

// Finding is an objection of a scanner to a resource.
type Finding struct {
	// Scanner is "trivy" or "kics".
	Scanner string
	// Rule is the scanner's identifier of the rule: "KSV001" or a UUID of KICS.
	Rule string
	// Severity as the scanner sees it.
	Severity Severity
	// Title says in a few words what the rule wants.
	Title string
	// Detail is the message of the scanner about this resource; one line.
	Detail string
	// Resource is the type and the name of the resource in the Pulumi program.
	Resource string
	// File is the file the scanner read, with its line.
	File string
	// Stack is the stack it was found in.
	Stack string
}

// sortFindings puts the worst first, then what belongs together. Of findings
// that differ in their line alone, as for two containers of one pod, one stays
// for each detail.
func sortFindings(findings []Finding) []Finding {
	slices.SortStableFunc(findings, func(a, b Finding) int {
		return cmp.Or(
			cmp.Compare(rank(a.Severity), rank(b.Severity)), strings.Compare(a.Scanner, b.Scanner),
			strings.Compare(a.Rule, b.Rule), strings.Compare(a.Stack, b.Stack),
			strings.Compare(a.Resource, b.Resource), strings.Compare(a.Detail, b.Detail),
		)
	})
	return slices.CompactFunc(findings, func(a, b Finding) bool {
		a.File, b.File = "", ""
		return a == b
	})
}

func rank(s Severity) int {
	if i := slices.Index([]Severity{Critical, High}, s); i >= 0 {
		return i
	}
	return 2
}

// oneLine takes the line breaks and the runs of blanks out of a text.
func oneLine(text string) string { return strings.Join(strings.Fields(text), " ") }
