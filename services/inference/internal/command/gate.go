package command

import (
	"context"
	"errors"
	"fmt"
	"log/slog"

	"github.com/mlops-iac/mlops/services/inference/internal/artifact"
	"github.com/mlops-iac/mlops/services/inference/internal/config"
	"github.com/mlops-iac/mlops/services/inference/internal/kinds"
	"github.com/mlops-iac/mlops/services/inference/internal/model"
	"github.com/mlops-iac/mlops/services/inference/internal/store"
	"github.com/mlops-iac/mlops/services/inference/internal/training"
	"github.com/mlops-iac/mlops/services/inference/internal/versions"
)

// attempts is how often a run compares its model with the one in use when others take
// theirs into use at the same time.
const attempts = 5

// gate decides about one trained model.
type gate struct {
	settings *config.Train
	kind     model.Kind
	at       store.Store
	result   *training.Result
	log      *slog.Logger
}

// failure is why the model is not used whatever is in use; empty when nothing is wrong.
func (g gate) failure() string {
	if accuracy := g.result.Evaluation.Accuracy(); accuracy < g.settings.MinimumAccuracy {
		return fmt.Sprintf("the accuracy is %.3f: must be at least %.3f", accuracy, g.settings.MinimumAccuracy)
	}
	if g.result.Chance >= training.MaximumChance {
		return fmt.Sprintf("the answers fit the labels of the rows kept back no better than chance (p = %.3f): must be below %g "+
			"(look at the labels, or bring more rows)", g.result.Chance, training.MaximumChance)
	}
	return ""
}

// pass takes the model into use, or keeps it with the reason for which it is not.
func (g gate) pass(ctx context.Context, manifest artifact.Manifest, encoded []byte) error {
	all := versions.Open(g.at, g.kind)
	for range attempts {
		reason, inUse, err := g.judge(ctx, all, manifest)
		if err != nil {
			return err
		}
		if reason != "" {
			if err := all.Reject(ctx, manifest, encoded, reason); err != nil {
				return fmt.Errorf("%s; and it cannot be kept: %w", reason, err)
			}
			return fmt.Errorf("%s; nothing was published, and the model is kept as %s, rejected", reason, manifest.Version)
		}
		if err := all.Add(ctx, manifest, encoded); err != nil {
			return fmt.Errorf("publishing the model: %w", err)
		}
		_, err = all.Promote(ctx, manifest.Version, inUse, false)
		if !errors.Is(err, store.ErrChanged) {
			return err
		}
		g.log.Warn("another model was taken into use in the meantime: comparing with that one")
	}
	return fmt.Errorf("other models were taken into use %d times in the meantime; version %s is kept: inference models promote %[2]s",
		attempts, manifest.Version)
}

// judge says why the model is not to be used, if anything, and what is in use.
func (g gate) judge(ctx context.Context, all versions.Versions, candidate artifact.Manifest) (reason string, inUse []byte, err error) {
	manifest, inUse, err := all.InUse(ctx)
	if reason := g.failure(); reason != "" || errors.Is(err, store.ErrNotFound) {
		return reason, inUse, nil
	}
	if err == nil && !g.settings.KeepBetter {
		return "", inUse, nil
	}
	var published model.Model
	if err == nil {
		published, err = artifact.ReadModel(ctx, g.at, g.kind, manifest, artifact.DefaultMaxBytes)
	}
	if errors.Is(err, artifact.ErrRefused) || errors.Is(err, store.ErrNotFound) {
		g.log.Warn("the model in use is broken and is replaced", "error", err.Error())
		return "", inUse, nil
	}
	if err != nil {
		return "", inUse, fmt.Errorf("reading the model in use to compare with: %w", err)
	}
	return g.compare(published, manifest, candidate), inUse, nil
}

// compare says why the model in use stays, if it does.
func (g gate) compare(published model.Model, manifest, candidate artifact.Manifest) string {
	if manifest.Holdout != candidate.Holdout || manifest.Seed != candidate.Seed || manifest.Split != candidate.Split {
		// It may have learned from the rows that were kept back here.
		g.log.Warn("the model in use had another split and is not compared with", "model_version", manifest.Version,
			"holdout", manifest.Holdout, "seed", manifest.Seed, "split", manifest.Split)
		return ""
	}
	before := g.result.AccuracyOf(published)
	if candidate.Accuracy >= before+g.settings.Margin {
		return ""
	}
	return fmt.Sprintf("the accuracy is %.3f, and the model in use, %s, has %.3f on the same rows: must be at least %.3f",
		candidate.Accuracy, manifest.Version, before, before+g.settings.Margin)
}

// openFolder opens the folder of a model.
func openFolder(ctx context.Context, kindName, uri string) (model.Kind, store.Store, error) {
	kind, err := kinds.Named(kindName)
	if err != nil {
		return nil, nil, err
	}
	at, err := store.Open(ctx, uri)
	if err != nil {
		return nil, nil, fmt.Errorf("opening the folder of the model: %w", err)
	}
	return kind, at, nil
}
