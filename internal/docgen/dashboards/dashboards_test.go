package dashboards_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/mlops-iac/mlops/components/monitoring/dashboard"
	"github.com/mlops-iac/mlops/internal/docgen/dashboards"
)

func TestPicturesAreShownWhereThereAreAny(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	require.NoError(t, os.Mkdir(filepath.Join(folder, "dashboards"), 0o700))
	require.NoError(t, os.WriteFile(filepath.Join(folder, "dashboards", dashboard.GPUUID+".png"), nil, 0o600))
	text, err := dashboards.Render(folder)
	require.NoError(t, err)
	assert.Contains(t, text, "![MLOps GPUs](dashboards/mlops-gpu.png)")
	assert.NotContains(t, text, "mlops-cost.png", "there is no such picture")
}
