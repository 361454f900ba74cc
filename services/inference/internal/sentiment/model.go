package sentiment

import (
	"bytes"
	"errors"
	"fmt"
	"math"
	"slices"

	"github.com/jbrukh/bayesian"

	"github.com/mlops-iac/mlops/services/inference/internal/model"
)

// The classes every model tells apart.
const (
	// Positive is the class of texts that praise.
	Positive = "positive"
	// Negative is the class of texts that complain.
	Negative = "negative"
)

// Classes returns the classes in the order of every model and report.
func Classes() []string { return []string{Positive, Negative} }

// Model tells classes apart. Only NewTrainer's Model and Decode make one.
type Model struct {
	classifier *bayesian.Classifier
	known      map[string]struct{}
}

// Predict classifies the text of an input and refuses none.
func (m *Model) Predict(input model.Input) (model.Prediction, *model.Refusal) {
	return m.Classify(input.Text), nil
}

// Classify classifies one text. A text without a single known word gets the class
// that was more frequent in training, with a confidence near 0.5.
func (m *Model) Classify(text string) model.Prediction {
	var terms []string
	for _, term := range Terms(text) {
		// What was never seen says nothing, but the classifier would count it for
		// the class with fewer words.
		if _, ok := m.known[term]; ok {
			terms = append(terms, term)
		}
	}
	// Products of probabilities underflow after some hundred words; sums of
	// their logarithms do not.
	scores, best, _ := m.classifier.LogScores(terms)
	return model.Prediction{Class: string(m.classifier.Classes[best]), Confidence: share(scores, best)}
}

// share is the probability of one of the log scores, computed so that neither
// the numerator nor the denominator can underflow to zero.
func share(scores []float64, of int) float64 {
	sum := 0.0
	for _, score := range scores {
		sum += math.Exp(score - scores[of])
	}
	return 1 / sum
}

// Describe says how many terms the model knows.
func (m *Model) Describe() string { return fmt.Sprintf("%d terms", len(m.known)) }

// Features is nil: a text has none.
func (*Model) Features() []string { return nil }

// Encode returns the model as bytes that Decode reads.
func (m *Model) Encode() ([]byte, error) {
	var buffer bytes.Buffer
	if err := m.classifier.WriteGob(&buffer); err != nil {
		return nil, fmt.Errorf("encoding the model: %w", err)
	}
	return buffer.Bytes(), nil
}

// errNoModel wraps every error about an encoded model.
var errNoModel = errors.New("this is not an encoded model")

// Decode reads what Encode wrote. It refuses anything that could not answer.
func Decode(data []byte) (m *Model, err error) {
	// The library reads what it is given and trusts it; a classifier without the
	// words of a class ends in a nil pointer at the first use.
	defer func() {
		if reason := recover(); reason != nil {
			m, err = nil, fmt.Errorf("%w: %v", errNoModel, reason)
		}
	}()
	classifier, err := bayesian.NewClassifierFromReader(bytes.NewReader(data))
	if err != nil {
		return nil, fmt.Errorf("%w: %w", errNoModel, err)
	}
	m, err = newModel(classifier)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", errNoModel, err)
	}
	return m, nil
}

func newModel(classifier *bayesian.Classifier) (*Model, error) {
	var classes []string
	for _, class := range classifier.Classes {
		classes = append(classes, string(class))
	}
	if !slices.Equal(classes, Classes()) {
		return nil, fmt.Errorf("it tells %q apart, not %q", classes, Classes())
	}
	m := &Model{classifier: classifier, known: map[string]struct{}{}}
	for i, count := range classifier.WordCount() {
		if count <= 0 {
			return nil, fmt.Errorf("it knows no words of class %q", classes[i])
		}
	}
	for _, class := range classifier.Classes {
		for term, frequency := range classifier.WordsByClass(class) {
			if math.IsNaN(frequency) || math.IsInf(frequency, 0) || frequency < 0 {
				return nil, fmt.Errorf("the weight of a word of class %q is no number from 0", class)
			}
			m.known[term] = struct{}{}
		}
	}
	return m, nil
}
