// Package reloader holds the current model of the service: it loads the first one,
// looks for newer ones, and swaps them in while requests are answered.
package reloader

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync/atomic"
	"time"

	"github.com/cenkalti/backoff/v5"

	"github.com/mlops-iac/mlops/components/monitoring/metrics"
	"github.com/mlops-iac/mlops/services/inference/internal/artifact"
	"github.com/mlops-iac/mlops/services/inference/internal/model"
	"github.com/mlops-iac/mlops/services/inference/internal/store"
)

const (
	// firstRetry is the pause after the first failure while there is no model. It
	// doubles up to the refresh interval.
	firstRetry = 500 * time.Millisecond
	// jitter spreads the replicas of a tenant over a fifth of the interval to
	// either side, so that they do not all download in the same moment.
	jitter = 0.2
	// attemptTime bounds one look at the store with the download of a model.
	attemptTime = 2 * time.Minute
)

// Model is a model in use. It never changes.
type Model struct {
	model.Model
	// Manifest says what it is.
	artifact.Manifest
	// Seed says that nobody has published it: it answers until somebody does.
	Seed bool
	// LoadedAt is when it was taken into use.
	LoadedAt time.Time
}

// Observer is told what happens to models.
type Observer interface {
	// Loaded is called when a model is taken into use.
	Loaded(*Model)
	// Checked is called when the model in use was found to be the current one.
	Checked(at time.Time)
	// LoadFailed is called when a model cannot be found or loaded.
	LoadFailed(reason string)
}

// Seed returns a model that nobody has published, and what it is.
type Seed func() (model.Model, artifact.Manifest, error)

// Options say where models come from.
type Options struct {
	// Kind is the kind that the models must be of.
	Kind model.Kind
	// URI is the folder of the model, s3:// or file:///.
	URI string
	// Version is the one that is used whatever is published; empty follows the model in use.
	Version string
	// Seed answers as long as there is not one object below SeedWhileEmpty. Without
	// one the service waits. A store that holds anything there, or that cannot be
	// asked, never leads to the seed: a model that is lost, or a URI with a typing
	// error, must be noticed.
	Seed Seed
	// SeedWhileEmpty is a URI like that of the model, or of a folder above it.
	SeedWhileEmpty string
	// Refresh is the interval between two looks for a newer model.
	Refresh time.Duration
	// MaxBytes is the largest model that is taken.
	MaxBytes int64
	// Observer is told what happens.
	Observer Observer
	// Log receives a line for every model and every failure.
	Log *slog.Logger
	// Waiting is told why there is no model at all after every attempt, and gets
	// nil as soon as there is one. May be nil.
	Waiting func(reason error)
}

// Reloader holds the current model.
type Reloader struct {
	options  Options
	current  atomic.Pointer[Model]
	store    store.Store
	manifest []byte
	reload   chan struct{}
}

// New returns a Reloader without a model. Run looks for one.
func New(options Options) *Reloader {
	return &Reloader{options: options, reload: make(chan struct{}, 1)}
}

// Fixed returns a Reloader of a seed for which no model is ever looked.
func Fixed(options Options, fixed model.Model, manifest artifact.Manifest) *Reloader {
	r := New(options)
	r.use(&Model{Model: fixed, Manifest: manifest, Seed: true})
	return r
}

// Current returns the model in use, or nil before there is one.
func (r *Reloader) Current() *Model { return r.current.Load() }

// Reload makes Run look at once. It does not wait.
func (r *Reloader) Reload() {
	select {
	case r.reload <- struct{}{}:
	default: // one is due already
	}
}

