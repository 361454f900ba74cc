package keeper_test

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/mlops-iac/mlops/services/inference/internal/artifact"
	"github.com/mlops-iac/mlops/services/inference/internal/keeper"
	"github.com/mlops-iac/mlops/services/inference/internal/sentiment"
	"github.com/mlops-iac/mlops/services/inference/internal/store"
)

// observer counts what it is told.
type observer struct {
	loaded, checked, unavailable, refused atomic.Int64
}

func (o *observer) Loaded(string, time.Time, time.Time) { o.loaded.Add(1) }
func (o *observer) Checked(time.Time)                   { o.checked.Add(1) }
func (o *observer) LoadFailed(reason string) {
	if reason == "refused" {
		o.refused.Add(1)
		return
	}
	o.unavailable.Add(1)
}

// publish writes a model that takes word for praise.
func publish(t *testing.T, folder, word string, at time.Time) artifact.Manifest {
	t.Helper()
	trainer := sentiment.NewTrainer()
	for range 3 {
		require.NoError(t, trainer.Learn(word, sentiment.Positive))
		require.NoError(t, trainer.Learn("bad", sentiment.Negative))
	}
	model, err := trainer.Model()
	require.NoError(t, err)
	encoded, err := model.Encode()
	require.NoError(t, err)
	manifest := artifact.Describe(encoded, at, 6, sentiment.Evaluation{})
	to, err := store.Open(t.Context(), store.FileURI(folder))
	require.NoError(t, err)
	require.NoError(t, artifact.Publish(t.Context(), to, manifest, encoded))
	return manifest
}

func start(t *testing.T, folder string, refresh time.Duration) (*keeper.Keeper, *observer) {
	t.Helper()
	seen := &observer{}
	k := keeper.New(keeper.Options{
		URI: store.FileURI(folder), Refresh: refresh, MaxBytes: 1 << 20, Observer: seen, Log: slog.New(slog.DiscardHandler),
	})
	ctx, cancel := context.WithCancel(context.Background())
	var running sync.WaitGroup
	running.Go(func() { k.Run(ctx) })
	t.Cleanup(func() {
		cancel()
		running.Wait()
	})
	return k, seen
}

func eventually(t *testing.T, what string, condition func() bool) {
	t.Helper()
	require.Eventually(t, condition, 30*time.Second, time.Millisecond, what)
}

func version(k *keeper.Keeper) string {
	if model := k.Current(); model != nil {
		return model.Version
	}
	return ""
}

func TestWaitsForTheFirstModel(t *testing.T) {
	t.Parallel()
	folder := filepath.Join(t.TempDir(), "later")
	k, seen := start(t, folder, 20*time.Millisecond)
	eventually(t, "failures are counted", func() bool { return seen.unavailable.Load() >= 2 })
	assert.Nil(t, k.Current())
	manifest := publish(t, folder, "fine", time.Unix(100, 0))
	eventually(t, "the model is loaded", func() bool { return version(k) == manifest.Version })
	assert.Equal(t, sentiment.Positive, k.Current().Predict("fine").Class)
	eventually(t, "it is looked at again", func() bool { return seen.checked.Load() > 0 })
	assert.EqualValues(t, 1, seen.loaded.Load(), "a model that did not change is not loaded again")
}

func TestReloadDoesNotWaitForTheInterval(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	first := publish(t, folder, "fine", time.Unix(100, 0))
	k, _ := start(t, folder, time.Hour)
	eventually(t, "the first", func() bool { return version(k) == first.Version })
	second := publish(t, folder, "grand", time.Unix(200, 0))
	k.Reload()
	eventually(t, "the second", func() bool { return version(k) == second.Version })
}

