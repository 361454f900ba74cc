package request

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
	"unicode/utf8"
)

// Decode reads a body into a struct. Its error says what the body must be, to go on
// with "The body": "must be a JSON object: text must not be a number".
func Decode(body []byte, into any) error {
	if !utf8.Valid(body) {
		return errors.New("must be UTF-8")
	}
	if quick, ok := into.(Text); ok {
		if text, ok := oneText(body, quick.Member()); ok {
			quick.SetText(text)
			return nil
		}
	}
	decoder := json.NewDecoder(bytes.NewReader(body))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(into); err != nil {
		return fmt.Errorf("must be a JSON object: %s", reason(err))
	}
	if _, err := decoder.Token(); !errors.Is(err, io.EOF) {
		return errors.New("must be one JSON object with nothing behind it")
	}
	if path := duplicate(body); path != "" {
		return fmt.Errorf("must be a JSON object: %s must not occur twice", path)
	}
	return nil
}

// reason says what is wrong in terms of the request, not of the Go type.
func reason(err error) string {
	var kind *json.UnmarshalTypeError
	if errors.As(err, &kind) && kind.Field != "" {
		return kind.Field + " must not be a " + kind.Value
	}
	if errors.As(err, &kind) {
		return "it is a " + kind.Value
	}
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		return "it ends too early"
	}
	return strings.TrimPrefix(err.Error(), "json: ")
}