// Run looks for models until the context ends. A Reloader without a URI has
// nothing to look for.
func (r *Reloader) Run(ctx context.Context) {
	if r.options.URI == "" {
		<-ctx.Done()
		return
	}
	retry := backoff.NewExponentialBackOff()
	retry.InitialInterval, retry.MaxInterval = min(firstRetry, r.options.Refresh), r.options.Refresh
	every := backoff.NewExponentialBackOff()
	every.InitialInterval, every.MaxInterval, every.Multiplier = r.options.Refresh, r.options.Refresh, 1
	every.RandomizationFactor = jitter
	retry.Reset()
	every.Reset()
	for {
		r.look(ctx)
		wait := every.NextBackOff()
		if r.Current() == nil {
			wait = retry.NextBackOff()
		}
		timer := time.NewTimer(wait)
		select {
		case <-ctx.Done():
			timer.Stop()
			return
		case <-r.reload:
			timer.Stop()
		case <-timer.C:
		}
	}
}

// look takes a newer model into use if there is one. Whatever goes wrong, the
// model in use stays.
func (r *Reloader) look(ctx context.Context) {
	ctx, cancel := context.WithTimeout(ctx, attemptTime)
	defer cancel()
	err := r.load(ctx)
	if err == nil || errors.Is(err, context.Canceled) {
		return
	}
	reason := metrics.ReasonUnavailable
	if errors.Is(err, artifact.ErrRefused) {
		reason = metrics.ReasonRefused
	}
	r.options.Observer.LoadFailed(reason)
	inUse := ""
	if current := r.Current(); current != nil {
		inUse = current.Version
	} else if r.options.Waiting != nil {
		r.options.Waiting(err)
	}
	r.options.Log.Error("the model could not be loaded", "error", err.Error(), "reason", reason,
		"uri", r.options.URI, "model_in_use", inUse)
}

func (r *Reloader) load(ctx context.Context) error {
	if r.store == nil {
		opened, err := store.Open(ctx, r.options.URI)
		if err != nil {
			return fmt.Errorf("opening the folder of the model: %w", err)
		}
		r.store = opened
	}
	manifest, raw, err := artifact.ReadManifest(ctx, r.store, r.manifestName(), r.options.Kind)
	if errors.Is(err, store.ErrNotFound) && r.options.Seed != nil {
		return r.seed(ctx, err)
	}
	if err != nil {
		return err
	}
	if r.Current() != nil && bytes.Equal(raw, r.manifest) {
		r.options.Observer.Checked(time.Now())
		return nil
	}
	loaded, err := artifact.ReadModel(ctx, r.store, r.options.Kind, manifest, r.options.MaxBytes)
	if err != nil {
		return err
	}
	r.manifest = raw
	r.use(&Model{Model: loaded, Manifest: manifest})
	return nil
}

func (r *Reloader) manifestName() string {
	if r.options.Version != "" {
		return artifact.VersionName(r.options.Version)
	}
	return artifact.ManifestName
}

// seed takes the seed into use, or leaves it there, while nothing was published.
func (r *Reloader) seed(ctx context.Context, missing error) error {
	current := r.Current()
	if current != nil && !current.Seed {
		return missing // there was a published model, which stays in use
	}
	scope, err := store.Open(ctx, r.options.SeedWhileEmpty)
	if err != nil {
		return fmt.Errorf("opening the folder that must be empty for a seed: %w", err)
	}
	empty, err := scope.Empty(ctx)
	switch {
	case err != nil:
		return err
	case !empty:
		return fmt.Errorf("%w, and no seed, because there are objects in %s", missing, r.options.SeedWhileEmpty)
	case current != nil:
		return nil
	}
	seed, manifest, err := r.options.Seed()
	if err != nil {
		return fmt.Errorf("making the seed: %w", err)
	}
	r.options.Log.Warn("no model was ever published: the seed answers until one is", "uri", r.options.URI)
	r.use(&Model{Model: seed, Manifest: manifest, Seed: true})
	return nil
}

func (r *Reloader) use(loaded *Model) {
	loaded.LoadedAt = time.Now()
	r.current.Store(loaded)
	r.options.Observer.Loaded(loaded)
	if r.options.Waiting != nil {
		r.options.Waiting(nil)
	}
	r.options.Log.Info("model in use", "model_version", loaded.Version, "trained_at", loaded.TrainedAt, "seed", loaded.Seed,
		"samples", loaded.Samples, "accuracy", loaded.Accuracy, "model", loaded.Describe())
}
