// Package training reads a table of labelled texts, learns from one part of it
// and measures on the other.
package training

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"io"
	"math"

	"github.com/mlops-iac/mlops/services/inference/internal/sentiment"
)

const (
	// DefaultHoldout is the share of texts that are kept back to measure on.
	DefaultHoldout = 0.2
	// DefaultSeed decides which texts these are.
	DefaultSeed = 1
	// minSamples is how many texts of each class both parts need. Below it a
	// measurement says nothing.
	minSamples = 5
)

// Options decide how a table is split.
type Options struct {
	// Holdout is the share of texts kept back, above 0 and below 1.
	Holdout float64
	// Seed decides which texts are kept back: the same seed, the same texts.
	Seed int64
}

// Result is a model and how good it is.
type Result struct {
	// Model is what was learned from the texts that were not kept back. It is the
	// very model that was measured: it does not learn from the rest afterwards.
	Model *sentiment.Model
	// Evaluation is how it did on the texts that were kept back.
	Evaluation sentiment.Evaluation
	// Samples is how many texts it learned from.
	Samples int
	// DataSHA256 is the digest of the table, in hex.
	DataSHA256 string
}

type kept struct{ text, label string }

// Run trains on a CSV table with the header text,label.
func Run(table io.Reader, options Options) (*Result, error) {
	digest := sha256.New()
	trainer := sentiment.NewTrainer()
	learned := map[string]int{}
	var back []kept
	err := eachRow(io.TeeReader(table, digest), func(text, label string) error {
		if options.keepsBack(text) {
			back = append(back, kept{text, label})
			return nil
		}
		learned[label]++
		return trainer.Learn(text, label)
	})
	if err != nil {
		return nil, err
	}
	if err := enough(learned, back); err != nil {
		return nil, err
	}
	model, err := trainer.Model()
	if err != nil {
		return nil, err
	}
	result := &Result{Model: model, Samples: trainer.Samples(), DataSHA256: hex.EncodeToString(digest.Sum(nil))}
	for _, sample := range back {
		result.Evaluation.Add(sample.label, model.Predict(sample.text).Class)
	}
	return result, nil
}

// keepsBack decides by the text alone, so that a text that occurs twice is never
// learned and measured on, and the order of rows does not matter.
func (o Options) keepsBack(text string) bool {
	sum := sha256.Sum256(append(binary.BigEndian.AppendUint64(nil, uint64(o.Seed)), text...))
	return float64(binary.BigEndian.Uint64(sum[:8])) < o.Holdout*math.MaxUint64
}

func enough(learned map[string]int, back []kept) error {
	measured := map[string]int{}
	for _, sample := range back {
		measured[sample.label]++
	}
	for _, class := range sentiment.Classes() {
		if learned[class] < minSamples || measured[class] < minSamples {
			return fmt.Errorf("class %q has %d texts to learn from and %d to measure on: must be at least %d each; "+
				"bring more rows or change the holdout", class, learned[class], measured[class], minSamples)
		}
	}
	return nil
}
