package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"time"

	"github.com/mlops-iac/mlops/tests/suites/conformance/breakages/mutation"
)

// root is the checkout, seen from the suite, in whose folder the program runs.
var root = filepath.Join("..", "..", "..")

const (
	// asked are the tests that run: a stack in a cluster that is there, one on AWS,
	// and everything that needs no stack. Tests of the deployment itself know
	// nothing of single promises.
	asked = "TestStacks/(local|prod)|TestWithoutExtendedResourceToleration|TestManifests"
	// together is how many tests may run at the same time: they wait most of the time.
	together = "8"
	// patience is how long one run may take.
	patience = 15 * time.Minute
)

// suite builds and runs the conformance suite in a folder of its own.
type suite struct {
	folder string
	// logs is where the output of each run is kept; "" for nowhere.
	logs string
}

// outcome is what one run of the suite found.
type outcome struct {
	failed []string
	took   time.Duration
}

// unbroken runs the suite as it is.
func (s suite) unbroken(ctx context.Context) (outcome, error) {
	return s.run(ctx, "unbroken", "{}")
}

// broken runs the suite with a breakage in its place. The file in the checkout
// is not touched.
func (s suite) broken(ctx context.Context, number int, b mutation.Breakage) (outcome, error) {
	text, err := b.Broken(root)
	if err != nil {
		return outcome{}, err
	}
	changed := filepath.Join(s.folder, "changed.go")
	if err := os.WriteFile(changed, []byte(text), 0o600); err != nil {
		return outcome{}, err
	}
	original, err := filepath.Abs(filepath.Join(root, filepath.FromSlash(b.File)))
	if err != nil {
		return outcome{}, err
	}
	overlay, err := json.Marshal(map[string]any{"Replace": map[string]string{original: changed}})
	if err != nil {
		return outcome{}, err
	}
	found, err := s.run(ctx, fmt.Sprintf("%02d", number), string(overlay))
	if err != nil {
		return outcome{}, fmt.Errorf("breakage %q: %w", b.Name, err)
	}
	return found, nil
}

func (s suite) run(ctx context.Context, name, overlay string) (outcome, error) {
	start := time.Now()
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	overlayFile, program := filepath.Join(s.folder, "overlay.json"), filepath.Join(s.folder, "conformance.test")
	if err := os.WriteFile(overlayFile, []byte(overlay), 0o600); err != nil {
		return outcome{}, err
	}
	// Without symbols for debuggers it is linked in half the time.
	build := exec.CommandContext(ctx, "go", "test", "-c", "-vet=off", "-ldflags=-s -w", "-overlay", overlayFile, "-o", program, ".")
	if output, err := build.CombinedOutput(); err != nil {
		return outcome{}, fmt.Errorf("building the suite: %w\n%s", err, output)
	}
	var output, stderr bytes.Buffer
	test := exec.CommandContext(ctx, program, "-test.v=test2json", "-test.parallel", together,
		"-test.timeout", patience.String(), "-test.run", asked)
	test.Stdout, test.Stderr = &output, &stderr
	err := test.Run()
	if s.logs != "" {
		if err := os.WriteFile(filepath.Join(s.logs, name+".log"), output.Bytes(), 0o600); err != nil {
			return outcome{}, err
		}
	}
	// That tests fail makes the program fail: it is the verdict, not an error.
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) || ctx.Err() != nil {
		return outcome{}, fmt.Errorf("running the suite: %w\n%s", errors.Join(err, ctx.Err()), stderr.String())
	}
	convert := exec.CommandContext(ctx, "go", "tool", "test2json")
	convert.Stdin = &output
	events, err := convert.Output()
	if err != nil {
		return outcome{}, fmt.Errorf("reading what the suite wrote: %w", err)
	}
	failed, err := mutation.Failed(bytes.NewReader(events))
	if err != nil {
		return outcome{}, fmt.Errorf("%w\n%s", err, stderr.String())
	}
	return outcome{failed: failed, took: time.Since(start)}, nil
}
