package checkservice

import (
	"encoding/json"
	"fmt"
	"io"
	"text/tabwriter"
)

// Status is what came of a check.
type Status string

// What comes of a check.
const (
	Passed   Status = "passed"
	Failed   Status = "failed"
	NotAsked Status = "not asked"
)

// Result is a check and what came of it.
type Result struct {
	// Name is short and does not change.
	Name string `json:"name"`
	// Asks and Why say what is asked of the server, and what of the platform needs it.
	Asks   string `json:"asks"`
	Why    string `json:"why"`
	Status Status `json:"status"`
	// Reason is why it failed or was not asked, and Remedy what to do about a failure.
	Reason string `json:"reason,omitempty"`
	Remedy string `json:"remedy,omitempty"`
}

// Report is what came of all checks, in the order of the contract.
type Report struct {
	URL     string   `json:"url"`
	Results []Result `json:"checks"`
}

// Count is how many checks ended so.
func (r *Report) Count(status Status) int {
	count := 0
	for _, result := range r.Results {
		if result.Status == status {
			count++
		}
	}
	return count
}

// Write writes a line for each check, and what to do about those that failed.
func (r *Report) Write(out io.Writer) error {
	table := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	fmt.Fprintln(table, "CHECK\tRESULT\tWHAT IS ASKED")
	for _, result := range r.Results {
		detail := result.Asks
		if result.Reason != "" {
			detail = result.Reason
		}
		fmt.Fprintf(table, "%s\t%s\t%s\n", result.Name, result.Status, detail)
	}
	if err := table.Flush(); err != nil {
		return err
	}
	for _, result := range r.Results {
		if result.Status == Failed {
			fmt.Fprintf(out, "\n%s: %s.\n  Why: %s.\n  What to do: %s.\n", result.Name, result.Asks, result.Why, result.Remedy)
		}
	}
	_, err := fmt.Fprintf(out, "\n%d passed, %d failed, %d not asked\n", r.Count(Passed), r.Count(Failed), r.Count(NotAsked))
	return err
}

// WriteJSON writes the same for programs.
func (r *Report) WriteJSON(out io.Writer) error {
	encoder := json.NewEncoder(out)
	encoder.SetIndent("", "  ")
	return encoder.Encode(r)
}
