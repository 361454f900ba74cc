package scan

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
)

const kicsName = "kics"

// kics runs KICS over the manifests and the plan of a target.
type kics struct {
	program, assets string
	// folder for its reports, shared by all targets.
	folder string
}

// kicsReport is what is read of a report of KICS.
type kicsReport struct {
	Scanned       int         `json:"files_scanned"`
	Failed        int         `json:"files_failed_to_scan"`
	Queries       int         `json:"queries_total"`
	FailedQueries int         `json:"queries_failed_to_execute"`
	Found         []kicsQuery `json:"queries"`
}

type kicsQuery struct {
	Name     string   `json:"query_name"`
	ID       string   `json:"query_id"`
	Severity Severity `json:"severity"`
	Platform string   `json:"platform"`
	Files    []struct {
		Name   string `json:"file_name"`
		Line   int    `json:"line"`
		Key    string `json:"search_key"`
		Actual string `json:"actual_value"`
	} `json:"files"`
}

// What KICS calls the kinds of input.
const (
	kicsKubernetes = "Kubernetes"
	kicsTerraform  = "Terraform"
)

// kicsAddress finds the address of Terraform in a search key, which looks like
// "aws_s3_bucket[raw].logging" or "aws_s3_bucket[{{raw}}]".
var kicsAddress = regexp.MustCompile(`^(\w+)\[(?:\{\{)?([^\]}]+)`)

func (k *kics) name() string { return kicsName }

func (k *kics) scan(ctx context.Context, target Target) (scanned, error) {
	var paths, kinds, queries []string
	want := 0
	if target.Manifests != "" {
		files, err := countManifests(target.Manifests)
		if err != nil {
			return scanned{}, err
		}
		want += files
		paths, kinds = append(paths, target.Manifests), append(kinds, kicsKubernetes)
		queries = append(queries, filepath.Join(k.assets, "queries", "k8s"))
	}
	if target.Plan != "" {
		if err := looksLikePlan(target.Plan); err != nil {
			return scanned{}, err
		}
		want++
		paths, kinds = append(paths, target.Plan), append(kinds, kicsTerraform)
		queries = append(queries, filepath.Join(k.assets, "queries", "terraform", "aws"), filepath.Join(k.assets, "queries", "terraform", "general"))
	}
	if want == 0 {
		return scanned{}, nil
	}
	report, err := k.run(ctx, paths, kinds, queries)
	if err != nil {
		return scanned{}, err
	}
	// A scanner that read less than it was given would find less, too.
	if report.Scanned != want || report.Failed > 0 || report.FailedQueries > 0 || report.Queries == 0 {
		return scanned{}, fmt.Errorf("it read %d of %d files, could not scan %d of them, and %d of its %d queries failed",
			report.Scanned, want, report.Failed, report.FailedQueries, report.Queries)
	}
	findings, err := report.findings(target)
	return scanned{findings: findings, files: report.Scanned}, err
}

func (k *kics) run(ctx context.Context, paths, kinds, queries []string) (kicsReport, error) {
	folder, err := os.MkdirTemp(k.folder, "kics-")
	if err != nil {
		return kicsReport{}, err
	}
	err = runProgram(ctx, folder, k.program, "scan",
		"--path", strings.Join(paths, ","), "--type", strings.Join(kinds, ","),
		"--queries-path", strings.Join(queries, ","), "--libraries-path", filepath.Join(k.assets, "libraries"),
		// The first two would ask servers.
		"--disable-full-descriptions", "--disable-secrets",
		// Without these a large plan, or what a .gitignore names, is left out silently.
		"--max-file-size", "500", "--exclude-gitignore",
		"--report-formats", "json", "--output-path", folder, "--output-name", "report",
		"--ignore-on-exit", "results", "--no-progress", "--no-color", "--silent")
	if err != nil {
		return kicsReport{}, err
	}
	data, err := os.ReadFile(filepath.Join(folder, "report.json"))
	if err != nil {
		return kicsReport{}, err
	}
	var report kicsReport
	if err := json.Unmarshal(data, &report); err != nil {
		return kicsReport{}, fmt.Errorf("reading its report: %w", err)
	}
	return report, nil
}

func (r kicsReport) findings(target Target) ([]Finding, error) {
	var findings []Finding
	for _, query := range r.Found {
		for _, file := range query.Files {
			base := filepath.Base(file.Name)
			found := Finding{
				Scanner: kicsName, Rule: query.ID, Severity: query.Severity, Title: oneLine(query.Name), Detail: oneLine(file.Actual),
				File: fmt.Sprintf("%s:%d", base, file.Line), Stack: target.Stack,
			}
			var err error
			switch query.Platform {
			case kicsKubernetes:
				found.Resource, err = manifestResource(target.Manifests, base)
			case kicsTerraform:
				found.Resource = target.terraform(kicsResource(file.Key))
			default:
				err = fmt.Errorf("%s is a finding of an unknown kind, %q", query.Name, query.Platform)
			}
			if err != nil {
				return nil, err
			}
			findings = append(findings, found)
		}
	}
	return findings, nil
}

// kicsResource returns the address of Terraform in a search key. A finding about
// something that is missing from the whole plan has none.
func kicsResource(key string) string {
	found := kicsAddress.FindStringSubmatch(key)
	if found == nil {
		return "plan"
	}
	return found[1] + "." + found[2]
}

// looksLikePlan refuses what KICS would take for plain JSON and silently skip:
// it knows a plan by these four keys.
func looksLikePlan(path string) error {
	data, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	var plan map[string]json.RawMessage
	if err := json.Unmarshal(data, &plan); err != nil {
		return fmt.Errorf("%s: %w", path, err)
	}
	for _, key := range []string{"terraform_version", "planned_values", "resource_changes", "configuration"} {
		if _, has := plan[key]; !has {
			return fmt.Errorf("%s: %s: Required value: it is not a plan as `tofu show -json` writes it", path, key)
		}
	}
	return nil
}
