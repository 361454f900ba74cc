package scan

import (
	"bytes"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// The rules of these tests.
const (
	mountRule = "b7652612-de4e-4466-a0bf-1cd81f0c6063"
	hostRule  = "5308a7a8-06f8-45ac-bf10-791fe21de46e"
)

func finding(stack, rule, resource string, severity Severity) Finding {
	scanner := kicsName
	if len(rule) < 20 {
		scanner = trivyName
	}
	return Finding{Scanner: scanner, Rule: rule, Severity: severity, Title: "title", Detail: "detail", Resource: resource, File: "f.yaml:1", Stack: stack}
}

func kubernetesOutcome(stack string, findings ...Finding) outcome {
	return outcome{stack: stack, findings: findings, files: map[string]int{trivyName: 3, kicsName: 4}, parts: []part{partKubernetes}}
}

func entry(scanner, rule, resource, reason string) Exemption {
	return Exemption{Scanner: scanner, Rule: rule, Resource: resource, Reason: reason}
}

func TestOnlyHighAndCriticalFail(t *testing.T) {
	t.Parallel()
	report := evaluate([]outcome{kubernetesOutcome("dev",
		finding("dev", "KSV001", "kubernetes:a b", "MEDIUM"), finding("dev", "KSV001", "kubernetes:a c", "UNKNOWN"),
	)}, Exemptions{})
	assert.NoError(t, report.Err())
	assert.Equal(t, map[Severity]int{"MEDIUM": 1, "UNKNOWN": 1}, report.Stacks[0].Counts)

	for _, severity := range []Severity{High, Critical} {
		report = evaluate([]outcome{kubernetesOutcome("dev", finding("dev", "KSV001", "kubernetes:a b", severity))}, Exemptions{})
		assert.ErrorIs(t, report.Err(), ErrFindings)
		assert.Len(t, report.Findings, 1)
	}
}

func TestExemptionCoversWhatItNames(t *testing.T) {
	t.Parallel()
	outcomes := []outcome{
		kubernetesOutcome("dev",
			finding("dev", mountRule, "kubernetes:apps/v1:DaemonSet mlops-dev-logs", High),
			finding("dev", hostRule, "kubernetes:apps/v1:DaemonSet mlops-dev-logs", Critical),
			finding("dev", mountRule, "kubernetes:apps/v1:Deployment mlops-dev-logs", High)),
		kubernetesOutcome("prod", finding("prod", mountRule, "kubernetes:apps/v1:DaemonSet mlops-prod-logs", High)),
	}
	report := evaluate(outcomes, Exemptions{Entries: []Exemption{
		entry(kicsName, mountRule, "kubernetes:apps/v1:DaemonSet mlops-*-logs", "it writes there"),
	}})
	require.Len(t, report.Exempted, 2)
	assert.Equal(t, "it writes there", report.Exempted[0].Reason)
	require.Len(t, report.Findings, 2)
	assert.Equal(t, Critical, report.Findings[0].Severity, "the worst comes first")
	assert.Equal(t, "kubernetes:apps/v1:Deployment mlops-dev-logs", report.Findings[1].Resource)
	assert.Empty(t, report.WrongExemptions)
	assert.ErrorIs(t, report.Err(), ErrFindings)
}

func TestStaleExemptionsFail(t *testing.T) {
	t.Parallel()
	outcomes := []outcome{
		kubernetesOutcome("dev"),
		kubernetesOutcome("local", finding("local", mountRule, "kubernetes:a mlops-local-x", High)),
	}
	needed := entry(kicsName, mountRule, "kubernetes:a mlops-local-x", "in one stack only")
	stale := entry(kicsName, mountRule, "kubernetes:a mlops-*-y", "was true once")
	otherScanner := entry(trivyName, "KSV001", "kubernetes:a mlops-local-x", "the rule of another scanner")
	notScanned := entry(trivyName, "AVD-AWS-0001", "aws:s3/bucketV2:BucketV2 x", "about what was not scanned")
	all := Exemptions{Entries: []Exemption{needed, stale, otherScanner, notScanned}}

	report := evaluate(outcomes, all)
	assert.Equal(t, []WrongExemption{
		{stale, "matches nothing any more, remove it"}, {otherScanner, "matches nothing any more, remove it"},
	}, report.WrongExemptions)
	assert.ErrorIs(t, report.Err(), ErrFindings)

	all.Partial = true
	report = evaluate(outcomes, all)
	assert.Empty(t, report.WrongExemptions)
	assert.Equal(t, []Exemption{stale, otherScanner}, report.Unused)
	assert.NoError(t, report.Err())

	outcomes[0].parts = append(outcomes[0].parts, partAWS)
	all.Partial = false
	assert.Len(t, evaluate(outcomes, all).WrongExemptions, 3, "now the other part was scanned, too")
}

// A list that did not come from the file is checked by the same rules.
func TestWrongExemptionsExemptNothing(t *testing.T) {
	t.Parallel()
	found := finding("dev", mountRule, "kubernetes:a b", High)
	for name, wrong := range map[string]Exemption{
		"no reason":     entry(kicsName, mountRule, "kubernetes:a b", "  "),
		"any resource":  entry(kicsName, mountRule, "*", "why not"),
		"no part":       entry(kicsName, mountRule, "*a b", "why not"),
		"other scanner": entry("grype", mountRule, "kubernetes:a b", "why not"),
	} {
		report := evaluate([]outcome{kubernetesOutcome("dev", found)}, Exemptions{Entries: []Exemption{wrong}})
		assert.Equal(t, []Finding{found}, report.Findings, name)
		require.Len(t, report.WrongExemptions, 1, name)
		assert.NotContains(t, report.WrongExemptions[0].Problem, "matches nothing", name)
	}
}

func TestFindingsThatDifferInTheirLineAreOne(t *testing.T) {
	t.Parallel()
	one := finding("dev", mountRule, "kubernetes:a b", High)
	other := one
	other.File = "f.yaml:2"
	report := evaluate([]outcome{kubernetesOutcome("dev", one, other)}, Exemptions{})
	assert.Equal(t, []Finding{one}, report.Findings)
	assert.Equal(t, 1, report.Stacks[0].Counts[High])
}

func TestReportForPeople(t *testing.T) {
	t.Parallel()
	report := evaluate([]outcome{kubernetesOutcome("dev",
		finding("dev", mountRule, "kubernetes:a b", High), finding("dev", "KSV001", "kubernetes:a b", "LOW"),
		finding("dev", "KSV002", "kubernetes:a b", Critical), finding("dev", "KSV002", "kubernetes:a c", Critical),
	)}, Exemptions{Entries: []Exemption{
		entry(kicsName, mountRule, "kubernetes:a b", "it writes there"),
		entry(kicsName, hostRule, "kubernetes:a b", "was true once"),
	}})
	var out bytes.Buffer
	require.NoError(t, report.Write(&out))
	assert.Equal(t, `STACK  TRIVY FILES  KICS FILES  CRITICAL  HIGH  OTHER
dev    3            4           2         1     1
exempted: kics `+mountRule+` (title) in 1 resources: it writes there
wrong exemption of kics `+hostRule+` in "kubernetes:a b": matches nothing any more, remove it

CRITICAL  trivy KSV002  title
  dev: kubernetes:a b (f.yaml:1)
      detail
  dev: kubernetes:a c (f.yaml:1)
      detail

To fix: change the component, or give the reason why it is so in policy/scan-exemptions.yaml.
`, out.String())
}

func TestAddressInASearchKeyOfKICS(t *testing.T) {
	t.Parallel()
	for key, want := range map[string]string{
		"aws_s3_bucket[raw].logging":                         "aws_s3_bucket.raw",
		"aws_s3_bucket[{{mlops-dev-raw}}].tags":              "aws_s3_bucket.mlops-dev-raw",
		"aws_kms_key[mlops-dev-key].policy":                  "aws_kms_key.mlops-dev-key",
		"resource":                                           "plan",
		"aws_security_group[open].ingress.cidr_blocks[{{x}}": "aws_security_group.open",
	} {
		assert.Equal(t, want, kicsResource(key), key)
	}
	assert.Equal(t, "aws:plan", Target{}.terraform(kicsResource("resource")))
}
