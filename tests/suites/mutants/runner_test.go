package mutants_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/mlops-iac/mlops/tests/suites/mutants"
)

// room copies the module of testdata, which has no go.mod there: it is none of the repository.
func room(t *testing.T) *mutants.Runner {
	t.Helper()
	root := t.TempDir()
	require.NoError(t, os.CopyFS(root, os.DirFS(filepath.Join("testdata", "room"))))
	require.NoError(t, os.WriteFile(filepath.Join(root, "go.mod"), []byte("module room\n\ngo 1.25\n"), 0o600))
	return &mutants.Runner{Root: root, Work: t.TempDir(), Timeout: "20s"}
}

func slip(was, becomes string) mutants.Slip {
	return mutants.Slip{ID: "room-slip", File: "room.go", Was: was, Becomes: becomes, Tests: []mutants.Tests{"."}, Why: "nobody gets in"}
}

// TestTry makes a slip that is noticed, one that is not, and some of which nothing can be said.
func TestTry(t *testing.T) {
	t.Parallel()
	runner := room(t)
	one := func(s mutants.Slip) mutants.Slip { s.Tests = []mutants.Tests{". TestLeft"}; return s }
	shut := slip("taken < seats", "taken <= seats")
	shut.Tests = []mutants.Tests{"shut"}
	for name, c := range map[string]struct {
		slip  mutants.Slip
		kind  mutants.Kind
		test  string
		error string
	}{
		"noticed":              {slip: slip("taken < seats", "taken <= seats"), kind: mutants.Failed, test: "TestFree/last_seat"},
		"by the test named":    {slip: one(slip("seats - taken", "seats")), kind: mutants.Failed, test: "TestLeft"},
		"not by another":       {slip: one(slip("taken < seats", "taken <= seats")), kind: mutants.Passed},
		"survives":             {slip: slip("return 0", "return 1"), kind: mutants.Passed},
		"panics":               {slip: slip("seats - taken", "seats / (taken - 3)"), kind: mutants.Failed, test: "TestLeft"},
		"does not compile":     {slip: slip("seats - taken", "chairs"), error: ". does not compile with the slip:"},
		"is no Go":             {slip: slip("package room", "package"), error: ". does not compile with the slip:"},
		"fails without a slip": {slip: shut, error: "shut failed without any slip:"},
		"is not there":         {slip: slip("tables", "chairs"), error: "room.go has 0 times, not once: tables"},
		"is there twice":       {slip: slip("taken", "chairs"), error: "room.go has 5 times, not once: taken"},
		"changes nothing":      {slip: slip("return 0", "return 0"), error: "becomes what it was"},
	} {
		before, err := os.ReadFile(filepath.Join(runner.Root, "room.go"))
		require.NoError(t, err)
		found, err := runner.Try(t.Context(), c.slip)
		if c.error != "" {
			assert.ErrorContains(t, err, c.error, name)
			continue
		}
		require.NoError(t, err, name)
		assert.Equal(t, []any{c.kind, c.test}, []any{found.Kind, found.Test}, "%s\n%s", name, found.Output)
		after, err := os.ReadFile(filepath.Join(runner.Root, "room.go"))
		require.NoError(t, err)
		assert.Equal(t, string(before), string(after), "the tree is as it was")
	}
}

// TestTimeout shows that a slip without end is noticed.
func TestTimeout(t *testing.T) {
	t.Parallel()
	runner := room(t)
	runner.Timeout = "2s"
	endless := slip("for range seats {\n\t\treturn\n\t}", "for seats > 0 {\n\t}")
	endless.Tests = []mutants.Tests{". TestLeft", ". TestWait"}
	found, err := runner.Try(t.Context(), endless)
	require.NoError(t, err)
	assert.Equal(t, mutants.TimedOut, found.Kind, found.Output)
	assert.Equal(t, mutants.Tests(". TestWait"), found.By)
}

