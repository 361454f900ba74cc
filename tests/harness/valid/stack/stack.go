// Package valid runs the whole program with the repository's own stack files.
package valid

import (
	"encoding/json"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/mlops-iac/mlops/internal/settings"
	"github.com/mlops-iac/mlops/internal/shared/strictyaml"
	"github.com/mlops-iac/mlops/tests/harness"
	validcluster "github.com/mlops-iac/mlops/tests/harness/valid/cluster"
	validmetadatastore "github.com/mlops-iac/mlops/tests/harness/valid/metadatastore"
	validnodegroup "github.com/mlops-iac/mlops/tests/harness/valid/nodegroup"
	validregistry "github.com/mlops-iac/mlops/tests/harness/valid/registry"
	validstores "github.com/mlops-iac/mlops/tests/harness/valid/stores"
)

// Settings reads the settings of a stack file in a checkout, to be changed at will.
func Settings(t testing.TB, checkout, stack string) map[string]any {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(checkout, "Pulumi."+stack+".yaml"))
	require.NoError(t, err)
	file, err := strictyaml.ParseYAML(text)
	require.NoError(t, err)
	config, _ := file.(map[string]any)["config"].(map[string]any)
	values, _ := config[settings.FullKey].(map[string]any)
	require.NotEmpty(t, values)
	return values
}

// Configured gives a program the settings as Pulumi does, and the mocks what AWS would
// answer.
func Configured(t testing.TB, stack string, values map[string]any) []harness.Option {
	t.Helper()
	text, err := json.Marshal(values)
	require.NoError(t, err)
	return []harness.Option{
		harness.WithStack(stack),
		harness.WithConfig(map[string]string{settings.FullKey: string(text)}),
		validcluster.ControlPlane(stack), validnodegroup.NoClusters(), validnodegroup.AutoScalingGroups(), validmetadatastore.Database(), validregistry.Repositories(), validstores.GeneratedSecrets(),
	}
}
