package scan_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/mlops-iac/mlops/internal/workbench/scan"
)

func TestExemptionsOfTheRepository(t *testing.T) {
	t.Parallel()
	read, err := scan.ReadExemptions(filepath.Join("..", "..", "..", filepath.FromSlash(scan.ExemptionsFile)))
	require.NoError(t, err)
	assert.NotEmpty(t, read.Entries)
}

func TestExemptionsAreReadStrictly(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ text, want string }{
		"unknown key": {"exemptions: [{scaner: kics}]", `exemptions[0].scaner: Forbidden: unknown key, did you mean "scanner"?`},
		"every error": {`exemptions:
  - {scanner: grype, rule: KSV001, resource: "kubernetes:x", reason: r}
  - {scanner: trivy, rule: KSV1, resource: "*", reason: r}
  - {scanner: kics, rule: KSV001, resource: "x *"}
`, `6 errors:
  FILE: exemptions[0].scanner: Unsupported value: "grype": supported values: "kics", "trivy"
  FILE: exemptions[1].resource: Invalid value: "*": names no resource; a rule cannot be switched off as a whole
  FILE: exemptions[1].rule: Invalid value: "KSV1": must be an identifier of trivy such as "KSV001", "AVD-AWS-0001" or "aws-vpc-no-public-egress-sgr"
  FILE: exemptions[2].reason: Required value: says why this is acceptable
  FILE: exemptions[2].resource: Invalid value: "x *": must start with the package of the resource's type: "kubernetes:" or "aws:"
  FILE: exemptions[2].rule: Invalid value: "KSV001": must be the UUID of a query of KICS, in small letters`},
		"twice": {`exemptions:
  - {scanner: trivy, rule: KSV001, resource: "kubernetes:x", reason: one}
  - {scanner: trivy, rule: KSV001, resource: "kubernetes:x", reason: two}
`, `exemptions[1]: Duplicate value: "KSV001 kubernetes:x"`},
		"no YAML": {"exemptions: [", "line 1: did not find expected node content"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			path := filepath.Join(t.TempDir(), "exemptions.yaml")
			require.NoError(t, os.WriteFile(path, []byte(c.text), 0o600))
			_, err := scan.ReadExemptions(path)
			require.Error(t, err)
			assert.Contains(t, strings.ReplaceAll(err.Error(), path, "FILE"), c.want)
		})
	}
}
