package server

import (
	"fmt"
	"net/http"

	"github.com/mlops-iac/mlops/components/logging/record"
)

// Codes of errors, for programs. They do not change. Those of inputs that cannot
// be answered are in package model.
const (
	// CodeNotFound is a path that does not exist.
	CodeNotFound = "not_found"
	// CodeMethod is a method that the path does not have.
	CodeMethod = "method_not_allowed"
	// CodeMediaType is a body that says it is something else than JSON.
	CodeMediaType = "unsupported_media_type"
	// CodeBodyTooLarge is a body above the limit.
	CodeBodyTooLarge = "body_too_large"
	// CodeBodyUnread is a body that did not arrive whole, or not in time.
	CodeBodyUnread = "body_incomplete"
	// CodeInvalidJSON is a body that is not one JSON object of the fields of the path.
	CodeInvalidJSON = "invalid_json"
	// CodeNoModel is a service that has not loaded its model yet.
	CodeNoModel = "model_not_loaded"
	// CodeDraining is a service that is about to end.
	CodeDraining = "draining"
	// CodeTimeout is a request that took longer than the limit.
	CodeTimeout = record.TimedOut
	// CodeInternal is a failure of the service.
	CodeInternal = "internal_error"
	// CodeFault is an error that was asked for with the fault switch.
	CodeFault = "fault_injected"
	// CodeInvalidFault is an injected fault with impossible values.
	CodeInvalidFault = "invalid_fault"
)

// failure is an answer that is not 200.
type failure struct {
	status  int
	code    string
	message string
}

func fail(status int, code, format string, args ...any) *failure {
	return &failure{status: status, code: code, message: fmt.Sprintf(format, args...)}
}

// Problem is the body of every answer that is not 200.
type Problem struct {
	// Code is one of the Code constants.
	Code string `json:"code"`
	// Message is a sentence for people.
	Message string `json:"message"`
	// RequestID is the id of this request in the log.
	RequestID string `json:"request_id,omitempty"`
}

func (f *failure) write(x *exchange) {
	x.failure = f.code
	if f.status == http.StatusServiceUnavailable {
		x.Header().Set("Retry-After", "5")
	}
	writeJSON(x, f.status, Problem{Code: f.code, Message: f.message, RequestID: x.id})
}
