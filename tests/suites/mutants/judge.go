package mutants

import (
	"errors"
	"fmt"
	"io"
	"strings"
)

// oneIn is how rare survivors must be: fewer than one in this many.
const oneIn = 20

// Line tells what came of a slip.
func (v Verdict) Line() string {
	switch {
	case v.Kind == TimedOut:
		return fmt.Sprintf("%-44s noticed by %s, which timed out in %s", v.ID, v.By, v.Test)
	case v.noticed():
		folder, _ := v.By.split()
		return fmt.Sprintf("%-44s noticed by %s %s", v.ID, folder, v.Test)
	default:
		return fmt.Sprintf("%-44s SURVIVED: %s", v.ID, v.Why)
	}
}

// Judge writes the survivors and the numbers, and returns what must not be: survivors
// without a reason, reasons for slips that are noticed, and, of all slips, too many
// survivors.
func Judge(out io.Writer, verdicts []Verdict, all bool) error {
	var wrong []error
	var accepted []string
	survivors := 0
	for _, v := range verdicts {
		switch {
		case v.noticed() && v.Survives != "":
			wrong = append(wrong, fmt.Errorf("%s is noticed by %s; take its reason to survive away", v.ID, v.By))
		case v.noticed():
		case v.Survives == "":
			survivors++
			wrong = append(wrong, fmt.Errorf("%s (%s) survives: write the test that notices it", v.ID, v.File))
		default:
			survivors++
			accepted = append(accepted, fmt.Sprintf("  %s: %s\n", v.ID, strings.TrimSpace(v.Survives)))
		}
	}
	if all && survivors*oneIn >= len(verdicts) {
		wrong = append(wrong, fmt.Errorf("%d of %d slips survive, which is one in %d or more", survivors, len(verdicts), oneIn))
	}
	if len(accepted) > 0 {
		fmt.Fprintf(out, "survive for a reason:\n%s", strings.Join(accepted, ""))
	}
	fmt.Fprintf(out, "mutants: %d slips, %d noticed, %d survive\n", len(verdicts), len(verdicts)-survivors, survivors)
	return errors.Join(wrong...)
}
