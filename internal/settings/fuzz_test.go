package settings_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/mlops-iac/mlops/internal/settings"
	"github.com/mlops-iac/mlops/tests/config/corpus"
)

// FuzzFromStackFile checks that no stack file makes the reader panic, that the
// answer is the same every time, and that what is accepted can be built.
func FuzzFromStackFile(f *testing.F) {
	files, err := filepath.Glob("../../Pulumi.*.yaml")
	require.NoError(f, err)
	require.NotEmpty(f, files)
	for _, file := range files {
		text, err := os.ReadFile(file)
		require.NoError(f, err)
		f.Add(text)
	}
	for _, topic := range corpus.Load(f, "../../tests/config/testdata/stacks") {
		for _, c := range topic.Cases {
			for _, text := range c.Files {
				f.Add([]byte(text))
			}
		}
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		got, err := settings.FromStackFile(text, "fuzz")
		again, errAgain := settings.FromStackFile(text, "fuzz")
		assert.Equal(t, got, again)
		if err != nil {
			require.EqualError(t, errAgain, err.Error())
			assert.Equal(t, settings.Platform{}, got)
			return
		}
		if got.Substrate == settings.SubstrateKubernetes {
			assert.NotEmpty(t, got.Kubernetes.Context)
			assert.NotEmpty(t, got.Registry.URL)
			assert.Empty(t, got.AWS)
			assert.Empty(t, got.NodeGroups)
			return
		}
		assert.GreaterOrEqual(t, len(got.Network.Zones), 2)
		assert.NotEmpty(t, got.AWS.Partition)
		assert.NotEmpty(t, got.NodeGroups)
		for name, group := range got.NodeGroups {
			assert.LessOrEqual(t, group.MinSize, group.DesiredSize, name)
			assert.LessOrEqual(t, group.DesiredSize, group.MaxSize, name)
			assert.NotEmpty(t, group.InstanceTypes, name)
			assert.NotEmpty(t, group.AMIType, name)
		}
	})
}
