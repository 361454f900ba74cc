package scan

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/mlops-iac/mlops/internal/workbench/toolset"
)

// Target names the files of one stack that are scanned. Empty paths are left out.
type Target struct {
	// Stack is the stack's name.
	Stack string
	// Terraform is a folder with *.tf.json files; trivy reads it.
	Terraform string
	// Plan is a file with the plan as `tofu show -json` writes it; KICS reads it.
	Plan string
	// Manifests is a folder that WriteManifests made; both scanners read it.
	Manifests string
	// Resource returns what an address of Terraform such as "aws_s3_bucket.raw"
	// is in the Pulumi program, as "type name"; empty when it is not known.
	Resource func(address string) string
}

// ErrFindings says that a scan found what is not exempted, or an exemption that
// is wrong; the report has said which.
var ErrFindings = errors.New("the scan was not clean; see the report above")

// Run has both scanners look at every target, applies the exemptions and writes
// the report to out. It returns ErrFindings when the report is not clean, and
// another error when a scanner did not do its work.
func Run(ctx context.Context, scanners toolset.Scanners, targets []Target, exemptions Exemptions, out io.Writer) error {
	started := time.Now()
	report, err := Scan(ctx, scanners, targets, exemptions)
	if err != nil {
		return err
	}
	if err := report.Write(out); err != nil {
		return err
	}
	fmt.Fprintf(out, "scan: %d stacks, %d findings left, %d exempted, %d wrong exemptions, in %.1f s\n",
		len(report.Stacks), len(report.Findings), len(report.Exempted), len(report.WrongExemptions), time.Since(started).Seconds())
	return report.Err()
}

// Scan does what Run does and returns the report instead of writing it.
func Scan(ctx context.Context, scanners toolset.Scanners, targets []Target, exemptions Exemptions) (Report, error) {
	if len(targets) == 0 {
		return Report{}, errors.New("nothing to scan: no stack was given")
	}
	folder, err := os.MkdirTemp("", "mlops-scan-")
	if err != nil {
		return Report{}, fmt.Errorf("making a folder for the reports of the scanners: %w", err)
	}
	defer os.RemoveAll(folder)
	var outcomes []outcome
	for _, target := range targets {
		target, err := target.absolute()
		if err != nil {
			return Report{}, err
		}
		found, err := scanTarget(ctx, scanners, target, folder)
		if err != nil {
			return Report{}, fmt.Errorf("stack %s: %w", target.Stack, err)
		}
		outcomes = append(outcomes, found)
	}
	return evaluate(outcomes, exemptions), nil
}

// outcome is what the scanners say about one target.
type outcome struct {
	stack    string
	findings []Finding
	// files is how many files each scanner looked at.
	files map[string]int
	// parts are those of the target that were scanned.
	parts []part
}

// scanTarget runs the scanners side by side: either waits for the disk and for
// its own start as much as it computes.
func scanTarget(ctx context.Context, scanners toolset.Scanners, target Target, folder string) (outcome, error) {
	runs := []scanner{
		&trivy{program: scanners.Trivy, folder: folder},
		&kics{program: scanners.KICS, assets: scanners.KICSAssets, folder: folder},
	}
	group, ctx := errgroup.WithContext(ctx)
	found := make([]scanned, len(runs))
	for i, one := range runs {
		group.Go(func() (err error) {
			found[i], err = one.scan(ctx, target)
			if err != nil {
				return fmt.Errorf("%s: %w", one.name(), err)
			}
			return nil
		})
	}
	if err := group.Wait(); err != nil {
		return outcome{}, err
	}
	all := outcome{stack: target.Stack, files: map[string]int{}, parts: target.parts()}
	for i, one := range runs {
		all.findings = append(all.findings, found[i].findings...)
		all.files[one.name()] = found[i].files
	}
	return all, nil
}

// scanner is one program that looks at a target.
type scanner interface {
	name() string
	scan(ctx context.Context, target Target) (scanned, error)
}

// scanned is what one scanner says about a target.
type scanned struct {
	findings []Finding
	files    int
}

// absolute makes the paths independent of the folder a scanner is started in.
func (t Target) absolute() (Target, error) {
	for _, path := range []*string{&t.Terraform, &t.Plan, &t.Manifests} {
		if *path == "" {
			continue
		}
		absolute, err := filepath.Abs(*path)
		if err != nil {
			return t, err
		}
		*path = absolute
	}
	return t, nil
}

func (t Target) parts() []part {
	var parts []part
	if t.Terraform != "" || t.Plan != "" {
		parts = append(parts, partAWS)
	}
	if t.Manifests != "" {
		parts = append(parts, partKubernetes)
	}
	return parts
}

// terraform returns the resource behind an address of Terraform. An address that
// the program does not know stands for itself, so that it can be exempted too.
func (t Target) terraform(address string) string {
	if t.Resource != nil {
		if resource := t.Resource(address); resource != "" {
			return resource
		}
	}
	return string(partAWS) + address
}
