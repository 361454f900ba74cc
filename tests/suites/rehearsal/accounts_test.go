package rehearsal_test

import (
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/mlops-iac/mlops/internal/workbench/verifyaws/terraform"
	"github.com/mlops-iac/mlops/internal/workbench/verifyaws/tofu"
)

// TestNames is about the same stack in two accounts, and another environment beside it in
// one: what has a name that is taken for everybody, has one that is chosen at random, and
// no resource has a name that one of the other stack has.
func TestNames(t *testing.T) {
	for _, name := range stacks() {
		s := open(t, name)
		s.translate(t, s.input)
		for address, r := range s.Resources {
			if r.Type == "aws_s3_bucket" {
				assert.Equal(t, r.Name+terraform.RandomSuffix, r.Body["bucket"], address)
			}
		}
		taken := names(s.Resources)
		s.edit(t, map[string]any{"environment": "other"})
		for name, address := range names(s.Resources) {
			assert.NotContains(t, taken, name, address)
		}
	}
}

// names are those of resources that have one of their own, as "type name", with their
// addresses.
func names(resources map[string]terraform.Resource) map[string]string {
	found := map[string]string{}
	for address, r := range resources {
		for _, attribute := range []string{"name", "identifier", "alarm_name", "bucket"} {
			if name, given := r.Body[attribute].(string); given && !strings.Contains(name, "${") {
				found[r.Type+" "+name] = address
			}
		}
	}
	return found
}

// TestAccountsAreApart is about the emulator: what one account makes, no other has. So
// what is compared before and after a rehearsal is that of one stack.
func TestAccountsAreApart(t *testing.T) {
	const own, other, region = "444444444444", "555555555555", "eu-west-1"
	w, err := tofu.Open(t.Context(), tools, filepath.Join(t.TempDir(), "own"), region, tofu.Account{
		Endpoint: emulator.Endpoint, Key: own, Secret: "test",
	})
	require.NoError(t, err)
	require.NoError(t, w.Write(map[string]terraform.Resource{"aws_cloudwatch_log_group.x": {
		Type: "aws_cloudwatch_log_group", Name: "x", Body: map[string]any{"name": "rehearsal"},
	}}))
	before, theirs := inventory(t, region, own), inventory(t, region, other)
	found, err := w.Apply(t.Context())
	fine(t, found, err)
	after := inventory(t, region, own)
	assert.Equal(t, []string{"rehearsal"}, after["logs logGroups"], "the inventory sees it")
	delete(after, "logs logGroups")
	assert.Equal(t, before, after)
	assert.Equal(t, theirs, inventory(t, region, other))

	found, err = w.Destroy(t.Context())
	fine(t, found, err)
	assert.Equal(t, before, inventory(t, region, own))
}
