package sentiment

import (
	"bytes"
	"errors"
	"fmt"
	"math"
	"slices"
	"sync"

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

// classes are in the order of every model and report.
var classes = [2]string{Positive, Negative}

// Classes returns the classes in the order of every model and report.
func Classes() []string { return slices.Clone(classes[:]) }

// Model tells classes apart. Only NewTrainer's Model and Decode make one.
type Model struct {
	// prior are the log probabilities of the classes before any word, and terms those
	// of every known term in a text of the class; in the order of Classes.
	prior [2]float64
	terms map[string][2]float64
	// encoded is what Decode made it from, or would.
	encoded []byte
}

// Predict classifies the text of an input and refuses none.
func (m *Model) Predict(input model.Input) (model.Prediction, *model.Refusal) {
	return m.Classify(input.Text), nil
}

// rooms are for the terms of a text, one text at a time.
var rooms sync.Pool

// Classify classifies one text. A text without a single known word gets the class
// that was more frequent in training, with a confidence near 0.5.
func (m *Model) Classify(text string) model.Prediction {
	room, ok := rooms.Get().(*[few]string)
	if !ok {
		room = &[few]string{}
	}
	defer rooms.Put(room)
	// Products of probabilities underflow after some hundred words; sums of
	// their logarithms do not.
	scores := m.prior
	for _, term := range appendTerms(room[:0], text) {
		// What was never seen says nothing, but naive Bayes would count it for the
		// class with fewer words.
		if weights, known := m.terms[term]; known {
			scores[0] += weights[0]
			scores[1] += weights[1]
		}
	}
	best := 0
	if scores[1] > scores[0] {
		best = 1
	}
	return model.Prediction{Class: classes[best], Confidence: share(scores, best)}
}

// share is the probability of one of the log scores, computed so that neither
// the numerator nor the denominator can underflow to zero.
func share(scores [2]float64, of int) float64 {
	sum := 0.0
	for _, score := range scores {
		sum += math.Exp(score - scores[of])
	}
	return 1 / sum
}

// Describe says how many terms the model knows.
func (m *Model) Describe() string { return fmt.Sprintf("%d terms", len(m.terms)) }

// Features is nil: a text has none.
func (*Model) Features() []string { return nil }

// Encode returns the model as bytes that Decode reads. Nobody may change them.
func (m *Model) Encode() ([]byte, error) { return m.encoded, nil }

func encode(classifier *bayesian.Classifier) ([]byte, error) {
	var buffer bytes.Buffer
	if err := classifier.WriteGob(&buffer); err != nil {
		return nil, fmt.Errorf("encoding the model: %w", err)
	}
	return buffer.Bytes(), nil
}

// errNoModel wraps every error about an encoded model.
var errNoModel = errors.New("this is not an encoded model")

// Decode reads what Encode wrote, and keeps it. It refuses anything that could not
// answer.
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
	m, err = newModel(classifier, data)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", errNoModel, err)
	}
	return m, nil
}

// newModel takes the numbers out of a classifier, so that none of its own tables, which
// are larger, stay in memory.
func newModel(classifier *bayesian.Classifier, encoded []byte) (*Model, error) {
	if err := check(classifier); err != nil {
		return nil, err
	}
	m := &Model{terms: map[string][2]float64{}, encoded: encoded}
	priors, _, _ := classifier.LogScores(nil)
	copy(m.prior[:], priors)
	for _, class := range classifier.Classes {
		for term := range classifier.WordsByClass(class) {
			m.terms[term] = [2]float64{}
		}
	}
	for term := range m.terms {
		probabilities := classifier.WordFrequencies([]string{term})
		m.terms[term] = [2]float64{math.Log(probabilities[0][0]), math.Log(probabilities[1][0])}
	}
	return m, nil
}

// check reports what could not answer.
func check(classifier *bayesian.Classifier) error {
	var found []string
	for _, class := range classifier.Classes {
		found = append(found, string(class))
	}
	if !slices.Equal(found, classes[:]) {
		return fmt.Errorf("it tells %q apart, not %q", found, classes)
	}
	for i, count := range classifier.WordCount() {
		if count <= 0 {
			return fmt.Errorf("it knows no words of class %q", classes[i])
		}
	}
	for _, class := range classifier.Classes {
		for _, frequency := range classifier.WordsByClass(class) {
			if math.IsNaN(frequency) || math.IsInf(frequency, 0) || frequency < 0 {
				return fmt.Errorf("the weight of a word of class %q is no number from 0", class)
			}
		}
	}
	return nil
}
