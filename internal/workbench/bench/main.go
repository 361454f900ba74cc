// Command bench measures the embedded preview against a bare Pulumi program
// that registers the same number of resources with the same engine, both in
// the same run on the same machine, and prints the ratios. It asserts nothing:
// absolute times belong to the machine they were taken on.
package main

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"text/tabwriter"
	"time"

	"github.com/mlops-iac/mlops/internal/workbench/bench/memory"
	"github.com/mlops-iac/mlops/internal/workbench/engine"
)

// rounds is how often each command runs after one uncounted warm-up; the
// median is printed.
const rounds = 3

// Arguments with which this program runs itself as a baseline.
const (
	bareMode    = "bare"
	bareEKSMode = "bare-eks"
)

func main() {
	ctx := context.Background()
	if len(os.Args) == 3 && (os.Args[1] == bareMode || os.Args[1] == bareEKSMode) {
		exitOn(bare(ctx, os.Args[2], os.Args[1] == bareEKSMode))
		return
	}
	exitOn(benchmark(ctx))
}

func exitOn(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

func benchmark(ctx context.Context) error {
	dir, err := os.MkdirTemp("", "mlops-bench-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	cli := filepath.Join(dir, "mlops")
	build, err := timed(ctx, "go", "build", "-C", "../../cmd/mlops", "-o", cli, ".")
	if err != nil {
		return err
	}
	if err := previews(ctx, dir, cli); err != nil {
		return err
	}
	warm, err := timed(ctx, "go", "build", "-C", "../..", "./...")
	if err != nil {
		return err
	}
	suite, err := timed(ctx, "go", "test", "-C", "../..", "-count=1", "./...")
	if err != nil {
		return err
	}
	fmt.Fprintf(os.Stdout, "\ngo build of the command, as found: %.1f s\ngo build ./... warm: %.1f s\nwhole test suite, uncached results: %.1f s\n",
		build.Seconds(), warm.Seconds(), suite.Seconds())
	return nil
}

func previews(ctx context.Context, dir, cli string) error {
	self, err := os.Executable()
	if err != nil {
		return err
	}
	table := tabwriter.NewWriter(os.Stdout, 0, 4, 2, ' ', 0)
	fmt.Fprintf(table, "median of %d\tresources\twall s\tpeak MiB\tpreview/bare wall\tpreview/bare peak\n", rounds)
	for _, stack := range []string{"dev", "prod"} {
		planFile := filepath.Join(dir, stack+".json")
		full, err := measure(ctx, cli, "preview", "--stack", stack, "--json", planFile)
		if err != nil {
			return err
		}
		count, err := resources(planFile)
		if err != nil {
			return err
		}
		fmt.Fprintf(table, "preview %s\t%d\t%.2f\t%.0f\t\t\n", stack, count, full.wall.Seconds(), full.peakMiB)
		for _, baseline := range []struct{ mode, label string }{
			{bareEKSMode, "bare program, same providers"}, {bareMode, "bare program, no EKS provider"},
		} {
			base, err := measure(ctx, self, baseline.mode, strconv.Itoa(count))
			if err != nil {
				return err
			}
			fmt.Fprintf(table, "%s\t%d\t%.2f\t%.0f\t%.2f\t%.2f\n", baseline.label, count, base.wall.Seconds(), base.peakMiB,
				full.wall.Seconds()/base.wall.Seconds(), full.peakMiB/base.peakMiB)
		}
	}
	return table.Flush()
}

func resources(planFile string) (int, error) {
	data, err := os.ReadFile(planFile)
	if err != nil {
		return 0, err
	}
	var plan engine.Plan
	if err := json.Unmarshal(data, &plan); err != nil {
		return 0, err
	}
	return len(plan.Resources), nil
}

// sample is one measured run of a command with everything it started.
type sample struct {
	wall    time.Duration
	peakMiB float64
}

func measure(ctx context.Context, name string, args ...string) (sample, error) {
	samples := make([]sample, 0, rounds)
	for round := range rounds + 1 {
		one, err := runOnce(ctx, name, args...)
		if err != nil {
			return sample{}, err
		}
		if round > 0 {
			samples = append(samples, one)
		}
	}
	slices.SortFunc(samples, func(a, b sample) int { return int(a.wall - b.wall) })
	return samples[len(samples)/2], nil
}

func runOnce(ctx context.Context, name string, args ...string) (sample, error) {
	cmd := exec.CommandContext(ctx, name, args...)
	started := time.Now()
	if err := cmd.Start(); err != nil {
		return sample{}, err
	}
	peak := memory.Watch(cmd.Process.Pid)
	err := cmd.Wait()
	one := sample{wall: time.Since(started), peakMiB: peak()}
	if err != nil {
		return sample{}, fmt.Errorf("%s %v: %w", filepath.Base(name), args, err)
	}
	return one, nil
}

func timed(ctx context.Context, name string, args ...string) (time.Duration, error) {
	started := time.Now()
	output, err := exec.CommandContext(ctx, name, args...).CombinedOutput()
	if err != nil {
		return 0, fmt.Errorf("%s %v: %w\n%s", name, args, err, output)
	}
	return time.Since(started), nil
}
