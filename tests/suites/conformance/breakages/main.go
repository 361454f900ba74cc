// Command breakages proves that the conformance suite notices when a promise is
// broken, and where: it breaks the source of the components in one place after
// the other, runs the suite against each, and compares which checks failed with
// those that should have. It runs in the folder of the suite:
//
//	go run ./breakages [-run REGEXP] [-logs FOLDER]
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"regexp"
	"slices"
	"strings"
	"syscall"
	"text/tabwriter"

	"github.com/mlops-iac/mlops/tests/suites/conformance/breakages/mutation"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := prove(ctx, os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "breakages:", err)
		stop()
		os.Exit(1)
	}
}

func prove(ctx context.Context, args []string) error {
	flags := flag.NewFlagSet("breakages", flag.ExitOnError)
	pattern := flags.String("run", "", "only breakages whose name matches this regular expression")
	logs := flags.String("logs", "", "existing folder to keep the output of every run in")
	if err := flags.Parse(args); err != nil {
		return err
	}
	chosen, err := choose(*pattern)
	if err != nil {
		return err
	}
	folder, err := os.MkdirTemp("", "mlops-breakages-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(folder)
	return proveAll(ctx, suite{folder: folder, logs: *logs}, chosen)
}

// choose returns the breakages to try and fails when one does not apply any
// more, before any of them is tried.
func choose(pattern string) ([]mutation.Breakage, error) {
	wanted, err := regexp.Compile(pattern)
	if err != nil {
		return nil, fmt.Errorf("-run: %w", err)
	}
	var chosen []mutation.Breakage
	var errs []error
	for _, b := range mutation.All() {
		if !wanted.MatchString(b.Name) {
			continue
		}
		if _, err := b.Broken(root); err != nil {
			errs = append(errs, err)
		}
		chosen = append(chosen, b)
	}
	if len(chosen) == 0 {
		return nil, fmt.Errorf("-run: no breakage matches %q", pattern)
	}
	return chosen, errors.Join(errs...)
}

func proveAll(ctx context.Context, s suite, chosen []mutation.Breakage) error {
	base, err := s.unbroken(ctx)
	if err != nil {
		return err
	}
	if len(base.failed) > 0 {
		return fmt.Errorf("nothing is broken, and yet these fail: %s", strings.Join(base.failed, ", "))
	}
	fmt.Printf("unbroken: everything passes, %.0f s\n", base.took.Seconds())
	table := tabwriter.NewWriter(os.Stdout, 0, 0, 2, ' ', 0)
	fmt.Fprintln(table, "\nbreakage\texpected\tfailed\tverdict\tseconds")
	// What was found before an interruption is shown too.
	defer table.Flush()
	wrong := 0
	for i, b := range chosen {
		found, err := s.broken(ctx, i+1, b)
		if err != nil {
			return err
		}
		verdict := "exactly"
		if !slices.Equal(found.failed, b.Fails) {
			verdict = "NOT EXACTLY"
			wrong++
		}
		fmt.Printf("%d of %d: %s: %s, %.0f s\n", i+1, len(chosen), b.Name, verdict, found.took.Seconds())
		fmt.Fprintf(table, "%s\t%s\t%s\t%s\t%.0f\n", b.Name, list(b.Fails), list(found.failed), verdict, found.took.Seconds())
	}
	if wrong > 0 {
		return fmt.Errorf("%d of %d breakages make something else fail than they should", wrong, len(chosen))
	}
	fmt.Fprintf(table, "\n%d breakages, each made exactly its own checks fail\n", len(chosen))
	return nil
}

func list(checks []string) string {
	if len(checks) == 0 {
		return "nothing"
	}
	return strings.Join(checks, ", ")
}
