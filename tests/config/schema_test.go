package config_test

import (
	"io/fs"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/common/workspace"
	"github.com/santhosh-tekuri/jsonschema/v5"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/mlops-iac/mlops/internal/shared/strictyaml"
	"github.com/mlops-iac/mlops/tenants"
	"github.com/mlops-iac/mlops/tests/config/corpus"
)

// The schemas as the first lines of the files name them.
const (
	stackSchema  = "internal/settings/schema.json"
	tenantSchema = "../schema.json"
)

func compile(t *testing.T, path ...string) *jsonschema.Schema {
	t.Helper()
	schema, err := jsonschema.Compile(filepath.Join(append([]string{"..", ".."}, path...)...))
	require.NoError(t, err)
	return schema
}

func TestShippedStacksFollowTheSchema(t *testing.T) {
	t.Parallel()
	schema := compile(t, stackSchema)
	files, err := filepath.Glob("../../Pulumi.*.yaml")
	require.NoError(t, err)
	require.GreaterOrEqual(t, len(files), 4)
	for _, file := range files {
		text, err := os.ReadFile(file)
		require.NoError(t, err)
		follows(t, schema, file, stackSchema, text)
	}
}

func TestShippedTenantsFollowTheSchema(t *testing.T) {
	t.Parallel()
	schema := compile(t, "tenants", "schema.json")
	names, err := fs.Glob(tenants.Definitions, tenants.Folder+"/*.yaml")
	require.NoError(t, err)
	require.NotEmpty(t, names)
	for _, name := range names {
		text, err := fs.ReadFile(tenants.Definitions, name)
		require.NoError(t, err)
		follows(t, schema, name, tenantSchema, text)
	}
}

// follows checks that an editor finds the schema of a file and marks nothing.
func follows(t *testing.T, schema *jsonschema.Schema, name, path string, text []byte) {
	t.Helper()
	assert.True(t, strings.HasPrefix(string(text), "# yaml-language-server: $schema="+path+"\n"), name)
	tree, err := strictyaml.ParseYAML(text)
	require.NoError(t, err)
	assert.NoError(t, schema.Validate(tree), name)
}

// seen are the errors that a schema knows from the types.
var seen = regexp.MustCompile(`unknown key|exists on substrate|Unsupported value|Required value|` +
	`must be (an object|a list|a string|true or false|an integer|encrypted)|must not be null`)

// TestSchemasRefuseTheCorpora checks that an editor marks every file of the
// corpora with an error that follows from the types.
func TestSchemasRefuseTheCorpora(t *testing.T) {
	t.Parallel()
	for folder, c := range map[string]struct {
		schema *jsonschema.Schema
		unseen []string // what follows from several keys together
	}{
		stackCorpus: {compile(t, stackSchema), []string{
			"addons/external-dns-nowhere", "addons/internet-facing", "aws/deploy-role", "cluster/one-admin", "cost/nobody", "metadatastore/authority", "network/nat-none", "network/nat-none-in-use", "network/endpoints-in-china",
			"network/zones-of-ap-northeast-1", "network/zones-of-us-west-1", "network/zones-of-ca-central-1", "network/zones-of-cn-north-1",
			"nodes/gpu-without-plugin", "nodes/no-types", "nodes/without-system", "nodes/zone", "objectstore/replication",
		}},
		tenantCorpus: {compile(t, "tenants", "schema.json"), []string{
			"general/principals", "image/no-version", "sizes/quantity", "traffic/ingress-no-host", "traffic/ingress-no-paths", "training/values",
		}},
	} {
		refused := 0
		for _, topic := range corpus.Load(t, folder) {
			for _, each := range topic.Cases {
				name := topic.Name + "/" + each.Name
				if !seen.MatchString(each.Want) || len(each.Files) > 1 {
					continue
				}
				for _, text := range each.Files {
					tree, err := strictyaml.ParseYAML([]byte(text))
					if err != nil {
						continue
					}
					err = c.schema.Validate(tree)
					assert.Equal(t, slices.Contains(c.unseen, name), err == nil, "%s: %s", name, each.Want)
					refused++
				}
			}
		}
		assert.Greater(t, refused, 10, folder)
	}
}

// TestSchemaHasTheKeysOfPulumi notices a key that Pulumi has learnt.
func TestSchemaHasTheKeysOfPulumi(t *testing.T) {
	t.Parallel()
	of := reflect.TypeFor[workspace.ProjectStack]()
	var keys []string
	for i := range of.NumField() {
		if key, _, _ := strings.Cut(of.Field(i).Tag.Get("json"), ","); key != "" && key != "-" {
			keys = append(keys, key)
		}
	}
	var known []string
	for key := range compile(t, stackSchema).Properties {
		known = append(known, key)
	}
	assert.ElementsMatch(t, keys, known)
}
