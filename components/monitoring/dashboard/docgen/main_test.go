package main

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/mlops-iac/mlops/components/monitoring/dashboard"
)

func TestDocumentationIsCurrent(t *testing.T) {
	t.Parallel()
	out := filepath.Join("..", "..", "..", "..", "docs", "dashboards.md")
	want, err := render(out)
	require.NoError(t, err)
	got, err := os.ReadFile(out)
	require.NoError(t, err)
	assert.Equal(t, want, string(got), "run go generate ./components/monitoring/dashboard")
}

func TestPicturesAreShownWhereThereAreAny(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	out := filepath.Join(folder, "dashboards.md")
	require.NoError(t, os.Mkdir(filepath.Join(folder, "dashboards"), 0o700))
	require.NoError(t, os.WriteFile(filepath.Join(folder, "dashboards", dashboard.GPUUID+".png"), nil, 0o600))
	require.NoError(t, run(out))
	text, err := os.ReadFile(out)
	require.NoError(t, err)
	assert.Contains(t, string(text), "![MLOps GPUs](dashboards/mlops-gpu.png)")
	assert.NotContains(t, string(text), "mlops-cost.png", "there is no such picture")
}
