package reloader_test

import (
	"errors"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/mlops-iac/mlops/services/inference/internal/artifact"
	"github.com/mlops-iac/mlops/services/inference/internal/model"
	"github.com/mlops-iac/mlops/services/inference/internal/reloader"
	"github.com/mlops-iac/mlops/services/inference/internal/sentiment"
	"github.com/mlops-iac/mlops/services/inference/internal/store"
)

// seed takes "seedling" for praise.
func seed() (model.Model, artifact.Manifest, error) {
	trainer := sentiment.NewTrainer()
	for range 3 {
		if err := errors.Join(trainer.Learn("seedling", sentiment.Positive), trainer.Learn("bad", sentiment.Negative)); err != nil {
			return nil, artifact.Manifest{}, err
		}
	}
	trained, err := trainer.Model()
	return trained, artifact.Manifest{Version: "seed-1"}, err
}

// reasons are what Waiting was told, the last one first.
type reasons struct {
	mu   sync.Mutex
	last error
}

func (r *reasons) tell(err error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.last = err
}

func (r *reasons) text() string {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.last == nil {
		return ""
	}
	return r.last.Error()
}

// TestSeedAnswersUntilAModelIsPublished is about S4: a tenant whose folder
// is empty answers from the start, and what is published wins.
func TestSeedAnswersUntilAModelIsPublished(t *testing.T) {
	t.Parallel()
	folder := filepath.Join(t.TempDir(), "not", "there", "yet")
	r, seen := startWith(t, reloader.Options{URI: store.FileURI(folder), Refresh: 20 * time.Millisecond, Seed: seed, SeedWhileEmpty: store.FileURI(folder)})
	eventually(t, "the seed", func() bool { return version(r) == "seed-1" })
	assert.True(t, r.Current().Seed)
	assert.Equal(t, sentiment.Positive, classOf(r.Current(), "seedling"))
	manifest := publish(t, folder, "fine", time.Unix(100, 0))
	eventually(t, "the published model", func() bool { return version(r) == manifest.Version })
	assert.False(t, r.Current().Seed)
	assert.Equal(t, int64(2), seen.loaded.Load())
	eventually(t, "it is looked at again", func() bool { return seen.checked.Load() > 0 })
	assert.Zero(t, seen.refused.Load())
}

func TestPublishedModelWinsFromTheStart(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	manifest := publish(t, folder, "fine", time.Unix(100, 0))
	r, seen := startWith(t, reloader.Options{URI: store.FileURI(folder), Refresh: time.Hour, Seed: seed, SeedWhileEmpty: store.FileURI(folder)})
	eventually(t, "the published model", func() bool { return version(r) == manifest.Version })
	assert.Equal(t, int64(1), seen.loaded.Load(), "the seed was never in use")
}

// TestSeedHidesNoLoss takes away what was published: neither a service that has it
// nor one that starts falls back to the seed.
func TestSeedHidesNoLoss(t *testing.T) {
	t.Parallel()
	for name, take := range map[string]func(t *testing.T, folder string){
		"the manifest": func(t *testing.T, folder string) {
			require.NoError(t, os.Remove(filepath.Join(folder, artifact.ManifestName)))
		},
		"what the manifest says": func(t *testing.T, folder string) {
			require.NoError(t, os.Truncate(filepath.Join(folder, artifact.ManifestName), 10))
		},
		"the folder, for a file": func(t *testing.T, folder string) {
			require.NoError(t, os.RemoveAll(folder))
			require.NoError(t, os.WriteFile(folder, nil, 0o600))
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			folder := filepath.Join(t.TempDir(), "model")
			manifest := publish(t, folder, "fine", time.Unix(100, 0))
			had, lost := startWith(t, reloader.Options{URI: store.FileURI(folder), Refresh: time.Hour, Seed: seed, SeedWhileEmpty: store.FileURI(folder)})
			eventually(t, "the published model", func() bool { return version(had) == manifest.Version })
			take(t, folder)
			had.Reload()
			eventually(t, "the loss is counted", func() bool { return lost.unavailable.Load()+lost.refused.Load() > 0 })
			assert.Equal(t, manifest.Version, version(had), "it stays in use")

			why := &reasons{}
			fresh, seen := startWith(t, reloader.Options{
				URI: store.FileURI(folder), Refresh: 20 * time.Millisecond, Seed: seed,
				SeedWhileEmpty: store.FileURI(filepath.Dir(folder)), Waiting: why.tell,
			})
			eventually(t, "failures are counted", func() bool { return seen.unavailable.Load()+seen.refused.Load() >= 3 })
			assert.Nil(t, fresh.Current())
			assert.Contains(t, why.text(), folder)
		})
	}
}

// TestEverythingIsLost empties the folder: what is in use stays, and the loss is
// counted. A service that starts now cannot know that there was a model.
func TestEverythingIsLost(t *testing.T) {
	t.Parallel()
	folder := filepath.Join(t.TempDir(), "model")
	options := reloader.Options{URI: store.FileURI(folder), Refresh: 20 * time.Millisecond, Seed: seed, SeedWhileEmpty: store.FileURI(folder)}
	manifest := publish(t, folder, "fine", time.Unix(100, 0))
	had, seen := startWith(t, options)
	eventually(t, "the published model", func() bool { return version(had) == manifest.Version })
	require.NoError(t, os.RemoveAll(folder))
	eventually(t, "the loss is counted", func() bool { return seen.unavailable.Load() >= 2 })
	assert.Equal(t, manifest.Version, version(had))
	fresh, _ := startWith(t, options)
	eventually(t, "the seed", func() bool { return version(fresh) == "seed-1" })
}

// TestReasonOfWaiting reads the text that a pod without a model leaves for those who look at it.
func TestReasonOfWaiting(t *testing.T) {
	t.Parallel()
	folder, why := t.TempDir(), &reasons{}
	r, _ := startWith(t, reloader.Options{URI: store.FileURI(folder), Refresh: 20 * time.Millisecond, Waiting: why.tell})
	eventually(t, "a reason", func() bool { return why.text() != "" })
	assert.Equal(t, store.FileURI(folder)+"/manifest.json: not found", why.text())
	publish(t, folder, "fine", time.Unix(100, 0))
	eventually(t, "a model", func() bool { return r.Current() != nil && why.text() == "" })
}
