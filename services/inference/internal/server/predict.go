package server

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"mime"
	"net/http"
	"strings"
	"unicode/utf8"

	"github.com/mlops-iac/mlops/services/inference/internal/model"
)

// Response is the answer to POST /predict.
type Response struct {
	// Input is that of the request.
	model.Input
	// Prediction is one of the classes of the kind of model.
	Prediction string `json:"prediction"`
	// Confidence is the probability of Prediction according to the model, 0.5 to 1.
	Confidence float64 `json:"confidence"`
	// Tenant is whose service answered.
	Tenant string `json:"tenant"`
	// ModelVersion is the model that answered.
	ModelVersion string `json:"model_version"`
}

func (s *Server) predict(w http.ResponseWriter, r *http.Request) *failure {
	request := s.options.Kind.NewRequest()
	if bad := readJSON(w, r, s.options.MaxBodyBytes, request); bad != nil {
		return bad
	}
	input, refusal := request.Input()
	if refusal != nil {
		return refused(refusal)
	}
	if bad := s.faults.strike(r.Context()); bad != nil {
		return bad
	}
	current := s.model()
	if current == nil {
		return fail(http.StatusServiceUnavailable, CodeNoModel, "The model is not loaded yet.")
	}
	noteModel(r.Context(), current.Version)
	answer, refusal := current.Predict(input)
	if refusal != nil {
		return refused(refusal)
	}
	s.options.Metrics.Predicted(answer)
	writeJSON(w, http.StatusOK, Response{
		Input: input, Prediction: answer.Class, Confidence: answer.Confidence,
		Tenant: s.options.Tenant, ModelVersion: current.Version,
	})
	return nil
}

func refused(refusal *model.Refusal) *failure {
	return fail(http.StatusUnprocessableEntity, refusal.Code, "%s", refusal.Message)
}

// readJSON reads one JSON object and nothing else.
func readJSON(w http.ResponseWriter, r *http.Request, limit int64, into any) *failure {
	if !isJSON(r.Header.Get("Content-Type")) {
		return fail(http.StatusUnsupportedMediaType, CodeMediaType, "The Content-Type must be application/json.")
	}
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, limit))
	if tooLarge := (*http.MaxBytesError)(nil); errors.As(err, &tooLarge) {
		return fail(http.StatusRequestEntityTooLarge, CodeBodyTooLarge, "The body must have at most %d bytes.", tooLarge.Limit)
	}
	if err != nil {
		return fail(http.StatusBadRequest, CodeBodyUnread, "The body did not arrive whole and in time.")
	}
	if !utf8.Valid(body) {
		return fail(http.StatusBadRequest, CodeInvalidJSON, "The body must be UTF-8.")
	}
	decoder := json.NewDecoder(bytes.NewReader(body))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(into); err != nil {
		return fail(http.StatusBadRequest, CodeInvalidJSON, "The body must be a JSON object: %s.", reason(err))
	}
	if _, err := decoder.Token(); !errors.Is(err, io.EOF) {
		return fail(http.StatusBadRequest, CodeInvalidJSON, "The body must be one JSON object with nothing behind it.")
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

// isJSON says whether a body of this type is taken. A body without a type is, and
// so is one that curl -d has called a form because nobody told it otherwise: both
// are read as JSON, and refused when they are none.
func isJSON(contentType string) bool {
	if contentType == "" {
		return true
	}
	media, _, err := mime.ParseMediaType(contentType)
	return err == nil && (media == "application/json" || media == "application/x-www-form-urlencoded")
}
