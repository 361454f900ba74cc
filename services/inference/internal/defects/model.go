package defects

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"

	"github.com/mlops-iac/mlops/services/inference/internal/model"
)

// Model tells defective parts from good ones. Only a Trainer and Decode make one.
type Model struct {
	features []string
	ensemble Ensemble
}

// Predict classifies one part. The features must be those of the model.
func (m *Model) Predict(input model.Input) (model.Prediction, *model.Refusal) {
	row, refusal := vector(m.features, input.Features)
	if refusal != nil {
		return model.Prediction{}, refusal
	}
	probability := m.ensemble.Probability(row)
	if probability >= 0.5 {
		return model.Prediction{Class: Defect, Confidence: probability}, nil
	}
	return model.Prediction{Class: OK, Confidence: 1 - probability}, nil
}

// vector puts values in the order of the names, or says which are missing and
// which nobody knows.
func vector(names []string, values map[string]float64) ([]float64, *model.Refusal) {
	row := make([]float64, len(names))
	var problems []string
	var missing []string
	for i, name := range names {
		value, ok := values[name]
		if !ok {
			missing = append(missing, name)
		}
		row[i] = value
	}
	if len(missing) > 0 {
		problems = append(problems, "missing "+strings.Join(missing, ", "))
	}
	var unknown []string
	for _, name := range slices.Sorted(maps.Keys(values)) {
		if !slices.Contains(names, name) {
			unknown = append(unknown, name)
		}
	}
	if len(unknown) > 0 {
		problems = append(problems, fmt.Sprintf("unknown %q", unknown))
	}
	if len(problems) > 0 {
		return nil, model.Refuse(model.CodeFeaturesMismatch, "features: %s: must be a number for each of %s.",
			strings.Join(problems, ", "), strings.Join(names, ", "))
	}
	return row, nil
}

// Describe says how many trees the model has.
func (m *Model) Describe() string {
	return fmt.Sprintf("%d trees over %d measurements", len(m.ensemble.Trees), len(m.features))
}

// Features are the names of the measurements that the model knows.
func (m *Model) Features() []string { return slices.Clone(m.features) }

// encoded is a Model as JSON.
type encoded struct {
	Features []string `json:"features"`
	Ensemble
}

// Encode returns the model as JSON.
func (m *Model) Encode() ([]byte, error) {
	data, err := json.Marshal(encoded{m.features, m.ensemble})
	if err != nil {
		return nil, fmt.Errorf("encoding the model: %w", err)
	}
	return data, nil
}

// errNoModel wraps every error about an encoded model.
var errNoModel = errors.New("this is not an encoded model")

// Decode reads what Encode wrote. It refuses anything that could not answer.
func Decode(data []byte) (*Model, error) {
	decoder := json.NewDecoder(bytes.NewReader(data))
	decoder.DisallowUnknownFields()
	var content encoded
	if err := decoder.Decode(&content); err != nil {
		return nil, fmt.Errorf("%w: %w", errNoModel, err)
	}
	if _, err := decoder.Token(); !errors.Is(err, io.EOF) {
		return nil, fmt.Errorf("%w: something follows it", errNoModel)
	}
	if err := checkNames(content.Features); err != nil {
		return nil, fmt.Errorf("%w: %w", errNoModel, err)
	}
	if err := content.Ensemble.check(len(content.Features)); err != nil {
		return nil, fmt.Errorf("%w: %w", errNoModel, err)
	}
	return &Model{features: content.Features, ensemble: content.Ensemble}, nil
}
