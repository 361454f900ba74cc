package reloader_test

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
	"github.com/mlops-iac/mlops/services/inference/internal/model"
	"github.com/mlops-iac/mlops/services/inference/internal/modeltest"
	"github.com/mlops-iac/mlops/services/inference/internal/reloader"
	"github.com/mlops-iac/mlops/services/inference/internal/sentiment"
	"github.com/mlops-iac/mlops/services/inference/internal/store"
	"github.com/mlops-iac/mlops/services/inference/internal/versions"
)

// observer counts what it is told.
type observer struct {
	loaded, checked, unavailable, refused atomic.Int64
}

func (o *observer) Loaded(*reloader.Model) { o.loaded.Add(1) }
func (o *observer) Checked(time.Time)      { o.checked.Add(1) }
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
	manifest, encoded := modeltest.Praise(t, word, at)
	to, err := store.Open(t.Context(), store.FileURI(folder))
	require.NoError(t, err)
	all := versions.Open(to, sentiment.Kind{})
	require.NoError(t, all.Add(t.Context(), manifest, encoded))
	_, inUse, _ := all.InUse(t.Context())
	_, err = all.Promote(t.Context(), manifest.Version, inUse, false)
	require.NoError(t, err)
	return manifest
}

func classOf(m *reloader.Model, text string) string {
	answer, _ := m.Predict(model.Input{Text: text})
	return answer.Class
}

func start(t *testing.T, folder string, refresh time.Duration) (*reloader.Reloader, *observer) {
	t.Helper()
	return startWith(t, reloader.Options{URI: store.FileURI(folder), Refresh: refresh})
}

func startWith(t *testing.T, options reloader.Options) (*reloader.Reloader, *observer) {
	t.Helper()
	seen := &observer{}
	options.Kind, options.MaxBytes, options.Observer, options.Log = sentiment.Kind{}, 1<<20, seen, slog.New(slog.DiscardHandler)
	r := reloader.New(options)
	ctx, cancel := context.WithCancel(context.Background())
	var running sync.WaitGroup
	running.Go(func() { r.Run(ctx) })
	t.Cleanup(func() {
		cancel()
		running.Wait()
	})
	return r, seen
}

func eventually(t *testing.T, what string, condition func() bool) {
	t.Helper()
	require.Eventually(t, condition, 30*time.Second, time.Millisecond, what)
}

func version(r *reloader.Reloader) string {
	if current := r.Current(); current != nil {
		return current.Version
	}
	return ""
}

func TestWaitsForTheFirstModel(t *testing.T) {
	t.Parallel()
	folder := filepath.Join(t.TempDir(), "later")
	r, seen := start(t, folder, 20*time.Millisecond)
	eventually(t, "failures are counted", func() bool { return seen.unavailable.Load() >= 2 })
	assert.Nil(t, r.Current())
	manifest := publish(t, folder, "fine", time.Unix(100, 0))
	eventually(t, "the model is loaded", func() bool { return version(r) == manifest.Version })
	assert.Equal(t, sentiment.Positive, classOf(r.Current(), "fine"))
	eventually(t, "it is looked at again", func() bool { return seen.checked.Load() > 0 })
	assert.EqualValues(t, 1, seen.loaded.Load(), "a model that did not change is not loaded again")
}

func TestReloadDoesNotWaitForTheInterval(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	first := publish(t, folder, "fine", time.Unix(100, 0))
	r, _ := start(t, folder, time.Hour)
	eventually(t, "the first", func() bool { return version(r) == first.Version })
	second := publish(t, folder, "grand", time.Unix(200, 0))
	r.Reload()
	eventually(t, "the second", func() bool { return version(r) == second.Version })
}

// edit changes the manifest in a folder.
func edit(t *testing.T, folder string, change func(map[string]any)) {
	t.Helper()
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

// breakages make a published model unusable, by name.
func breakages() map[string]func(t *testing.T, folder string, m artifact.Manifest) {
	return map[string]func(t *testing.T, folder string, m artifact.Manifest){
		"a flipped bit": func(t *testing.T, folder string, m artifact.Manifest) {
			path := filepath.Join(folder, m.File)
			data, err := os.ReadFile(path)
			require.NoError(t, err)
			data[len(data)/2] ^= 1
			require.NoError(t, os.WriteFile(path, data, 0o600))
		},
		"another model of the same size": func(t *testing.T, folder string, m artifact.Manifest) {
			elsewhere := t.TempDir()
			other := publish(t, elsewhere, "solid", time.Unix(200, 0))
			require.Equal(t, m.Size, other.Size)
			require.NoError(t, os.Rename(filepath.Join(elsewhere, other.File), filepath.Join(folder, m.File)))
		},
		"a manifest that is too large": func(t *testing.T, folder string, _ artifact.Manifest) {
			path := filepath.Join(folder, artifact.ManifestName)
			data, err := os.ReadFile(path)
			require.NoError(t, err)
			require.NoError(t, os.WriteFile(path, append(data, make([]byte, artifact.MaxManifestBytes)...), 0o600))
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
		"another kind": func(t *testing.T, folder string, _ artifact.Manifest) {
			edit(t, folder, func(m map[string]any) { m["kind"] = "defects" })
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
}

// Every breakage is made on a published model, while the one before is in use.
func TestBrokenModelsAreRefusedAndTheOldOneStays(t *testing.T) {
	t.Parallel()
	for name, breakIt := range breakages() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			folder := t.TempDir()
			first := publish(t, folder, "fine", time.Unix(100, 0))
			r, seen := start(t, folder, time.Hour)
			eventually(t, "the first", func() bool { return version(r) == first.Version })
			second := publish(t, folder, "grand", time.Unix(200, 0))
			breakIt(t, folder, second)
			r.Reload()
			eventually(t, "refused", func() bool { return seen.refused.Load() == 1 })
			assert.Equal(t, first.Version, version(r))
			assert.Zero(t, seen.unavailable.Load())

			third := publish(t, folder, "superb", time.Unix(300, 0))
			r.Reload()
			eventually(t, "a whole one again", func() bool { return version(r) == third.Version })
		})
	}
}

// Meant for the race detector: many readers while models come and go.
func TestPredictionsWhileModelsChange(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	publish(t, folder, "fine", time.Unix(1, 0))
	r, seen := start(t, folder, time.Hour)
	eventually(t, "the first", func() bool { return r.Current() != nil })
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
				current := r.Current()
				if class := classOf(current, "bad"); class != sentiment.Negative {
					panic(fmt.Sprintf("model %s: bad is %s", current.Version, class))
				}
				answers.Add(1)
			}
		})
	}
	for i := range 20 {
		manifest := publish(t, folder, "fine", time.Unix(int64(i+10), 0))
		r.Reload()
		eventually(t, "the next", func() bool { return version(r) == manifest.Version })
	}
	close(stop)
	readers.Wait()
	assert.EqualValues(t, 21, seen.loaded.Load())
	assert.Positive(t, answers.Load())
}
