package cost

import (
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"text/tabwriter"

	"github.com/mlops-iac/mlops/internal/workbench/cost/prices"
)

// Write writes the estimate for people.
func (e Estimate) Write(w io.Writer) {
	if e.Unavailable != "" {
		fmt.Fprintf(w, "Estimated cost: none, %s\n\n", e.Unavailable)
		return
	}
	fmt.Fprintf(w, "Estimated cost a month: %.2f to %.2f %s (%s, on-demand prices checked on %s, %d hours)\n",
		e.Total.Least, e.Total.Most, e.Currency, e.Region, e.Checked, prices.HoursPerMonth)
	e.writeItems(w)
	e.writeTenants(w)
	if len(e.Usage) > 0 {
		fmt.Fprintln(w, "Paid by use, not in the sums")
		table := newTable(w)
		for _, u := range e.Usage {
			fmt.Fprintf(table, "  %s\t%s %s per %s\n", u.Name, trimmed(u.Price), e.Currency, u.Unit)
		}
		flush(w, table)
	}
	writeLines(w, "Not priced, not in the sums", e.NotPriced)
	writeLines(w, "Notes on the estimate", e.Notes)
}

func (e Estimate) writeItems(w io.Writer) {
	sums := e.Components()
	table := newTable(w)
	fmt.Fprintf(table, "  component\t%10s\t%10s\n", "least", "most")
	component := ""
	for _, item := range e.Items {
		if item.Component != component {
			component = item.Component
			writeRange(table, "  "+component, sums[component])
		}
		writeRange(table, "      "+item.Name, item.Range)
	}
	flush(w, table)
}

func (e Estimate) writeTenants(w io.Writer) {
	if len(e.Tenants) == 0 {
		return
	}
	fmt.Fprintln(w, "Shares of the tenants in these sums, by what their pods request")
	table := newTable(w)
	for _, t := range e.Tenants {
		writeRange(table, "  "+t.Name, t.Serving.plus(exactly(t.Storage)))
		if t.Replicas != "" {
			writeRange(table, "      "+t.Replicas, t.Serving)
		}
		if t.Storage > 0 {
			writeRange(table, "      volumes", exactly(t.Storage))
		}
		if t.Training != "" {
			writeRange(table, "      an hour of training: "+t.Training, t.TrainingHour)
		}
	}
	flush(w, table)
}

func writeRange(w io.Writer, name string, r Range) {
	fmt.Fprintf(w, "%s\t%10.2f\t%10.2f\n", name, r.Least, r.Most)
}

func writeLines(w io.Writer, title string, lines []string) {
	if len(lines) == 0 {
		return
	}
	fmt.Fprintln(w, title)
	for _, line := range lines {
		fmt.Fprintf(w, "  %s\n", line)
	}
	fmt.Fprintln(w)
}

// WriteAgainst writes what e costs more or less than another stack, by
// component. What is each stack's own in the names counts as equal.
func (e Estimate) WriteAgainst(w io.Writer, other Estimate) {
	if e.Unavailable != "" || other.Unavailable != "" {
		fmt.Fprintf(w, "Cost against %s: not compared, %s\n\n", other.Stack, strings.TrimSpace(e.Unavailable+" "+other.Unavailable))
		return
	}
	more := e.Total.plus(other.Total.times(-1, -1))
	fmt.Fprintf(w, "Cost against %s: %+.2f to %+.2f %s a month\n", other.Stack, more.Least, more.Most, e.Currency)
	mine, theirs := neutral(e), neutral(other)
	names := map[string]bool{}
	for name := range mine {
		names[name] = true
	}
	for name := range theirs {
		names[name] = true
	}
	table := newTable(w)
	for _, name := range slices.Sorted(maps.Keys(names)) {
		if d := mine[name].plus(theirs[name].times(-1, -1)); d != (Range{}) {
			fmt.Fprintf(table, "  %s\t%+10.2f\t%+10.2f\n", name, d.Least, d.Most)
		}
	}
	for _, side := range []struct{ one, two Estimate }{{e, other}, {other, e}} {
		for _, line := range side.one.NotPriced {
			if !slices.Contains(side.two.NotPriced, line) {
				fmt.Fprintf(table, "  without a price in %s: %s\n", side.one.Stack, line)
			}
		}
	}
	flush(w, table)
}

// neutral are the sums of the components under names without the stack's own part.
func neutral(e Estimate) map[string]Range {
	sums := map[string]Range{}
	for name, sum := range e.Components() {
		for _, aliases := range slices.Sorted(maps.Keys(e.aliases)) {
			name = strings.ReplaceAll(name, aliases, e.aliases[aliases])
		}
		sums[name] = sums[name].plus(sum)
	}
	return sums
}

// trimmed writes a price with all its digits and at least two.
func trimmed(price float64) string {
	digits := strings.TrimRight(fmt.Sprintf("%.5f", price), "0")
	if point := strings.IndexByte(digits, '.'); len(digits)-point-1 < 2 {
		return fmt.Sprintf("%.2f", price)
	}
	return digits
}

func newTable(w io.Writer) *tabwriter.Writer { return tabwriter.NewWriter(w, 0, 4, 2, ' ', 0) }

func flush(w io.Writer, table *tabwriter.Writer) {
	_ = table.Flush() // fails only when w does, and then nothing can be told
	fmt.Fprintln(w)
}
