package terraform_test

import (
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/mlops-iac/mlops/internal/workbench/verifyaws/terraform"
)

// schema is the committed part of the real provider's schema; tests/engine/verifyaws sees
// that it is that of the provider.
func schema(t *testing.T) *terraform.Schema {
	t.Helper()
	file, err := os.Open("testdata/schema.json")
	require.NoError(t, err)
	defer file.Close()
	read, err := terraform.ReadSchema(file)
	require.NoError(t, err)
	return read
}

func TestSchemaThatIsNotOne(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"[":                        "reading the provider's schema",
		`{"provider_schemas": {}}`: "it has no provider hashicorp/aws",
		`{"provider_schemas": {"registry.opentofu.org/hashicorp/aws": {"resource_schemas": {}}}}`: "does not know the resource types aws_autoscaling_group_tag, aws_",
	} {
		_, err := terraform.ReadSchema(strings.NewReader(text))
		assert.ErrorContains(t, err, want, text)
	}
}
