package mutation

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
)

// event is one line that `go tool test2json` writes.
type event struct {
	Action, Test string
}

// parts says at which level of the name of a test the parts of a check are, for
// the checks of a stack that prove several promises.
var parts = map[string]int{"isolation": 3, "limits": 4, "quota": 4, "scheduling": 3}

// Failed reads what `go tool test2json` writes of a run of the suite and returns
// the checks that failed, sorted. A check of a stack is named without the stack
// and the tenant, such as "rbac" or "quota/compute", any other test by its
// function. "TestStacks" is a stack that failed before its checks, because its
// objects were refused. A run that ends without a verdict is an error.
func Failed(events io.Reader) ([]string, error) {
	failed, over := map[string]bool{}, false
	lines := bufio.NewScanner(events)
	lines.Buffer(nil, 16<<20)
	for lines.Scan() {
		var e event
		if err := json.Unmarshal(lines.Bytes(), &e); err != nil {
			return nil, fmt.Errorf("reading %q: %w", lines.Text(), err)
		}
		switch {
		case e.Test == "" && (e.Action == "pass" || e.Action == "fail"):
			over = true
		case e.Action == "fail":
			failed[e.Test] = true
		}
	}
	if err := lines.Err(); err != nil {
		return nil, err
	}
	if !over {
		return nil, errors.New("the suite ended without a verdict")
	}
	checks := map[string]bool{}
	for test := range failed {
		if !hasPart(failed, test) {
			checks[checkOf(test)] = true
		}
	}
	return slices.Sorted(maps.Keys(checks)), nil
}

// hasPart says that a test failed because a test below it did.
func hasPart(failed map[string]bool, test string) bool {
	for other := range failed {
		if strings.HasPrefix(other, test+"/") {
			return true
		}
	}
	return false
}

func checkOf(test string) string {
	path := strings.Split(test, "/")
	if path[0] != "TestStacks" || len(path) < 3 {
		return path[0]
	}
	check := path[2]
	if level, found := parts[check]; found && level < len(path) {
		check += "/" + path[level]
	}
	return check
}
