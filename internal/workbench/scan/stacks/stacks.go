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

	"github.com/mlops-iac/mlops/internal/workbench/engine"
	"github.com/mlops-iac/mlops/internal/workbench/preview"
	"github.com/mlops-iac/mlops/internal/workbench/progress"
	"github.com/mlops-iac/mlops/internal/workbench/scan"
	"github.com/mlops-iac/mlops/internal/workbench/toolset"
	"github.com/mlops-iac/mlops/internal/workbench/verifyaws"
	"github.com/mlops-iac/mlops/internal/workbench/verifyaws/tofu"
)

// Options says what to scan.
type Options struct {
	// Folder is any folder inside the checkout.
	Folder string
	// Stacks to scan; empty for all that have a file in the checkout.
	Stacks []string
	// KubernetesOnly leaves the AWS part out.
	KubernetesOnly bool
	// Provider says where the AWS provider comes from that plans the AWS part:
	// awsplan.ProviderBuilt or awsplan.ProviderRegistry.
	Provider string
	// SkipBuild leaves out, and says so, what needs tools that are not built yet.
	SkipBuild bool
	// Out receives the report, Progress what happens until then.
	Out, Progress io.Writer
}

// run is one scan of stacks.
type run struct {
	options Options
	set     *toolset.Set
	names   []string
	folder  string
	// verifier plans the AWS part; nil when it is left out.
	verifier *verifyaws.Verifier
	progress *progress.Progress
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
	r := run{options: options, set: set, names: options.Stacks, progress: p}
	if len(r.names) == 0 {
		r.names = all
	}
	exemptions, err := scan.ReadExemptions(filepath.Join(set.Root, filepath.FromSlash(scan.ExemptionsFile)))
	if err != nil {
		return err
	}
	exemptions.Partial = slices.ContainsFunc(all, func(name string) bool { return !slices.Contains(r.names, name) })
	if err := readable(set.Root, r.names); err != nil {
		return err
	}
	if built, err := set.ScannersBuilt(); err != nil || (!built && options.SkipBuild) {
		fmt.Fprintln(options.Out, "Nothing was scanned: trivy and KICS are not built yet; `make scan` builds them once (docs/scanning.md)")
		return err
	}
	return r.scan(ctx, exemptions)
}

func (r *run) scan(ctx context.Context, exemptions scan.Exemptions) error {
	scanners, err := r.set.Scanners(ctx)
	if err != nil {
		return err
	}
	if r.folder, err = os.MkdirTemp("", "mlops-scan-"); err != nil {
		return fmt.Errorf("making a folder for what is scanned: %w", err)
	}
	defer os.RemoveAll(r.folder)
	if err := r.prepareVerifier(ctx); err != nil {
		return err
	}
	targets, releases, err := r.prepare(ctx)
	if err != nil {
		return err
	}
	r.progress.Stage("Scanning %s with trivy and KICS", strings.Join(r.names, ", "))
	err = scan.Run(ctx, scanners, targets, exemptions, r.options.Out)
	writeReleases(r.options.Out, r.names, releases)
	return err
}

// prepareVerifier makes what plans the AWS part ready.
func (r *run) prepareVerifier(ctx context.Context) error {
	if r.options.KubernetesOnly {
		return nil
	}
	tools, err := verifyaws.Tools(ctx, r.set, r.options.Provider, r.options.SkipBuild)
	if errors.Is(err, verifyaws.ErrNotBuilt) {
		fmt.Fprintln(r.options.Out, "The AWS part was not scanned: "+err.Error())
		return nil
	}
	if err != nil {
		return err
	}
	r.verifier, err = verifyaws.NewVerifier(ctx, r.set, tools, r.folder)
	return err
}

// readable finds the errors of all stack files before anything slow starts.
func readable(root string, names []string) error {
	var errs []error
	for i, name := range names {
		if slices.Contains(names[:i], name) {
			errs = append(errs, fmt.Errorf("stack %q is named twice", name))
			continue
		}
		_, err := preview.ReadStack(root, name)
		errs = append(errs, err)
	}
	return errors.Join(errs...)
}

// prepare plans every stack and writes what the scanners read.
func (r *run) prepare(ctx context.Context) ([]scan.Target, map[string][]string, error) {
	var targets []scan.Target
	releases := map[string][]string{}
	for _, name := range r.names {
		r.progress.Stage("Planning stack %s", name)
		target, plan, err := r.plan(ctx, name)
		if err != nil {
			return nil, nil, fmt.Errorf("planning stack %s: %w", name, err)
		}
		target.Stack, target.Manifests = name, filepath.Join(r.folder, "manifests-"+name)
		if err := os.MkdirAll(target.Manifests, 0o700); err != nil {
			return nil, nil, err
		}
		written, err := scan.WriteManifests(plan, target.Manifests)
		if err != nil {
			return nil, nil, fmt.Errorf("stack %s: %w", name, err)
		}
		targets, releases[name] = append(targets, target), written.Releases
	}
	return targets, releases, nil
}

// plan returns a stack's plan, and its AWS part as Terraform where it has one and
// that is wanted.
func (r *run) plan(ctx context.Context, name string) (scan.Target, engine.Plan, error) {
	stack, err := preview.ReadStack(r.set.Root, name)
	if err != nil {
		return scan.Target{}, engine.Plan{}, err
	}
	if r.verifier == nil || !stack.OnAWS() {
		planned, err := preview.Stack(ctx, r.set.Root, name, r.progress.Stage)
		if err != nil {
			err = fmt.Errorf("%w; `mlops preview --stack %s` shows more", err, name)
		}
		return scan.Target{}, planned.Plan, err
	}
	result, err := r.verifier.Stack(ctx, stack, nil)
	if err == nil && !result.Passed() {
		err = fmt.Errorf("the AWS provider does not accept it; `mlops verify-aws --stack %s` shows why", name)
	}
	return scan.Target{
		Terraform: result.Folder, Plan: filepath.Join(result.Folder, tofu.PlanFile), Resource: result.Label,
	}, result.Plan, err
}

// writeReleases says what was not looked at.
func writeReleases(out io.Writer, names []string, releases map[string][]string) {
	for _, name := range names {
		if list := releases[name]; len(list) > 0 {
			fmt.Fprintf(out, "not scanned: what the charts of %d Helm releases of %s make: %s\n", len(list), name, strings.Join(list, ", "))
		}
	}
}
