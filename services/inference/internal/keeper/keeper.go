// Package keeper keeps the current model of the service: it loads the first one,
// looks for newer ones, and swaps them in while requests are answered.
package keeper

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
	"github.com/mlops-iac/mlops/services/inference/internal/sentiment"
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
	*sentiment.Model
	// Manifest says what it is.
	artifact.Manifest
	// LoadedAt is when it was taken into use.
	LoadedAt time.Time
}

// Observer is told what happens to models.
type Observer interface {
	// Loaded is called when a model is taken into use.
	Loaded(version string, trained, loaded time.Time)
	// Checked is called when the model in use was found to be the current one.
	Checked(at time.Time)
	// LoadFailed is called when a model cannot be found or loaded.
	LoadFailed(reason string)
}

// Options say where models come from.
type Options struct {
	// URI is the folder of the model, s3:// or file:///.
	URI string
	// Refresh is the interval between two looks for a newer model.
	Refresh time.Duration
	// MaxBytes is the largest model that is taken.
	MaxBytes int64
	// Observer is told what happens.
	Observer Observer
	// Log receives a line for every model and every failure.
	Log *slog.Logger
}

// Keeper holds the current model.
type Keeper struct {
	options  Options
	current  atomic.Pointer[Model]
	store    store.Store
	manifest []byte
	reload   chan struct{}
}

// New returns a Keeper without a model. Run looks for one.
func New(options Options) *Keeper {
	return &Keeper{options: options, reload: make(chan struct{}, 1)}
}

// Fixed returns a Keeper of one model that never changes.
func Fixed(options Options, model *sentiment.Model, manifest artifact.Manifest) *Keeper {
	k := New(options)
	k.use(model, manifest)
	return k
}

// Current returns the model in use, or nil before there is one.
func (k *Keeper) Current() *Model { return k.current.Load() }

// Reload makes Run look at once. It does not wait.
func (k *Keeper) Reload() {
	select {
	case k.reload <- struct{}{}:
	default: // one is due already
	}
}

// Run looks for models until the context ends. A Keeper without a URI has
// nothing to look for.
func (k *Keeper) Run(ctx context.Context) {
	if k.options.URI == "" {
		<-ctx.Done()
		return
	}
	retry := backoff.NewExponentialBackOff()
	retry.InitialInterval, retry.MaxInterval = min(firstRetry, k.options.Refresh), k.options.Refresh
	every := backoff.NewExponentialBackOff()
	every.InitialInterval, every.MaxInterval, every.Multiplier = k.options.Refresh, k.options.Refresh, 1
	every.RandomizationFactor = jitter
	retry.Reset()
	every.Reset()
	for {
		k.look(ctx)
		wait := every.NextBackOff()
		if k.Current() == nil {
			wait = retry.NextBackOff()
		}
		timer := time.NewTimer(wait)
		select {
		case <-ctx.Done():
			timer.Stop()
			return
		case <-k.reload:
			timer.Stop()
		case <-timer.C:
		}
	}
}

// look takes a newer model into use if there is one. Whatever goes wrong, the
// model in use stays.
func (k *Keeper) look(ctx context.Context) {
	ctx, cancel := context.WithTimeout(ctx, attemptTime)
	defer cancel()
	err := k.load(ctx)
	if err == nil || errors.Is(err, context.Canceled) {
		return
	}
	reason := metrics.ReasonUnavailable
	if errors.Is(err, artifact.ErrRefused) {
		reason = metrics.ReasonRefused
	}
	k.options.Observer.LoadFailed(reason)
	inUse := ""
	if model := k.Current(); model != nil {
		inUse = model.Version
	}
	k.options.Log.Error("the model could not be loaded", "error", err.Error(), "reason", reason,
		"uri", k.options.URI, "model_in_use", inUse)
}

func (k *Keeper) load(ctx context.Context) error {
	if k.store == nil {
		opened, err := store.Open(ctx, k.options.URI)
		if err != nil {
			return fmt.Errorf("opening the folder of the model: %w", err)
		}
		k.store = opened
	}
	manifest, raw, err := artifact.ReadManifest(ctx, k.store)
	if err != nil {
		return err
	}
	if k.Current() != nil && bytes.Equal(raw, k.manifest) {
		k.options.Observer.Checked(time.Now())
		return nil
	}
	model, err := artifact.ReadModel(ctx, k.store, manifest, k.options.MaxBytes)
	if err != nil {
		return err
	}
	k.manifest = raw
	k.use(model, manifest)
	return nil
}

func (k *Keeper) use(model *sentiment.Model, manifest artifact.Manifest) {
	made := &Model{Model: model, Manifest: manifest, LoadedAt: time.Now()}
	k.current.Store(made)
	k.options.Observer.Loaded(manifest.Version, manifest.TrainedAt, made.LoadedAt)
	k.options.Log.Info("model in use", "model_version", manifest.Version, "trained_at", manifest.TrainedAt,
		"samples", manifest.Samples, "accuracy", manifest.Accuracy, "terms", model.Vocabulary())
}
