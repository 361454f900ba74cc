// Package training reads a table of labelled examples, learns from one part of it
// and measures on the other.
package training

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"io"
	"math"

	"github.com/mlops-iac/mlops/services/inference/internal/model"
)

const (
	// DefaultHoldout is the share of examples that are kept back to measure on.
	DefaultHoldout = 0.2
	// DefaultSeed decides which examples these are.
	DefaultSeed = 1
	// SplitRule is the number of the rule that decides which inputs are the same, and so
	// which are kept back: 1 takes texts of the same terms for one. Models of another
	// rule may have learned from what is kept back by this one.
	SplitRule = 1
	// minSamples is how many different examples of each class both parts need. Below it
	// a measurement says nothing.
	minSamples = 5
)

// Options decide how a table is split.
type Options struct {
	// Holdout is the share of examples kept back, above 0 and below 1.
	Holdout float64
	// Seed decides which examples are kept back: the same seed, the same examples.
	Seed int64
}

// Result is a model and how good it is.
type Result struct {
	// Model is the model learned from the examples that were not kept back. It is the
	// very model that was measured: it does not learn from the rest afterwards.
	Model model.Model
	// Evaluation is how it did on the examples that were kept back.
	Evaluation model.Evaluation
	// Chance is the probability that labels which have nothing to do with the inputs
	// are met as well or better. A model with MaximumChance or more has learned nothing.
	Chance float64
	// Samples is how many examples it learned from.
	Samples int
	// DataSHA256 is the digest of the table, in hex.
	DataSHA256 string

	back []model.Example
}

// AccuracyOf is the share of the examples kept back that another model gets right. An
// example that it cannot answer, for want of a feature say, counts as wrong.
func (r *Result) AccuracyOf(other model.Model) float64 {
	right := 0
	for _, example := range r.back {
		if answer, refusal := other.Predict(example.Input); refusal == nil && answer.Class == example.Label {
			right++
		}
	}
	return float64(right) / float64(len(r.back))
}

// Run trains a model of a kind on a CSV table.
func Run(kind model.Kind, table io.Reader, options Options) (*Result, error) {
	digest := sha256.New()
	learned := inputs{}
	var back []model.Example
	trainer, err := eachRow(kind, io.TeeReader(table, digest), func(trainer model.Trainer, example model.Example) error {
		if options.keepsBack(example.Key) {
			back = append(back, example)
			return nil
		}
		learned.add(example)
		return trainer.Learn(example)
	})
	if err != nil {
		return nil, err
	}
	if err := enough(kind, learned, back); err != nil {
		return nil, err
	}
	trained, err := trainer.Model()
	if err != nil {
		return nil, err
	}
	result := &Result{
		Model: trained, Samples: trainer.Samples(), DataSHA256: hex.EncodeToString(digest.Sum(nil)),
		Evaluation: model.Evaluation{Classes: kind.Classes()}, back: back,
	}
	return result, result.measure()
}

// measure asks the model about what was kept back.
func (r *Result) measure() error {
	asked := map[string]*sameInput{}
	for _, example := range r.back {
		answer, refusal := r.Model.Predict(example.Input)
		if refusal != nil {
			return fmt.Errorf("measuring: %s", refusal.Message)
		}
		r.Evaluation.Add(example.Label, answer.Class)
		if asked[example.Key] == nil {
			asked[example.Key] = &sameInput{answer: answer.Class, labels: map[string]int{}}
		}
		asked[example.Key].labels[example.Label]++
	}
	r.Chance = chance(asked, r.Evaluation.Classes)
	return nil
}

// keepsBack decides by the input alone, so that one that occurs twice is never
// learned and measured on, and the order of rows does not matter.
func (o Options) keepsBack(key string) bool {
	sum := sha256.Sum256(append(binary.BigEndian.AppendUint64(nil, uint64(o.Seed)), key...))
	return float64(binary.BigEndian.Uint64(sum[:8])) < o.Holdout*math.MaxUint64
}

// inputs are the different inputs of each class. Twice the same says nothing more.
type inputs map[string]map[uint64]struct{}

func (in inputs) add(example model.Example) {
	if in[example.Label] == nil {
		in[example.Label] = map[uint64]struct{}{}
	}
	sum := sha256.Sum256([]byte(example.Key))
	in[example.Label][binary.BigEndian.Uint64(sum[:8])] = struct{}{}
}

func enough(kind model.Kind, learned inputs, back []model.Example) error {
	measured := inputs{}
	for _, example := range back {
		measured.add(example)
	}
	for _, class := range kind.Classes() {
		if len(learned[class]) < minSamples || len(measured[class]) < minSamples {
			return fmt.Errorf("class %q has %d different rows to learn from and %d to measure on: must be at least %d each; "+
				"bring more rows or change the holdout", class, len(learned[class]), len(measured[class]), minSamples)
		}
	}
	return nil
}
