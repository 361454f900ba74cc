package scan_test

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/mlops-iac/mlops/internal/workbench/scan"
	"github.com/mlops-iac/mlops/internal/workbench/toolset"
)

// scanners returns the real scanners. Their build takes many minutes, so a test
// does without them where nobody has built them yet.
func scanners(t *testing.T) toolset.Scanners {
	t.Helper()
	set, err := toolset.New(filepath.Join("..", "..", ".."), t.Logf)
	require.NoError(t, err)
	built, err := set.ScannersBuilt()
	require.NoError(t, err)
	if !built {
		t.Skip("SKIPPED: trivy and KICS are not in the cache yet; `mlops scan` builds them")
	}
	found, err := set.Scanners(context.Background())
	require.NoError(t, err)
	return found
}

// open is a stack with an open security group, a bucket without encryption and a
// privileged pod.
func open() scan.Target {
	return scan.Target{
		Stack: "dev", Terraform: filepath.Join("testdata", "terraform"),
		Plan: filepath.Join("testdata", "plan.json"), Manifests: filepath.Join("testdata", "manifests"),
		Resource: func(address string) string {
			return map[string]string{
				"aws_s3_bucket.raw":       "aws:s3/bucketV2:BucketV2 mlops-dev-raw",
				"aws_security_group.open": "aws:ec2/securityGroup:SecurityGroup mlops-dev-open",
			}[address]
		},
	}
}

func TestRealScannersFindWhatIsOpen(t *testing.T) {
	t.Parallel()
	report, err := scan.Scan(context.Background(), scanners(t), []scan.Target{open()}, scan.Exemptions{})
	require.NoError(t, err)
	require.ErrorIs(t, report.Err(), scan.ErrFindings)
	const (
		group  = "aws:ec2/securityGroup:SecurityGroup mlops-dev-open"
		bucket = "aws:s3/bucketV2:BucketV2 mlops-dev-raw"
		pod    = "kubernetes:apps/v1:Deployment mlops-dev-open"
	)
	for _, want := range []struct{ scanner, rule, resource, file string }{
		{"trivy", "AVD-AWS-0107", group, "aws_security_group.open.tf"}, // open to the world
		{"trivy", "AVD-AWS-0132", bucket, "aws_s3_bucket.raw.tf"},      // no customer key
		{"trivy", "KSV017", pod, "deployment.mlops-dev-open.yaml"},     // privileged
		{"trivy", "KSV009", pod, "deployment.mlops-dev-open.yaml"},     // in the node's network
		{"kics", "4728cd65-a20c-49da-8b31-9c08b423e4db", group, "plan.json"},
		{"kics", "dd29336b-fe57-445b-a26e-e6aa867ae609", pod, "deployment.mlops-dev-open.yaml"},
	} {
		assert.True(t, has(report.Findings, want.scanner, want.rule, want.resource, want.file), "%v in\n%s", want, written(report))
	}
	// The encryption of the other bucket is in a nested block of another resource.
	for _, f := range report.Findings {
		assert.Contains(t, []string{group, bucket, pod}, f.Resource, "nothing is wrong with anything else: %+v", f)
	}
	assert.Equal(t, []scan.StackReport{{
		Stack: "dev", Files: map[string]int{"trivy": 6, "kics": 3}, Counts: report.Stacks[0].Counts,
	}}, report.Stacks)
}

// What a scanner cannot read must not pass for clean.
func TestRealScannersRefuseWhatTheyCannotRead(t *testing.T) {
	t.Parallel()
	programs := scanners(t)
	folder := t.TempDir()
	require.NoError(t, os.WriteFile(filepath.Join(folder, "broken.yaml"), []byte("# resource: kubernetes:a b\nkind: [\n"), 0o600))
	_, err := scan.Scan(context.Background(), programs, []scan.Target{{Stack: "dev", Manifests: folder}}, scan.Exemptions{})
	require.Error(t, err)
	assert.Contains(t, err.Error(), "stack dev: ")
	assert.Contains(t, err.Error(), "0 of 1 files")

	_, err = scan.Scan(context.Background(), programs, []scan.Target{{Stack: "dev", Plan: write(t, `{"planned_values": {}}`)}}, scan.Exemptions{})
	require.Error(t, err)
	assert.Contains(t, err.Error(), "terraform_version: Required value: it is not a plan as `tofu show -json` writes it")
}

// Every finding has a reason, and one reason has no finding.
func TestRunWritesTheReport(t *testing.T) {
	t.Parallel()
	programs, target := scanners(t), open()
	target.Terraform, target.Plan = "", ""
	report, err := scan.Scan(context.Background(), programs, []scan.Target{target}, scan.Exemptions{})
	require.NoError(t, err)
	exemptions := scan.Exemptions{Entries: []scan.Exemption{
		{Scanner: "trivy", Rule: "KSV001", Resource: "kubernetes:apps/v1:Deployment mlops-dev-gone", Reason: "a test"},
	}}
	for _, f := range report.Findings {
		exemptions.Entries = append(exemptions.Entries, scan.Exemption{Scanner: f.Scanner, Rule: f.Rule, Resource: f.Resource, Reason: "a test"})
	}
	require.Greater(t, len(exemptions.Entries), 4)
	var out bytes.Buffer
	assert.ErrorIs(t, scan.Run(context.Background(), programs, []scan.Target{target}, exemptions, &out), scan.ErrFindings)
	assert.Contains(t, out.String(), `wrong exemption of trivy KSV001 in "kubernetes:apps/v1:Deployment mlops-dev-gone": matches nothing any more, remove it`)
	assert.Contains(t, out.String(), "scan: 1 stacks, 0 findings left")
	assert.Contains(t, out.String(), "1 wrong exemptions")
}

func TestNothingToScan(t *testing.T) {
	t.Parallel()
	_, err := scan.Scan(context.Background(), toolset.Scanners{}, nil, scan.Exemptions{})
	assert.EqualError(t, err, "nothing to scan: no stack was given")
}

func TestFailingScannerIsAnError(t *testing.T) {
	t.Parallel()
	program := filepath.Join(t.TempDir(), "scanner")
	require.NoError(t, os.WriteFile(program, []byte("#!/bin/sh\necho it broke >&2\nexit 3\n"), 0o700)) // it has to run
	target := open()
	target.Plan, target.Terraform = "", ""
	_, err := scan.Scan(context.Background(), toolset.Scanners{Trivy: program, KICS: program}, []scan.Target{target}, scan.Exemptions{})
	require.Error(t, err)
	assert.Contains(t, err.Error(), "exit status 3\nit broke")
}

func has(findings []scan.Finding, scanner, rule, resource, file string) bool {
	for _, f := range findings {
		if f.Scanner == scanner && f.Rule == rule && f.Resource == resource && strings.HasPrefix(f.File, file+":") {
			return true
		}
	}
	return false
}

func written(report scan.Report) string {
	var out bytes.Buffer
	_ = report.Write(&out) // a buffer takes everything
	return out.String()
}

func write(t *testing.T, content string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "plan.json")
	require.NoError(t, os.WriteFile(path, []byte(content), 0o600))
	return path
}
