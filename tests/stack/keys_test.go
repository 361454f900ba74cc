package stack_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/mlops-iac/mlops/internal/platform"
	"github.com/mlops-iac/mlops/tests/harness"
)

const (
	keyType   = "aws:kms/key:Key"
	aliasType = "aws:kms/alias:Alias"
)

// Proves C5 by Pulumi mocks: whatever the stack file says of the end of buckets, database,
// repositories and logs, every key stays that encrypts something which may be left, with an alias by which it
// is found, and no other.
func TestC5KeysOutliveWhatTheyEncrypt(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		objects, database, images, everything bool
		kept                                  []string
	}{
		"nothing is left": {kept: []string{}},
		"objects":         {objects: true, kept: []string{"objects"}},
		"snapshots":       {database: true, kept: []string{"metadata"}},
		"images":          {images: true, kept: []string{"registry"}},
		"all data":        {objects: true, database: true, images: true, kept: []string{"metadata", "objects", "registry"}},
		"everything": {everything: true, kept: []string{
			"cluster-logs", "cluster-secrets", "logs", "metadata", "network-flow-logs", "objects", "registry",
		}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			values := tree(t, "dev")
			values["protect"], values["retainOnDelete"] = false, test.everything
			set(t, values, "objectStore.forceDestroy", !test.objects && !test.everything)
			set(t, values, "registry.forceDelete", !test.images && !test.everything)
			set(t, values, "metadataStore.skipFinalSnapshot", !test.database && !test.everything)
			record, err := build(t, "dev", values, platform.Options{})
			require.NoError(t, err)
			assert.ElementsMatch(t, test.kept, retained(record.OfType(keyType), "mlops-dev-"))
			assert.ElementsMatch(t, test.kept, retained(record.OfType(aliasType), "mlops-dev-"))
		})
	}
}

// retained are the names of the resources that a destroy leaves, without what all
// of a stack begin with and the suffixes of keys.
func retained(resources []harness.Resource, prefix string) []string {
	names := []string{}
	for _, r := range resources {
		if !r.RetainOnDelete {
			continue
		}
		name := strings.TrimPrefix(r.Name, prefix)
		for _, suffix := range []string{"-alias", "-key"} {
			name = strings.TrimSuffix(name, suffix)
		}
		names = append(names, name)
	}
	return names
}
