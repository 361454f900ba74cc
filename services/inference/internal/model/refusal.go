package model

import "fmt"

// Codes of refusals, for programs. They do not change.
const (
	// CodeTextMissing is a request without text, or with nothing but spaces.
	CodeTextMissing = "text_missing"
	// CodeTextTooLong is a text with too many characters.
	CodeTextTooLong = "text_too_long"
	// CodeFeaturesMissing is a request without features.
	CodeFeaturesMissing = "features_missing"
	// CodeFeaturesMismatch is a request whose features are not those of the model.
	CodeFeaturesMismatch = "features_mismatch"
)

// Refusal says why an input cannot be answered.
type Refusal struct {
	// Code is one of the Code constants.
	Code string
	// Message is a sentence for people.
	Message string
}

// Refuse returns a Refusal.
func Refuse(code, format string, args ...any) *Refusal {
	return &Refusal{Code: code, Message: fmt.Sprintf(format, args...)}
}
