package verifyaws

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"golang.org/x/sync/errgroup"

	"github.com/mlops-iac/mlops/internal/workbench/preview"
	"github.com/mlops-iac/mlops/internal/workbench/progress"
	"github.com/mlops-iac/mlops/internal/workbench/toolset"
)

// The ways to get the AWS provider.
const (
	// ProviderBuilt is built from its Go module, version toolset.BuiltAWSProvider.
	ProviderBuilt = "built"
	// ProviderRegistry is downloaded from the registry of OpenTofu, version
	// toolset.ReleasedAWSProvider.
	ProviderRegistry = "registry"
)

// Options say what to verify.
type Options struct {
	// Folder is any folder inside the checkout.
	Folder string
	// Stacks to verify. Default: all that are on AWS.
	Stacks []string
	// Provider is ProviderBuilt or ProviderRegistry.
	Provider string
	// SkipBuild ends without a result, and says so, when tools would have to be
	// built first.
	SkipBuild bool
	// Keep is a folder for the Terraform configuration and the plan of each stack;
	// empty for none. It must not exist or be empty.
	Keep string
	// Out receives the report, Progress what happens until then.
	Out, Progress io.Writer
}

// ErrRejected says that something did not pass; the report has said what.
var ErrRejected = errors.New("not everything could be verified; see the report above")

// Run verifies stacks and writes the report.
func Run(ctx context.Context, options Options) error {
	p := progress.New(options.Progress)
	set, err := toolset.New(options.Folder, p.Stage)
	if err != nil {
		return err
	}
	stacks, err := readStacks(set.Root, options.Stacks)
	if err != nil {
		return err
	}
	tools, err := Tools(ctx, set, options.Provider, options.SkipBuild)
	if errors.Is(err, ErrNotBuilt) {
		fmt.Fprintln(options.Out, "Nothing was verified: "+err.Error())
		return nil
	}
	if err != nil {
		return err
	}
	root, remove, err := workFolder(options.Keep)
	if err != nil {
		return err
	}
	defer remove()
	results, verifier, err := verifyAll(ctx, set, tools, root, stacks, p)
	if err != nil {
		return err
	}
	report := Report{Results: results, Uses: verifier.exceptions.Uses(), Tools: tools, All: len(options.Stacks) == 0}
	report.Write(options.Out)
	fmt.Fprintf(options.Out, "%d stacks verified in %.0f s\n", len(results), p.Took().Seconds())
	if !report.Passed() {
		return ErrRejected
	}
	return nil
}

// atOnce is how many stacks are verified side by side: the provider takes half a
// GiB of memory for each.
const atOnce = 3

func verifyAll(ctx context.Context, set *toolset.Set, tools toolset.AWS, root string, stacks []preview.StackInput, p *progress.Progress) ([]Result, *Verifier, error) {
	verifier, err := NewVerifier(ctx, set, tools, root)
	if err != nil {
		return nil, nil, err
	}
	results := make([]Result, len(stacks))
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(atOnce)
	for i, stack := range stacks {
		group.Go(func() (err error) {
			p.Stage("Verifying stack %s with the AWS provider %s", stack.Name, tools.ProviderVersion)
			results[i], err = verifier.Stack(ctx, stack, nil)
			return err
		})
	}
	return results, verifier, group.Wait()
}

// readStacks reads the named stacks, or all that are on AWS. A stack that was
// named and is not on AWS is an error: there is nothing to verify.
func readStacks(root string, names []string) ([]preview.StackInput, error) {
	all := len(names) == 0
	if all {
		names = preview.Stacks(root)
	}
	var stacks []preview.StackInput
	var errs []error
	for _, name := range names {
		stack, err := preview.ReadStack(root, name)
		switch {
		case err != nil:
			errs = append(errs, err)
		case stack.OnAWS():
			stacks = append(stacks, stack)
		case !all:
			errs = append(errs, fmt.Errorf("stack %q has no AWS resources: its substrate is %s", name, stack.Settings.Substrate))
		}
	}
	if len(stacks) == 0 && len(errs) == 0 {
		errs = append(errs, errors.New("no stack of this checkout is on AWS"))
	}
	return stacks, errors.Join(errs...)
}

// ErrNotBuilt says that tools would have to be built first.
var ErrNotBuilt = errors.New("OpenTofu and the AWS provider are not built yet; `make aws-tools` builds them once (docs/verify-aws.md)")

// Tools returns OpenTofu and the AWS provider from one of the two sources. With
// skipBuild the error is ErrNotBuilt where something would have to be built.
func Tools(ctx context.Context, set *toolset.Set, provider string, skipBuild bool) (toolset.AWS, error) {
	switch provider {
	case ProviderRegistry:
		return set.Tofu(ctx)
	case ProviderBuilt:
		built, err := set.HasAWS()
		if err == nil && !built && skipBuild {
			err = ErrNotBuilt
		}
		if err != nil {
			return toolset.AWS{}, err
		}
		return set.AWS(ctx)
	default:
		return toolset.AWS{}, fmt.Errorf("provider %q: must be %s or %s", provider, ProviderBuilt, ProviderRegistry)
	}
}

// PrepareTools builds what the verification needs.
func PrepareTools(ctx context.Context, folder string, out io.Writer) error {
	p := progress.New(out)
	set, err := toolset.New(folder, p.Stage)
	if err != nil {
		return err
	}
	tools, err := set.AWS(ctx)
	if err != nil {
		return err
	}
	p.Stage("OpenTofu and the AWS provider %s: ready in %s", tools.ProviderVersion, set.Cache)
	return nil
}

// workFolder is the folder to keep, or one that is removed at the end.
func workFolder(keep string) (folder string, remove func(), err error) {
	if keep == "" {
		folder, err = os.MkdirTemp("", "mlops-verify-")
		return folder, func() { _ = os.RemoveAll(folder) }, err
	}
	if folder, err = filepath.Abs(keep); err != nil {
		return "", nil, err
	}
	if entries, _ := os.ReadDir(folder); len(entries) > 0 {
		return "", nil, fmt.Errorf("folder %s is not empty: name a new one for what is to be kept", keep)
	}
	return folder, func() {}, os.MkdirAll(folder, 0o700)
}
