package verifyaws_test

import (
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/mlops-iac/mlops/internal/workbench/toolset"
	"github.com/mlops-iac/mlops/internal/workbench/verifyaws"
)

// TestProviderThatOpenTofuInstalls stands in for the registry with a mirror, in
// which the built provider goes by the version of the released one. So it also
// shows that no exception of an older provider holds for a newer one.
func TestProviderThatOpenTofuInstalls(t *testing.T) {
	verifier(t) // which skips where the provider is not built
	set := tools(t)
	built, err := set.AWS(within(t))
	require.NoError(t, err)
	t.Setenv("TF_CLI_CONFIG_FILE", mirror(t, built))
	installed, err := set.Tofu(within(t))
	require.NoError(t, err)
	installed.Downloads = t.TempDir()
	require.Empty(t, installed.Provider)

	registry, err := verifyaws.NewVerifier(within(t), set, installed, t.TempDir())
	require.NoError(t, err)
	result, err := registry.Stack(within(t), stack(t, "dev"), nil)
	require.NoError(t, err)
	require.Len(t, result.Findings, 4, "one for each node group")
	for _, f := range result.Findings {
		assert.Equal(t, "nodeRepairConfig", f.Property)
	}
	result, err = registry.Stack(within(t), stack(t, "dev"), withoutNodeRepair)
	require.NoError(t, err)
	assert.Empty(t, result.Findings)
	assert.True(t, result.Passed())
}

// mirror is the configuration of OpenTofu with a mirror on this disk.
func mirror(t *testing.T, built toolset.AWS) string {
	t.Helper()
	root := t.TempDir()
	folder := filepath.Join(root, "registry.opentofu.org", "hashicorp", "aws", toolset.ReleasedAWSProvider, runtime.GOOS+"_"+runtime.GOARCH)
	require.NoError(t, os.MkdirAll(folder, 0o700))
	name := "terraform-provider-aws"
	require.NoError(t, os.Symlink(filepath.Join(built.Provider, name), filepath.Join(folder, name+"_v"+toolset.ReleasedAWSProvider)))
	config := filepath.Join(root, "tofu.rc")
	text := fmt.Sprintf("provider_installation {\n  filesystem_mirror {\n    path = %q\n  }\n}\n", root)
	require.NoError(t, os.WriteFile(config, []byte(text), 0o600))
	return config
}

// withoutNodeRepair leaves out what the built provider does not know.
var withoutNodeRepair = altered(func(args *pulumi.ResourceTransformArgs) { delete(args.Props, "nodeRepairConfig") })
