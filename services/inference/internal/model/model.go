package model

import "io"

// Input is the question of a request or of a row of a table: a text or features, as
// the kind of the model says. The other one is empty.
type Input struct {
	// Text is that of the request.
	Text string `json:"text,omitempty"`
	// Features are numbers by their names.
	Features map[string]float64 `json:"features,omitempty"`
}

// Prediction is the answer to one input.
type Prediction struct {
	// Class is one of the classes of the kind.
	Class string
	// Confidence is the probability of Class according to the model, 0.5 to 1.
	Confidence float64
}

// Model answers. It never changes, so any number of goroutines may use one.
type Model interface {
	// Predict answers one input, or says why the model cannot.
	Predict(Input) (Prediction, *Refusal)
	// Encode returns the model as bytes that Decode of its kind reads.
	Encode() ([]byte, error)
	// Describe says how large the model is, for people: "913 terms".
	Describe() string
	// Features are the names of the numbers that an input must have; none for
	// models of texts.
	Features() []string
}

// Example is one row of a table.
type Example struct {
	Input
	// Label is the class of the input.
	Label string
	// Key is the same for inputs that are the same.
	Key string
}

// Trainer learns from the examples of one table.
type Trainer interface {
	// Example reads a row of the table. problem says what is wrong with it, and is
	// empty when nothing is.
	Example(record []string) (example Example, problem string)
	// Learn takes an example that Example has read.
	Learn(Example) error
	// Samples is how many examples were learned.
	Samples() int
	// Model returns what was learned so far. Every class must have been seen.
	Model() (Model, error)
}

// Request is the body of POST /predict of one kind, as JSON is decoded into it.
type Request interface {
	// Input returns what is asked about, or what is wrong with the request
	// whatever the model is.
	Input() (Input, *Refusal)
}

// Kind is one sort of model.
type Kind interface {
	// Name is its name in MODEL_KIND and in the manifest.
	Name() string
	// Classes are the two that its models tell apart, in the order of every report.
	Classes() []string
	// Header describes the first line of its tables, for messages.
	Header() string
	// NewTrainer returns a Trainer for a table with this header.
	NewTrainer(header []string) (Trainer, error)
	// Decode reads what Model.Encode wrote. It refuses anything that could not answer.
	Decode(data []byte) (Model, error)
	// NewRequest returns an empty Request.
	NewRequest() Request
	// Sample is a small table, written for this repository, to try things out and
	// to seed a tenant that has no model yet.
	Sample() io.Reader
}
