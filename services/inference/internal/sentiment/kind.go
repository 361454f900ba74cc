package sentiment

import (
	"bytes"
	_ "embed" // for the table
	"fmt"
	"io"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/mlops-iac/mlops/internal/shared/names"
	"github.com/mlops-iac/mlops/services/inference/internal/model"
)

const (
	// MaxCharacters is the longest text that is classified: some four pages.
	MaxCharacters = 10000
	// MaxRowBytes is the longest text a row may have: 64 KiB, room for MaxCharacters of
	// 4 bytes and half as much again.
	MaxRowBytes = 64 << 10
)

// Kind is the kind of these models.
type Kind struct{}

//go:embed sample.csv
var sample []byte

// Name is its name in MODEL_KIND and in the manifest.
func (Kind) Name() string { return names.ModelSentiment }

// Classes returns Positive and Negative.
func (Kind) Classes() []string { return Classes() }

// Sample returns short English sentences with their class.
func (Kind) Sample() io.Reader { return bytes.NewReader(sample) }

// Header describes the first line of a table.
func (Kind) Header() string { return `"text,label"` }

// Decode reads what Model.Encode wrote.
func (Kind) Decode(data []byte) (model.Model, error) {
	m, err := Decode(data)
	if err != nil {
		return nil, err
	}
	return m, nil
}

// NewTrainer returns a Trainer for a table with the header text,label.
func (k Kind) NewTrainer(header []string) (model.Trainer, error) {
	if !slices.Equal(header, []string{"text", "label"}) {
		return nil, fmt.Errorf("the header is %q: must be %s", strings.Join(header, ","), k.Header())
	}
	return rows{NewTrainer()}, nil
}

// rows is a Trainer that reads rows.
type rows struct{ *Trainer }

// Example reads a row of a text and its class.
func (rows) Example(record []string) (model.Example, string) {
	switch {
	case len(record) != 2:
		return model.Example{}, fmt.Sprintf("%d fields: must be 2; put quotes around a text with commas", len(record))
	case strings.TrimSpace(record[0]) == "":
		return model.Example{}, "text: must not be empty"
	case len(record[0]) > MaxRowBytes:
		return model.Example{}, fmt.Sprintf("text: %d bytes: must be at most %d", len(record[0]), MaxRowBytes)
	case !slices.Contains(Classes(), record[1]):
		return model.Example{}, fmt.Sprintf("label %q: must be one of %s", record[1], strings.Join(Classes(), ", "))
	default:
		return model.Example{Input: model.Input{Text: record[0]}, Label: record[1], Key: key(record[0])}, ""
	}
}

// key is the same for texts that the model cannot tell apart, such as one in small and
// in capital letters. The order of terms means nothing to it.
func key(text string) string {
	terms := Terms(text)
	slices.Sort(terms)
	return strings.Join(terms, " ")
}

// Learn takes an example that Example has read.
func (r rows) Learn(example model.Example) error { return r.Trainer.Learn(example.Text, example.Label) }

// Model returns what was learned so far.
func (r rows) Model() (model.Model, error) {
	m, err := r.Trainer.Model()
	if err != nil {
		return nil, err
	}
	return m, nil
}

// NewRequest returns an empty Request.
func (Kind) NewRequest() model.Request { return &Request{} }

// Request is the body of POST /predict.
type Request struct {
	// Text is the text to classify: 1 to MaxCharacters characters.
	Text *string `json:"text"`
	// text is what Text points to when SetText was called.
	text string
}

// Member implements request.Text.
func (*Request) Member() string { return "text" }

// SetText implements request.Text.
func (r *Request) SetText(text string) {
	r.text = text
	r.Text = &r.text
}

// Input returns the text.
func (r *Request) Input() (model.Input, *model.Refusal) {
	if r.Text == nil || strings.TrimSpace(*r.Text) == "" {
		return model.Input{}, model.Refuse(model.CodeTextMissing, "text: must be set and not be empty.")
	}
	if length := utf8.RuneCountInString(*r.Text); length > MaxCharacters {
		return model.Input{}, model.Refuse(model.CodeTextTooLong, "text: has %d characters: must have at most %d.", length, MaxCharacters)
	}
	return model.Input{Text: *r.Text}, nil
}
