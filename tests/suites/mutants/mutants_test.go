package mutants_test

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/mlops-iac/mlops/tests/suites/mutants"
)

var (
	checkout = filepath.Join("..", "..", "..")

	only = flag.String("slips", "", "a regular expression of whole ids: the slips to make; left out, all")
)

// groups are what slips must be about, each with at least so many.
var groups = map[string]int{
	"guard": 8, "iam": 8, "bucket": 4, "platform": 12, "nodes": 2, "tenant": 8, "netpol": 4, "alert": 5, "grafana": 2,
	"ingress": 3, "spec": 6, "preflight": 2, "rbac": 3, "logs": 2, "inference": 4,
}

// leastSlips is how many there must be of all groups.
const leastSlips = 60

// TestSlipsFit shows that every slip still fits the source: a list that has gone stale
// would notice nothing.
func TestSlipsFit(t *testing.T) {
	t.Parallel()
	slips, err := mutants.Load("slips.yaml")
	require.NoError(t, err)
	require.NoError(t, mutants.Fit(checkout, slips))
	found := map[string]int{}
	for _, s := range slips {
		found[s.Group()]++
	}
	for group, n := range found {
		assert.Contains(t, groups, group, "%d slips are of a group that is not listed", n)
	}
	for group, least := range groups {
		assert.GreaterOrEqual(t, found[group], least, "slips about %s", group)
	}
	assert.GreaterOrEqual(t, len(slips), leastSlips)
}

// TestSlipsAreNoticed makes one slip after the other. It takes as long as the tests of
// some sixty changes: make mutants.
//
// Proves by plain Go: of the slips that were put into the source one at a time, a test near the code notices all but
// fewer than one in twenty, and those have a reason.
func TestSlipsAreNoticed(t *testing.T) {
	if testing.Short() {
		t.Skip("takes as long as the tests of some sixty changes: make mutants")
	}
	slips, err := mutants.Load("slips.yaml")
	require.NoError(t, err)
	require.NoError(t, mutants.Fit(checkout, slips))
	wanted, err := regexp.Compile("^(" + *only + ")$")
	require.NoError(t, err)
	runner := &mutants.Runner{Root: checkout, Work: t.TempDir(), Timeout: "10m"}
	var verdicts []mutants.Verdict
	for _, s := range slips {
		if *only != "" && !wanted.MatchString(s.ID) {
			continue
		}
		began := time.Now()
		verdict, err := runner.Try(t.Context(), s)
		if err != nil {
			t.Errorf("%s: %v", s.ID, err)
			continue
		}
		verdicts = append(verdicts, verdict)
		fmt.Printf("%4.0f s  %s\n", time.Since(began).Seconds(), verdict.Line())
	}
	require.NotEmpty(t, verdicts, "no slip has an id like %s", *only)
	require.NoError(t, mutants.Judge(os.Stdout, verdicts, *only == ""))
}
