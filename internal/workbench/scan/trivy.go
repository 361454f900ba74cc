package scan

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
)

const trivyName = "trivy"

// trivy runs trivy over the manifests and the Terraform JSON of a target.
type trivy struct {
	program string
	// folder for its reports, shared by all targets.
	folder string
}

// trivyReport is what is read of a report of trivy.
type trivyReport struct {
	Results []trivyResult
}

type trivyResult struct {
	// Target is the file, relative to what was scanned.
	Target         string
	Type           string
	MisconfSummary struct{ Successes, Failures int }
	// Misconfigurations are the findings.
	Misconfigurations []struct {
		ID, Title, Message, Status string
		Severity                   Severity
		CauseMetadata              struct {
			Resource  string
			StartLine int
		}
	}
}

func (t *trivy) name() string { return trivyName }

func (t *trivy) scan(ctx context.Context, target Target) (scanned, error) {
	manifests, err := t.manifests(ctx, target)
	if err != nil {
		return scanned{}, fmt.Errorf("the manifests: %w", err)
	}
	terraform, err := t.terraform(ctx, target)
	if err != nil {
		return scanned{}, fmt.Errorf("the Terraform JSON: %w", err)
	}
	return scanned{findings: append(manifests.findings, terraform.findings...), files: manifests.files + terraform.files}, nil
}

func (t *trivy) manifests(ctx context.Context, target Target) (scanned, error) {
	if target.Manifests == "" {
		return scanned{}, nil
	}
	want, err := countManifests(target.Manifests)
	if err != nil {
		return scanned{}, err
	}
	report, err := t.run(ctx, target.Manifests, "kubernetes")
	if err != nil {
		return scanned{}, err
	}
	// A scanner that read less than it was given would find less, too.
	if len(report.Results) != want {
		return scanned{}, fmt.Errorf("it read %d of %d files", len(report.Results), want)
	}
	findings, err := report.findings(target.Stack, func(file, _ string) (string, error) {
		return manifestResource(target.Manifests, file)
	})
	return scanned{findings: findings, files: want}, err
}

func (t *trivy) terraform(ctx context.Context, target Target) (scanned, error) {
	if target.Terraform == "" {
		return scanned{}, nil
	}
	folder, err := os.MkdirTemp(t.folder, "terraform-")
	if err != nil {
		return scanned{}, err
	}
	files, err := writeHCL(target.Terraform, folder)
	if err != nil {
		return scanned{}, err
	}
	report, err := t.run(ctx, folder, "terraform")
	if err != nil {
		return scanned{}, err
	}
	// Terraform is scanned as a whole, so files without a finding are not listed.
	checks := 0
	for _, result := range report.Results {
		checks += result.MisconfSummary.Successes + result.MisconfSummary.Failures
	}
	if files > 0 && checks == 0 {
		return scanned{}, errors.New("it scanned nothing of it")
	}
	findings, err := report.findings(target.Stack, func(_, address string) (string, error) {
		return target.terraform(address), nil
	})
	return scanned{findings: findings, files: files}, err
}

// run scans one folder for findings in one kind of file.
func (t *trivy) run(ctx context.Context, input, kind string) (trivyReport, error) {
	folder, err := os.MkdirTemp(t.folder, "trivy-")
	if err != nil {
		return trivyReport{}, err
	}
	output := filepath.Join(folder, "report.json")
	err = runProgram(ctx, folder, t.program, "config", "--misconfig-scanners", kind,
		// The checks inside the program, not newer ones from a registry.
		"--skip-check-update", "--cache-dir", filepath.Join(folder, "cache"),
		"--format", "json", "--output", output, "--quiet", "--timeout", "15m", input)
	if err != nil {
		return trivyReport{}, err
	}
	data, err := os.ReadFile(output)
	if err != nil {
		return trivyReport{}, err
	}
	var report trivyReport
	if err := json.Unmarshal(data, &report); err != nil {
		return trivyReport{}, fmt.Errorf("reading its report: %w", err)
	}
	return report, nil
}

// findings turns a report into findings; resource names what a file and the
// resource in it are.
func (r trivyReport) findings(stack string, resource func(file, address string) (string, error)) ([]Finding, error) {
	var findings []Finding
	for _, result := range r.Results {
		for _, m := range result.Misconfigurations {
			if m.Status != "FAIL" {
				continue
			}
			named, err := resource(result.Target, m.CauseMetadata.Resource)
			if err != nil {
				return nil, err
			}
			findings = append(findings, Finding{
				Scanner: trivyName, Rule: m.ID, Severity: m.Severity, Title: oneLine(m.Title), Detail: oneLine(m.Message),
				Resource: named, File: fmt.Sprintf("%s:%d", result.Target, m.CauseMetadata.StartLine), Stack: stack,
			})
		}
	}
	return findings, nil
}
