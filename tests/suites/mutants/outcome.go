package mutants

import (
	"bufio"
	"bytes"
	"cmp"
	"encoding/json"
	"strings"
)

// Kind is how a run of tests ended.
type Kind string

// The ways in which a run of tests ends.
const (
	// Passed is a run in which every test passed.
	Passed Kind = "passed"
	// Failed is one in which a test failed, or the program of the tests ended early.
	Failed Kind = "failed"
	// TimedOut is one that did not end.
	TimedOut Kind = "timed out"
	// NotBuilt is one that began no test: what was to be tested does not compile, or
	// the go command refused it.
	NotBuilt Kind = "not built"
)

// Outcome is what came of a run of tests.
type Outcome struct {
	Kind Kind
	// Test is the first that failed; empty when none did by itself.
	Test string
	// Output is what there is to read of what went wrong.
	Output string
}

// noticed says whether somebody would have looked at it.
func (o Outcome) noticed() bool { return o.Kind == Failed || o.Kind == TimedOut }

// event is a line of go test -json.
type event struct {
	Action, Test, Output, FailedBuild string
}

const timeout = "panic: test timed out after "

// outcomeOf reads what go test -json wrote, of one package. The first test whose failure
// is told is the innermost.
func outcomeOf(output []byte, failed bool) Outcome {
	if !failed {
		return Outcome{Kind: Passed}
	}
	told := reading{}
	lines := bufio.NewScanner(bytes.NewReader(output))
	lines.Buffer(nil, len(output)+1)
	for lines.Scan() {
		told.line(lines.Bytes())
	}
	made := Outcome{Kind: NotBuilt, Test: told.test, Output: told.text.String()}
	switch {
	case told.late:
		made.Kind = TimedOut
	case told.began && !told.broken:
		made.Kind = Failed
	}
	return made
}

// reading is what the lines so far have told.
type reading struct {
	began, broken, late bool
	test                string
	text                strings.Builder
}

func (r *reading) line(text []byte) {
	var e event
	if json.Unmarshal(text, &e) != nil { // the go command itself speaks no JSON
		r.text.Write(append(text, '\n'))
		return
	}
	r.text.WriteString(e.Output)
	r.late = r.late || strings.HasPrefix(e.Output, timeout)
	if e.FailedBuild != "" {
		r.broken = true
	}
	switch e.Action {
	case "start":
		r.began = true
	case "build-fail":
		r.broken = true
	case "fail":
		r.test = cmp.Or(r.test, e.Test)
	}
}