// Every breakage is made on a published model, while the one before is in use.
func TestBrokenModelsAreRefusedAndTheOldOneStays(t *testing.T) {
	t.Parallel()
	edit := func(t *testing.T, folder string, change func(map[string]any)) {
		path := filepath.Join(folder, artifact.ManifestName)
		data, err := os.ReadFile(path)
		require.NoError(t, err)
		var manifest map[string]any
		require.NoError(t, json.Unmarshal(data, &manifest))
		change(manifest)
		data, err = json.Marshal(manifest)
		require.NoError(t, err)
		require.NoError(t, os.WriteFile(path, data, 0o600))
	}
	breakages := map[string]func(t *testing.T, folder string, m artifact.Manifest){
		"a flipped bit": func(t *testing.T, folder string, m artifact.Manifest) {
			path := filepath.Join(folder, m.File)
			data, err := os.ReadFile(path)
			require.NoError(t, err)
			data[len(data)/2] ^= 1
			require.NoError(t, os.WriteFile(path, data, 0o600))
		},
		"half a model": func(t *testing.T, folder string, m artifact.Manifest) {
			require.NoError(t, os.Truncate(filepath.Join(folder, m.File), m.Size/2))
		},
		"half a manifest": func(t *testing.T, folder string, _ artifact.Manifest) {
			require.NoError(t, os.Truncate(filepath.Join(folder, artifact.ManifestName), 100))
		},
		"too large": func(t *testing.T, folder string, _ artifact.Manifest) {
			edit(t, folder, func(m map[string]any) { m["size"] = 1<<20 + 1 })
		},
		"larger than it says": func(t *testing.T, folder string, m artifact.Manifest) {
			require.NoError(t, os.WriteFile(filepath.Join(folder, m.File), make([]byte, 1<<20+1), 0o600))
		},
		"another format": func(t *testing.T, folder string, _ artifact.Manifest) {
			edit(t, folder, func(m map[string]any) { m["format"] = 2 })
		},
		"a file outside the folder": func(t *testing.T, folder string, _ artifact.Manifest) {
			edit(t, folder, func(m map[string]any) { m["file"] = "../../etc/passwd" })
		},
		"other classes": func(t *testing.T, folder string, _ artifact.Manifest) {
			edit(t, folder, func(m map[string]any) { m["classes"] = []string{"cat", "dog"} })
		},
		"no digest": func(t *testing.T, folder string, _ artifact.Manifest) {
			edit(t, folder, func(m map[string]any) { m["sha256"] = "x" })
		},
		"no version": func(t *testing.T, folder string, _ artifact.Manifest) {
			edit(t, folder, func(m map[string]any) { m["version"] = "" })
		},
	}
	for name, breakIt := range breakages {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			folder := t.TempDir()
			first := publish(t, folder, "fine", time.Unix(100, 0))
			k, seen := start(t, folder, time.Hour)
			eventually(t, "the first", func() bool { return version(k) == first.Version })
			second := publish(t, folder, "grand", time.Unix(200, 0))
			breakIt(t, folder, second)
			k.Reload()
			eventually(t, "refused", func() bool { return seen.refused.Load() == 1 })
			assert.Equal(t, first.Version, version(k))
			assert.Zero(t, seen.unavailable.Load())

			third := publish(t, folder, "superb", time.Unix(300, 0))
			k.Reload()
			eventually(t, "a whole one again", func() bool { return version(k) == third.Version })
		})
	}
}

// Meant for the race detector: many readers while models come and go.
func TestPredictionsWhileModelsChange(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	publish(t, folder, "fine", time.Unix(1, 0))
	k, seen := start(t, folder, time.Hour)
	eventually(t, "the first", func() bool { return k.Current() != nil })
	stop := make(chan struct{})
	var readers sync.WaitGroup
	var answers atomic.Int64
	for range 8 {
		readers.Go(func() {
			for {
				select {
				case <-stop:
					return
				default:
				}
				model := k.Current()
				if class := model.Predict("bad").Class; class != sentiment.Negative {
					panic(fmt.Sprintf("model %s: bad is %s", model.Version, class))
				}
				answers.Add(1)
			}
		})
	}
	for i := range 20 {
		manifest := publish(t, folder, "fine", time.Unix(int64(i+10), 0))
		k.Reload()
		eventually(t, "the next", func() bool { return version(k) == manifest.Version })
	}
	close(stop)
	readers.Wait()
	assert.EqualValues(t, 21, seen.loaded.Load())
	assert.Positive(t, answers.Load())
}
