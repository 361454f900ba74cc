package defects

import (
	"bytes"
	_ "embed" // for the table
	"errors"
	"fmt"
	"io"
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/mlops-iac/mlops/internal/shared/names"
	"github.com/mlops-iac/mlops/services/inference/internal/model"
)

// The classes every model tells apart.
const (
	// Defect is the class of parts that must be taken out.
	Defect = "defect"
	// OK is the class of all others.
	OK = "ok"
)

// MaxFeatures is the largest number of columns beside the label.
const MaxFeatures = 200

// labelColumn is the column with the class.
const labelColumn = "label"

// Classes returns the classes in the order of every report.
func Classes() []string { return []string{Defect, OK} }

// Kind is the kind of these models.
type Kind struct{}

//go:embed sample.csv
var sample []byte

// Name is its name in MODEL_KIND and in the manifest.
func (Kind) Name() string { return names.ModelDefects }

// Classes returns Defect and OK.
func (Kind) Classes() []string { return Classes() }

// Sample returns measurements of an imagined screwing station with their class.
func (Kind) Sample() io.Reader { return bytes.NewReader(sample) }

// Header describes the first line of a table.
func (Kind) Header() string { return `"label" and the name of at least one measurement` }

// Decode reads what Model.Encode wrote.
func (Kind) Decode(data []byte) (model.Model, error) {
	m, err := Decode(data)
	if err != nil {
		return nil, err
	}
	return m, nil
}

// NewTrainer returns a Trainer for a table whose header has the column label and
// otherwise names of measurements, in any order.
func (k Kind) NewTrainer(header []string) (model.Trainer, error) {
	at := slices.Index(header, labelColumn)
	if at < 0 {
		return nil, fmt.Errorf("the header is %q: must have %s", strings.Join(header, ","), k.Header())
	}
	features := slices.Delete(slices.Clone(header), at, at+1)
	if err := checkNames(features); err != nil {
		return nil, fmt.Errorf("the header: %w", err)
	}
	return &table{features: features, label: at, trainer: NewTrainer(len(features))}, nil
}

func checkNames(features []string) error {
	if len(features) == 0 || len(features) > MaxFeatures {
		return fmt.Errorf("%d measurements: must be from 1 to %d", len(features), MaxFeatures)
	}
	for i, name := range features {
		if strings.TrimSpace(name) != name || name == "" || len(name) > 64 {
			return fmt.Errorf("measurement %q: must have 1 to 64 bytes without spaces around them", name)
		}
		if slices.Contains(features[:i], name) {
			return fmt.Errorf("measurement %q: must not occur twice", name)
		}
	}
	return nil
}

// table is a Trainer that reads rows.
type table struct {
	features []string
	label    int
	trainer  *Trainer
}

// Example reads a row of numbers and a class.
func (t *table) Example(record []string) (model.Example, string) {
	if want := len(t.features) + 1; len(record) != want {
		return model.Example{}, fmt.Sprintf("%d fields: must be %d", len(record), want)
	}
	label := record[t.label]
	if !slices.Contains(Classes(), label) {
		return model.Example{}, fmt.Sprintf("label %q: must be one of %s", label, strings.Join(Classes(), ", "))
	}
	values := slices.Delete(slices.Clone(record), t.label, t.label+1)
	input := model.Input{Features: make(map[string]float64, len(values))}
	for i, name := range t.features {
		number, err := strconv.ParseFloat(strings.TrimSpace(values[i]), 64)
		if err != nil || math.IsNaN(number) || math.IsInf(number, 0) {
			return model.Example{}, fmt.Sprintf("%s %q: must be a number", name, values[i])
		}
		input.Features[name] = number
		// The same number is written in many ways, and zero even with a sign.
		values[i] = strconv.FormatFloat(number+0, 'g', -1, 64)
	}
	return model.Example{Input: input, Label: label, Key: strings.Join(values, ",")}, ""
}

// Learn takes an example that Example has read.
func (t *table) Learn(example model.Example) error {
	row, refusal := vector(t.features, example.Features)
	if refusal != nil {
		return errors.New(refusal.Message)
	}
	t.trainer.Learn(row, example.Label == Defect)
	return nil
}

// Samples is how many examples were learned.
func (t *table) Samples() int { return t.trainer.Samples() }

// Model returns what was learned so far.
func (t *table) Model() (model.Model, error) {
	ensemble, err := t.trainer.Ensemble()
	if err != nil {
		return nil, err
	}
	return &Model{features: t.features, ensemble: ensemble}, nil
}

// NewRequest returns an empty Request.
func (Kind) NewRequest() model.Request { return &Request{} }

// Request is the body of POST /predict.
type Request struct {
	// Features are the measurements by their names: all that the model knows, and
	// no others.
	Features map[string]*float64 `json:"features"`
}

// Input returns the measurements. One that is null counts as not there.
func (r *Request) Input() (model.Input, *model.Refusal) {
	input := model.Input{Features: map[string]float64{}}
	for name, value := range r.Features {
		if value != nil {
			input.Features[name] = *value
		}
	}
	if len(input.Features) == 0 {
		return model.Input{}, model.Refuse(model.CodeFeaturesMissing, "features: must be set and not be empty.")
	}
	return input, nil
}
