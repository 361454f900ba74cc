// Package modeltest makes small models for tests.
package modeltest

import (
	"testing"
	"time"

	"github.com/mlops-iac/mlops/services/inference/internal/artifact"
	"github.com/mlops-iac/mlops/services/inference/internal/model"
	"github.com/mlops-iac/mlops/services/inference/internal/sentiment"
)

// Praise is a model of texts that takes word for praise, and what it is.
func Praise(t testing.TB, word string, at time.Time) (artifact.Manifest, []byte) {
	t.Helper()
	trainer := sentiment.NewTrainer()
	for range 3 {
		must(t, trainer.Learn(word, sentiment.Positive))
		must(t, trainer.Learn("bad", sentiment.Negative))
	}
	trained, err := trainer.Model()
	must(t, err)
	encoded, err := trained.Encode()
	must(t, err)
	return artifact.Describe(sentiment.Kind{}, encoded, at, 6, model.Evaluation{Classes: sentiment.Kind{}.Classes()}), encoded
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
