package verifyaws

import (
	"fmt"
	"io"
	"strings"
	"text/tabwriter"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"

	"github.com/mlops-iac/mlops/internal/workbench/toolset"
	"github.com/mlops-iac/mlops/internal/workbench/verifyaws/terraform"
)

// Report holds the results of all stacks of a run.
type Report struct {
	Results []Result
	// Uses are the exceptions for the provider's version.
	Uses []terraform.Use
	// Tools say which provider verified.
	Tools toolset.AWS
	// All says that every stack was verified, so that an exception nobody needed is
	// not needed at all.
	All bool
}

// Passed says whether everything passed and every exception is needed.
func (r Report) Passed() bool {
	for _, v := range r.Results {
		if !v.Passed() {
			return false
		}
	}
	return len(r.stale()) == 0
}

// stale says which exceptions must go, and why.
func (r Report) stale() []string {
	var found []string
	for _, use := range r.Uses {
		switch {
		case use.Stale:
			found = append(found, fmt.Sprintf("%s %s: the provider knows it; remove the exception", use.Type, use.Property))
		case r.All && use.Count == 0:
			found = append(found, fmt.Sprintf("%s %s: no stack sets it; remove the exception", use.Type, use.Property))
		}
	}
	return found
}

// Write writes the report for a reader.
func (r Report) Write(out io.Writer) {
	for _, v := range r.Results {
		for _, f := range v.Findings {
			f.write(out, v.Stack)
		}
	}
	table := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	fmt.Fprintln(table, "Stack\tAWS resources\tTranslated\tValidated\tPlanned\tReferences\tUnknown inputs")
	for _, v := range r.Results {
		references, unknowns := v.References()
		fmt.Fprintf(table, "%s\t%d\t%d\t%d\t%d\t%d\t%d\n", v.Stack, len(v.Inputs), len(v.Resources), v.Validated, v.Planned, references, unknowns)
	}
	_ = table.Flush()
	r.writeExceptions(out)
}

func (r Report) writeExceptions(out io.Writer) {
	origin := "built from its Go module"
	if r.Tools.Provider == "" {
		origin = "from the registry"
	}
	fmt.Fprintf(out, "\nAWS provider %s, %s. ", r.Tools.ProviderVersion, origin)
	if len(r.Uses) == 0 {
		fmt.Fprintln(out, "Nothing was left out.")
		return
	}
	fmt.Fprintln(out, "Left out, because it does not know them:")
	table := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	fmt.Fprintln(table, "  Type\tProperty\tTimes\tKnown since\tReason")
	for _, use := range r.Uses {
		fmt.Fprintf(table, "  %s\t%s\t%d\t%s\t%s\n", use.Type, use.Property, use.Count, use.Since, use.Reason)
	}
	_ = table.Flush()
	for _, text := range r.stale() {
		fmt.Fprintln(out, "stale exception: "+text)
	}
}

func (f Finding) write(out io.Writer, stack string) {
	severity := "error"
	if f.Warning {
		severity = "warning"
	}
	fmt.Fprintf(out, "%s in stack %s, at %s:\n", severity, stack, f.Stage)
	if f.URN != "" {
		urn := resource.URN(f.URN)
		fmt.Fprintf(out, "  resource   %s %s\n  component  %s\n", urn.Type(), urn.Name(), strings.Join(f.Component, " > "))
		if f.Property != "" {
			fmt.Fprintf(out, "  property   %s\n", f.Property)
		}
		fmt.Fprintf(out, "  urn        %s\n", f.URN)
	}
	fmt.Fprintf(out, "  %s\n\n", f.Message)
}
