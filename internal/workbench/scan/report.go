package scan

import (
	"fmt"
	"io"
	"maps"
	"slices"
	"text/tabwriter"
)

// Report holds the findings of a scan of several stacks.
type Report struct {
	// Stacks in the order they were scanned.
	Stacks []StackReport
	// Findings are high or critical and not exempted, the worst first.
	Findings []Finding
	// Exempted are high or critical findings that an exemption covers.
	Exempted []ExemptedFinding
	// WrongExemptions are the exemptions that are wrong.
	WrongExemptions []WrongExemption
	// Unused are exemptions that matched nothing in a scan that left stacks out.
	Unused []Exemption
}

// StackReport counts what was scanned of a stack.
type StackReport struct {
	// Stack is the stack's name.
	Stack string
	// Files is how many files each scanner looked at, by its name.
	Files map[string]int
	// Counts of all findings by severity, exempted ones too.
	Counts map[Severity]int
}

// ExemptedFinding is a finding together with the reason why it may stay.
type ExemptedFinding struct {
	Finding
	// Reason of the exemption.
	Reason string
}

// WrongExemption is an exemption that is wrong itself.
type WrongExemption struct {
	Exemption
	// Problem in a few words.
	Problem string
}

// Err is nil when the report is clean and ErrFindings otherwise.
func (r Report) Err() error {
	if len(r.Findings)+len(r.WrongExemptions) > 0 {
		return ErrFindings
	}
	return nil
}

// evaluate applies the exemptions to what the scanners found.
func evaluate(outcomes []outcome, exemptions Exemptions) Report {
	var report Report
	used := make([]bool, len(exemptions.Entries))
	scannedParts := map[part]bool{}
	for _, o := range outcomes {
		counted := StackReport{Stack: o.stack, Files: o.files, Counts: map[Severity]int{}}
		for _, p := range o.parts {
			scannedParts[p] = true
		}
		for _, f := range sortFindings(o.findings) {
			counted.Counts[f.Severity]++
			if f.Severity.severe() {
				report.place(f, exemptions.Entries, used)
			}
		}
		report.Stacks = append(report.Stacks, counted)
	}
	report.Findings = sortFindings(report.Findings)
	report.checkExemptions(exemptions, used, scannedParts)
	return report
}

// place puts a finding where it belongs and marks every exemption that covers it.
func (r *Report) place(f Finding, entries []Exemption, used []bool) {
	reason, exempted := "", false
	for i, e := range entries {
		if !e.covers(f) {
			continue
		}
		used[i] = true
		if len(e.validate(nil)) == 0 && !exempted {
			reason, exempted = e.Reason, true
		}
	}
	if exempted {
		r.Exempted = append(r.Exempted, ExemptedFinding{Finding: f, Reason: reason})
		return
	}
	r.Findings = append(r.Findings, f)
}

// checkExemptions finds those that are wrong. One about a part that was not
// scanned is not checked: nothing is known about it.
func (r *Report) checkExemptions(exemptions Exemptions, used []bool, scannedParts map[part]bool) {
	for i, e := range exemptions.Entries {
		if list := e.validate(nil); len(list) > 0 {
			r.WrongExemptions = append(r.WrongExemptions, WrongExemption{Exemption: e, Problem: list.ToAggregate().Error()})
			continue
		}
		if used[i] || !scannedParts[e.part()] {
			continue
		}
		if exemptions.Partial {
			r.Unused = append(r.Unused, e)
			continue
		}
		r.WrongExemptions = append(r.WrongExemptions, WrongExemption{Exemption: e, Problem: "matches nothing any more, remove it"})
	}
}

// Write writes the report for people: findings in full, exempted ones by reason.
func (r Report) Write(w io.Writer) error {
	table := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintln(table, "STACK\tTRIVY FILES\tKICS FILES\tCRITICAL\tHIGH\tOTHER")
	for _, s := range r.Stacks {
		other := 0
		for severity, count := range s.Counts {
			if !severity.severe() {
				other += count
			}
		}
		fmt.Fprintf(table, "%s\t%d\t%d\t%d\t%d\t%d\n", s.Stack, s.Files[trivyName], s.Files[kicsName], s.Counts[Critical], s.Counts[High], other)
	}
	err := table.Flush()
	r.writeExempted(w)
	for _, e := range r.Unused {
		fmt.Fprintf(w, "not needed by these stacks: exemption of %s %s in %q\n", e.Scanner, e.Rule, e.Resource)
	}
	for _, f := range r.WrongExemptions {
		fmt.Fprintf(w, "wrong exemption of %s %s in %q: %s\n", f.Scanner, f.Rule, f.Resource, f.Problem)
	}
	writeFindings(w, r.Findings)
	return err
}

// writeExempted gathers what one exemption covers under its reason.
func (r Report) writeExempted(w io.Writer) {
	type group struct{ scanner, rule, title, reason string }
	resources := map[group]map[string]bool{}
	for _, e := range r.Exempted {
		key := group{e.Scanner, e.Rule, e.Title, e.Reason}
		if resources[key] == nil {
			resources[key] = map[string]bool{}
		}
		resources[key][e.Stack+" "+e.Resource] = true
	}
	keys := slices.SortedFunc(maps.Keys(resources), func(a, b group) int {
		return slices.Compare([]string{a.scanner, a.rule, a.reason}, []string{b.scanner, b.rule, b.reason})
	})
	for _, key := range keys {
		fmt.Fprintf(w, "exempted: %s %s (%s) in %d resources: %s\n", key.scanner, key.rule, key.title, len(resources[key]), key.reason)
	}
}

// writeFindings gathers the findings of a rule under it; they are sorted.
func writeFindings(w io.Writer, findings []Finding) {
	for i, f := range findings {
		if i == 0 || f.Rule != findings[i-1].Rule || f.Scanner != findings[i-1].Scanner {
			fmt.Fprintf(w, "\n%s  %s %s  %s\n", f.Severity, f.Scanner, f.Rule, f.Title)
		}
		fmt.Fprintf(w, "  %s: %s (%s)\n      %s\n", f.Stack, f.Resource, f.File, f.Detail)
	}
	if len(findings) > 0 {
		fmt.Fprintf(w, "\nTo fix: change the component, or give the reason why it is so in %s.\n", ExemptionsFile)
	}
}
