package versions_test

import (
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/mlops-iac/mlops/services/inference/internal/artifact"
	"github.com/mlops-iac/mlops/services/inference/internal/modeltest"
	"github.com/mlops-iac/mlops/services/inference/internal/sentiment"
	"github.com/mlops-iac/mlops/services/inference/internal/store"
	"github.com/mlops-iac/mlops/services/inference/internal/versions"
)

func open(t *testing.T) (folder string, all versions.Versions) {
	t.Helper()
	folder = t.TempDir()
	at, err := store.Open(t.Context(), store.FileURI(folder))
	require.NoError(t, err)
	return folder, versions.Open(at, sentiment.Kind{})
}

var noon = time.Date(2026, 1, 2, 12, 0, 0, 0, time.UTC)

// Of two that have read the same model in use one is told that the other was quicker.
func TestTwoPromote(t *testing.T) {
	t.Parallel()
	_, all := open(t)
	_, nothing, err := all.InUse(t.Context())
	require.ErrorIs(t, err, store.ErrNotFound)
	require.Nil(t, nothing)
	first, encoded := modeltest.Praise(t, "good", noon)
	second, other := modeltest.Praise(t, "fine", noon.Add(time.Hour))
	require.NoError(t, all.Add(t.Context(), first, encoded))
	require.NoError(t, all.Add(t.Context(), second, other))
	_, err = all.Promote(t.Context(), first.Version, nothing, false)
	require.NoError(t, err)
	_, err = all.Promote(t.Context(), second.Version, nothing, false)
	require.ErrorIs(t, err, store.ErrChanged)
	inUse, _, err := all.InUse(t.Context())
	require.NoError(t, err)
	assert.Equal(t, first, inUse)
}

// A version that replicas could not load is not taken into use, in either direction.
func TestBrokenVersions(t *testing.T) {
	t.Parallel()
	folder, all := open(t)
	first, encoded := modeltest.Praise(t, "good", noon)
	second, other := modeltest.Praise(t, "fine", noon.Add(time.Hour))
	require.NoError(t, all.Add(t.Context(), first, encoded))
	require.NoError(t, all.Add(t.Context(), second, other))
	_, err := all.Promote(t.Context(), first.Version, nil, false)
	require.NoError(t, err)
	_, inUse, err := all.InUse(t.Context())
	require.NoError(t, err)
	require.NoError(t, os.Truncate(filepath.Join(folder, second.File), second.Size-1))
	_, err = all.Promote(t.Context(), second.Version, inUse, false)
	require.ErrorIs(t, err, artifact.ErrRefused)

	require.NoError(t, os.WriteFile(filepath.Join(folder, second.File), other, 0o600))
	promoted, err := all.Promote(t.Context(), second.Version, inUse, false)
	require.NoError(t, err)
	assert.Equal(t, []string{first.Version}, promoted.Before)
	require.NoError(t, os.Remove(filepath.Join(folder, first.File)))
	_, _, err = all.Rollback(t.Context())
	require.ErrorIs(t, err, store.ErrNotFound)
	now, _, err := all.InUse(t.Context())
	require.NoError(t, err)
	assert.Equal(t, promoted, now)
}

// What a version says never changes, also when it is added once more.
func TestVersionsStay(t *testing.T) {
	t.Parallel()
	_, all := open(t)
	first, encoded := modeltest.Praise(t, "good", noon)
	require.NoError(t, all.Add(t.Context(), first, encoded))
	changed := first
	changed.Accuracy = 1
	require.NoError(t, all.Add(t.Context(), changed, encoded))
	shown, err := all.Show(t.Context(), first.Version)
	require.NoError(t, err)
	assert.Equal(t, first, shown)
}
