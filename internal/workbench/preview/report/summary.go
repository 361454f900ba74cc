package report

import (
	"cmp"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/mlops-iac/mlops/internal/guard"
	"github.com/mlops-iac/mlops/internal/settings/edits"
	"github.com/mlops-iac/mlops/internal/workbench/cost"
	"github.com/mlops-iac/mlops/internal/workbench/engine"
	"github.com/mlops-iac/mlops/internal/workbench/engine/fakeprovider"
)

// Summary is everything the closing part of a preview says.
type Summary struct {
	Plan  engine.Plan
	Guard guard.Report
	// Against is the plan to compare with; nil for none.
	Against *engine.Plan
	// Edits are what the stack file says otherwise than the version it is compared with,
	// Refused is what an update would say to them, and Incomparable is what of that
	// version is not compared, and why; empty and nil for nothing.
	Edits                 []edits.Edit
	Refused, Incomparable error
	// Cost is the monthly cost of Plan, CostAgainst that of Against; nil for no
	// estimate.
	Cost, CostAgainst *cost.Estimate
	Took              time.Duration
}

// Write writes the summary.
func (s Summary) Write(w io.Writer) {
	writeComponents(w, s.Plan)
	writeTypes(w, s.Plan)
	s.writeGuard(w)
	s.writeCost(w)
	s.writeEdits(w)
	if s.Against != nil {
		Compare(*s.Against, s.Plan).Write(w)
	}
	writeProviders(w, s.Plan.Providers)
	writeLookups(w, s.Plan.Lookups)
	writeDiagnostics(w, s.Plan)
	fmt.Fprintf(w, "%s: %d resources planned, %d guard violations, %d errors, in %.1f s\n",
		s.Plan.Stack, len(s.Plan.Resources), s.problems(), len(s.Plan.Errors()), s.Took.Seconds())
}

func (s Summary) writeCost(w io.Writer) {
	if s.Cost == nil {
		return
	}
	s.Cost.Write(w)
	if s.CostAgainst != nil {
		s.Cost.WriteAgainst(w, *s.CostAgainst)
	}
}

func (s Summary) problems() int { return len(s.Guard.Violations) + len(s.Guard.StaleExemptions) }

func writeComponents(w io.Writer, plan engine.Plan) {
	fmt.Fprintln(w, "Resources by component")
	table := newTable(w)
	loose := 0
	for _, root := range tree(plan.Resources) {
		if root.resource.Custom {
			loose++
			continue
		}
		fmt.Fprintf(table, "  %s\t%s\t%d\n", root.resource.Name, shortType(root.resource.Type), root.count())
	}
	fmt.Fprintf(table, "  (providers and loose resources)\t\t%d\n", loose)
	flush(w, table)
}

func writeTypes(w io.Writer, plan engine.Plan) {
	counts := map[string]int{}
	for _, r := range plan.Resources {
		if r.Custom && r.Type != stackType {
			counts[shortType(r.Type)]++
		}
	}
	types := slices.Collect(maps.Keys(counts))
	slices.SortFunc(types, func(a, b string) int {
		return cmp.Or(cmp.Compare(counts[b], counts[a]), strings.Compare(a, b))
	})
	fmt.Fprintln(w, "Resources by type")
	table := newTable(w)
	for _, name := range types {
		fmt.Fprintf(table, "  %s\t%d\n", name, counts[name])
	}
	flush(w, table)
}

func (s Summary) writeGuard(w io.Writer) {
	fmt.Fprintf(w, "Guard: %d resources checked, %d violations, %d exempted\n",
		s.Guard.Checked, s.problems(), len(s.Guard.Exempted))
	for _, v := range s.Guard.Violations {
		fmt.Fprintf(w, "  violation  %s  %s %q: %s\n             fix: %s\n", v.Rule, shortType(v.Type), v.Name, v.Detail, v.Fix)
	}
	for _, f := range s.Guard.StaleExemptions {
		fmt.Fprintf(w, "  violation  %s\n", f)
	}
	for _, e := range s.Guard.Exempted {
		fmt.Fprintf(w, "  exempted   %s  %s %q: %s\n", e.Rule, shortType(e.Type), e.Name, e.Reason)
	}
	fmt.Fprintln(w)
}

func writeProviders(w io.Writer, providers []engine.Provider) {
	fmt.Fprintln(w, "Providers in this run")
	table := newTable(w)
	for _, p := range providers {
		implementation := "fake"
		if p.Real {
			implementation = "real"
		}
		fmt.Fprintf(table, "  %s\t%s\t%s\n", p.Package, implementation, p.Detail)
	}
	flush(w, table)
}

func writeLookups(w io.Writer, lookups []fakeprovider.Asked) {
	if len(lookups) == 0 {
		return
	}
	fmt.Fprintln(w, "Lookups, answered from the settings or refused")
	table := newTable(w)
	for _, l := range lookups {
		fmt.Fprintf(table, "  %s\t%d\n", l.Token, l.Number)
	}
	flush(w, table)
}

// writeDiagnostics leaves out what the guard has said already: the engine
// repeats every refusal, with the words of each layer it passed through.
func writeDiagnostics(w io.Writer, plan engine.Plan) {
	messages := slices.DeleteFunc(slices.Clone(plan.Diagnostics), func(d engine.Diagnostic) bool {
		return strings.Contains(d.Message, "guard: ")
	})
	if len(messages) == 0 {
		return
	}
	fmt.Fprintln(w, "Messages of the engine")
	for _, d := range messages {
		where := ""
		if d.URN != "" {
			where = d.URN[strings.LastIndex(d.URN, "::")+2:] + ": "
		}
		message := strings.ReplaceAll(d.Message, "\n", "\n           ")
		fmt.Fprintf(w, "  %-7s  %s%s\n", d.Severity, where, message)
	}
	fmt.Fprintln(w)
}

func newTable(w io.Writer) *tabwriter.Writer { return tabwriter.NewWriter(w, 0, 4, 2, ' ', 0) }

func flush(w io.Writer, table *tabwriter.Writer) {
	_ = table.Flush() // fails only when w does, and then nothing can be told
	fmt.Fprintln(w)
}