// TestFit names everything that is wrong with a list.
func TestFit(t *testing.T) {
	t.Parallel()
	runner := room(t)
	right := slip("taken < seats", "taken <= seats")
	require.NoError(t, mutants.Fit(runner.Root, []mutants.Slip{right}))
	wrong := mutants.Slip{ID: "Room", File: "chair.go", Was: "a", Becomes: "b", Tests: []mutants.Tests{"tables", ". TestChairs"}}
	err := mutants.Fit(runner.Root, []mutants.Slip{right, wrong, right, {ID: "a-b", Why: "no", File: "room.go", Was: "return 0", Becomes: "return 1"}})
	assert.Equal(t, []string{
		"Room: an id is a group and a name, in small letters, digits and dashes",
		"Room: say what it would do, in why",
		"Room: open " + filepath.Join(runner.Root, "chair.go") + ": no such file or directory",
		"Room: tables has no tests",
		"Room: . has no test TestChairs",
		"room-slip: the id stands twice",
		"a-b: no tests are named",
	}, strings.Split(err.Error(), "\n"))
}

// TestJudge tells survivors with a reason from those without, and finds reasons that are stale.
func TestJudge(t *testing.T) {
	t.Parallel()
	noticed := mutants.Verdict{Slip: mutants.Slip{ID: "a-noticed"}, By: "tests/a", Outcome: mutants.Outcome{Kind: mutants.Failed, Test: "TestA"}}
	late := mutants.Verdict{Slip: mutants.Slip{ID: "a-late"}, By: "tests/a", Outcome: mutants.Outcome{Kind: mutants.TimedOut, Test: "TestB"}}
	survivor := mutants.Verdict{Slip: mutants.Slip{ID: "a-survivor", File: "a.go", Why: "all is lost"}, Outcome: mutants.Outcome{Kind: mutants.Passed}}
	accepted, stale := survivor, noticed
	accepted.ID, accepted.Survives = "a-accepted", "it is the same"
	stale.ID, stale.Survives = "a-stale", "it is the same"
	assert.Equal(t, "a-noticed                                    noticed by tests/a TestA", noticed.Line())
	assert.Equal(t, "a-late                                       noticed by tests/a, which timed out in TestB", late.Line())
	assert.Equal(t, "a-survivor                                   SURVIVED: all is lost", survivor.Line())
	many := func(n int, more ...mutants.Verdict) []mutants.Verdict {
		for range n {
			more = append(more, noticed)
		}
		return more
	}
	for name, c := range map[string]struct {
		verdicts []mutants.Verdict
		all      bool
		output   string
		error    string
	}{
		"all noticed": {many(2, late), true, "mutants: 3 slips, 3 noticed, 0 survive\n", ""},
		"a survivor": {many(20, survivor), true, "mutants: 21 slips, 20 noticed, 1 survive\n",
			"a-survivor (a.go) survives: write the test that notices it"},
		"accepted": {many(20, accepted), true,
			"survive for a reason:\n  a-accepted: it is the same\nmutants: 21 slips, 20 noticed, 1 survive\n", ""},
		"too many": {many(19, accepted), true,
			"survive for a reason:\n  a-accepted: it is the same\nmutants: 20 slips, 19 noticed, 1 survive\n",
			"1 of 20 slips survive, which is one in 20 or more"},
		"of some slips": {many(1, accepted), false,
			"survive for a reason:\n  a-accepted: it is the same\nmutants: 2 slips, 1 noticed, 1 survive\n", ""},
		"stale": {many(1, stale), true, "mutants: 2 slips, 2 noticed, 0 survive\n",
			"a-stale is noticed by tests/a; take its reason to survive away"},
	} {
		var output strings.Builder
		err := mutants.Judge(&output, c.verdicts, c.all)
		assert.Equal(t, c.output, output.String(), name)
		if c.error == "" {
			assert.NoError(t, err, name)
			continue
		}
		assert.EqualError(t, err, c.error, name)
	}
}
