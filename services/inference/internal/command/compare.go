package command

import (
	"context"
	"errors"
	"fmt"
	"log/slog"

	"github.com/mlops-iac/mlops/services/inference/internal/artifact"
	"github.com/mlops-iac/mlops/services/inference/internal/model"
	"github.com/mlops-iac/mlops/services/inference/internal/store"
	"github.com/mlops-iac/mlops/services/inference/internal/training"
)

// beatsPublished is an error when the model that is published already answers more of
// the rows kept back. It was not trained on them only if its split was the same; with
// another one it is not asked. A published model that is broken is no reason to stay.
func beatsPublished(
	ctx context.Context, at store.Store, kind model.Kind, candidate artifact.Manifest, result *training.Result, log *slog.Logger,
) error {
	manifest, _, err := artifact.ReadManifest(ctx, at, kind)
	if errors.Is(err, store.ErrNotFound) {
		return nil
	}
	var published model.Model
	if err == nil {
		published, err = artifact.ReadModel(ctx, at, kind, manifest, artifact.DefaultMaxBytes)
	}
	switch {
	case errors.Is(err, artifact.ErrRefused) || errors.Is(err, store.ErrNotFound):
		log.Warn("the published model cannot be used and is replaced", "error", err.Error())
		return nil
	case err != nil:
		return fmt.Errorf("reading the published model to compare with: %w", err)
	case manifest.Holdout != candidate.Holdout || manifest.Seed != candidate.Seed || manifest.Split != candidate.Split:
		log.Warn("the published model had another split and is not compared with", "model_version", manifest.Version,
			"holdout", manifest.Holdout, "seed", manifest.Seed, "split", manifest.Split)
		return nil
	}
	if before := result.AccuracyOf(published); candidate.Accuracy < before {
		return fmt.Errorf("the accuracy is %.3f, and the published model %s has %.3f on the same rows: must not be worse; nothing was published",
			candidate.Accuracy, manifest.Version, before)
	}
	return nil
}
