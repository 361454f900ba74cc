package harness

import (
	"io/fs"
	"testing"
	"testing/fstest"

	"github.com/stretchr/testify/require"

	"github.com/mlops-iac/mlops/tenants"
)

// Newcomer is a tenant that says no more than it must, and trains; its name is to
// be filled in.
const Newcomer = `name: %s
displayName: Newcomer
owners: [newcomer@example.com]
costCenter: cc-1
contact: "#newcomer"
image: {repository: inference, tag: 1.0.0}
training: {enabled: true, command: [train], checkpointStorage: 1Gi}
`

// WithTenants are the repository's definitions and more, by name.
func WithTenants(t testing.TB, more map[string]string) fs.FS {
	t.Helper()
	all := fstest.MapFS{}
	files, err := fs.Glob(tenants.Definitions, tenants.Folder+"/*")
	require.NoError(t, err)
	for _, file := range files {
		data, err := fs.ReadFile(tenants.Definitions, file)
		require.NoError(t, err)
		all[file] = &fstest.MapFile{Data: data}
	}
	for name, text := range more {
		all[tenants.Folder+"/"+name+".yaml"] = &fstest.MapFile{Data: []byte(text)}
	}
	return all
}
