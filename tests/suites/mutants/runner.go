package mutants

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
)

// Runner runs tests of a tree with a slip in it, or as it is.
type Runner struct {
	// Root is the tree.
	Root string
	// Work is a folder for the files with slips.
	Work string
	// Timeout of the tests of one package, as go test takes it.
	Timeout string

	baselines map[Tests]Outcome
}

// Verdict is what came of a slip.
type Verdict struct {
	Slip
	// By are the tests that noticed; empty when none did.
	By Tests
	Outcome
}

// Try runs the tests of a slip, first as they are and then with the slip in the file,
// until some notice. It returns an error when nothing can be said: tests that fail
// without it, or code that does not compile with it.
func (r *Runner) Try(ctx context.Context, s Slip) (Verdict, error) {
	overlay, err := r.overlay(s)
	if err != nil {
		return Verdict{}, err
	}
	for _, tests := range s.Tests {
		if baseline, err := r.baseline(ctx, tests); err != nil {
			return Verdict{}, err
		} else if baseline.Kind != Passed {
			return Verdict{}, fmt.Errorf("%s %s without any slip:\n%s", tests, baseline.Kind, baseline.Output)
		}
		found, err := r.test(ctx, tests, "-overlay", overlay)
		if err != nil {
			return Verdict{}, err
		}
		if found.Kind == NotBuilt {
			return Verdict{}, fmt.Errorf("%s does not compile with the slip:\n%s", tests, found.Output)
		}
		if found.noticed() {
			return Verdict{Slip: s, By: tests, Outcome: found}, nil
		}
	}
	return Verdict{Slip: s, Outcome: Outcome{Kind: Passed}}, nil
}

// overlay writes the file with the slip, and what tells the go command to take it.
func (r *Runner) overlay(s Slip) (string, error) {
	text, err := s.changed(r.Root)
	if err != nil {
		return "", err
	}
	original, err := filepath.Abs(filepath.Join(r.Root, s.File))
	if err != nil {
		return "", err
	}
	changed := filepath.Join(r.Work, s.ID+filepath.Ext(s.File))
	replace, err := json.Marshal(map[string]map[string]string{"Replace": {original: changed}})
	if err != nil {
		return "", err
	}
	overlay := filepath.Join(r.Work, s.ID+".json")
	return overlay, errors.Join(os.WriteFile(changed, []byte(text), 0o600), os.WriteFile(overlay, replace, 0o600))
}

// baseline runs the tests on the tree as it is, once.
func (r *Runner) baseline(ctx context.Context, tests Tests) (Outcome, error) {
	if known, ok := r.baselines[tests]; ok {
		return known, nil
	}
	found, err := r.test(ctx, tests)
	if err != nil {
		return found, err
	}
	if r.baselines == nil {
		r.baselines = map[Tests]Outcome{}
	}
	r.baselines[tests] = found
	return found, nil
}

// test runs the tests of one package. What passed before with the same content is not
// run again: the go command keeps that.
func (r *Runner) test(ctx context.Context, tests Tests, flags ...string) (Outcome, error) {
	folder, names := tests.split()
	module, pattern, err := moduleOf(r.Root, folder)
	if err != nil {
		return Outcome{}, err
	}
	args := append([]string{"test", "-json", "-vet=off", "-failfast", "-timeout", r.Timeout}, flags...)
	if names != "" {
		args = append(args, "-run", "^("+names+")$")
	}
	command := exec.CommandContext(ctx, "go", append(args, pattern)...)
	command.Dir = filepath.Join(r.Root, module)
	var output bytes.Buffer
	command.Stdout, command.Stderr = &output, &output
	err = command.Run()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		return Outcome{}, fmt.Errorf("go test: %w", err)
	}
	return outcomeOf(output.Bytes(), err != nil), ctx.Err()
}
