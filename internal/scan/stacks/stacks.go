package stacks

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/mlops-iac/mlops/internal/offline"
	"github.com/mlops-iac/mlops/internal/preview"
	"github.com/mlops-iac/mlops/internal/progress"
	"github.com/mlops-iac/mlops/internal/scan"
	"github.com/mlops-iac/mlops/internal/toolset"
)

// Options says what to scan.
type Options struct {
	// Folder is any folder inside the checkout.
	Folder string
	// Stacks to scan; empty for all that have a file in the checkout.
	Stacks []string
	// Terraform writes the AWS part of a plan below folder and returns where the
	// Terraform JSON and the plan are, and how to find a resource by its address.
	// nil for the Kubernetes part alone.
	Terraform func(ctx context.Context, plan offline.Plan, folder string) (scan.Target, error)
	// Out receives the report, Progress what happens until then.
	Out, Progress io.Writer
}

// Run plans the stacks, scans them and writes the report. It returns an error
// when a stack cannot be planned, a tool is missing, or the scan is not clean.
func Run(ctx context.Context, options Options) error {
	p := progress.New(options.Progress)
	set, err := toolset.New(options.Folder, p.Stage)
	if err != nil {
		return err
	}
	all := preview.Stacks(set.Root)
	names := options.Stacks
	if len(names) == 0 {
		names = all
	}
	exemptions, err := scan.ReadExemptions(filepath.Join(set.Root, filepath.FromSlash(scan.ExemptionsFile)))
	if err != nil {
		return err
	}
	exemptions.Partial = slices.ContainsFunc(all, func(name string) bool { return !slices.Contains(names, name) })
	if err := readable(set.Root, names); err != nil {
		return err
	}
	scanners, err := set.Scanners(ctx)
	if err != nil {
		return err
	}
	folder, err := os.MkdirTemp("", "mlops-scan-")
	if err != nil {
		return fmt.Errorf("making a folder for what is scanned: %w", err)
	}
	defer os.RemoveAll(folder)
	targets, releases, err := prepare(ctx, set, options, names, folder, p)
	if err != nil {
		return err
	}
	p.Stage("Scanning %s with trivy and KICS", strings.Join(names, ", "))
	err = scan.Run(ctx, scanners, targets, exemptions, options.Out)
	writeReleases(options.Out, names, releases)
	return err
}

// readable finds the faults of all stack files before anything slow starts.
func readable(root string, names []string) error {
	var faults []error
	for i, name := range names {
		if slices.Contains(names[:i], name) {
			faults = append(faults, fmt.Errorf("stack %q is named twice", name))
			continue
		}
		_, err := preview.ReadStack(root, name)
		faults = append(faults, err)
	}
	return errors.Join(faults...)
}

// prepare plans every stack and writes what the scanners read.
func prepare(ctx context.Context, set *toolset.Set, options Options, names []string, folder string, p *progress.Progress) ([]scan.Target, map[string][]string, error) {
	var targets []scan.Target
	releases := map[string][]string{}
	for _, name := range names {
		p.Stage("Planning stack %s", name)
		planned, err := preview.Stack(ctx, set.Root, name, p.Stage)
		if err != nil {
			return nil, nil, fmt.Errorf("planning stack %s: %w; `mlops preview --stack %s` shows more", name, err, name)
		}
		target, written, err := writeTarget(ctx, options, planned.Plan, filepath.Join(folder, name))
		if err != nil {
			return nil, nil, fmt.Errorf("stack %s: %w", name, err)
		}
		targets, releases[name] = append(targets, target), written.Releases
	}
	return targets, releases, nil
}

func writeTarget(ctx context.Context, options Options, plan offline.Plan, folder string) (scan.Target, scan.Written, error) {
	var target scan.Target
	manifests := filepath.Join(folder, "manifests")
	if err := os.MkdirAll(manifests, 0o700); err != nil {
		return target, scan.Written{}, err
	}
	if options.Terraform != nil {
		var err error
		if target, err = options.Terraform(ctx, plan, folder); err != nil {
			return target, scan.Written{}, err
		}
	}
	target.Stack, target.Manifests = plan.Stack, manifests
	written, err := scan.WriteManifests(plan, manifests)
	return target, written, err
}

// writeReleases says what was not looked at.
func writeReleases(out io.Writer, names []string, releases map[string][]string) {
	for _, name := range names {
		if list := releases[name]; len(list) > 0 {
			fmt.Fprintf(out, "not scanned: what the charts of %d Helm releases of %s make: %s\n", len(list), name, strings.Join(list, ", "))
		}
	}
}
