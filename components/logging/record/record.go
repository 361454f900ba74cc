// Package record names what services write into their logs and what alarms and
// saved queries look for. Both sides compile against these constants, so a
// service cannot drift from the alarms that watch it. It has no dependencies.
package record

// Request is the message of the one line that a service writes for each request,
// in JSON. Requests of probes and of Prometheus are not among them.
const Request = "request"

// Keys of that line.
const (
	// RequestID is the id that the answer carries in the header X-Request-Id; text.
	RequestID = "request_id"
	// Method and Path are those of the request; text.
	Method = "method"
	Path   = "path"
	// Code is the HTTP status; number.
	Code = "code"
	// Error is why a request was not answered, one of the codes of the service's
	// errors such as TimedOut; text, and absent where it was.
	Error = "error"
	// Duration is how long the answer took, in seconds; number.
	Duration = "duration_seconds"
	// Bytes is the size of the answer; number.
	Bytes = "bytes"
	// ModelVersion is the model that answered; text, and absent where none did.
	ModelVersion = "model_version"
	// TraceID is the trace the request belongs to; text, and absent where there is none.
	TraceID = "trace_id"
)

// TimedOut is the Error of a request that took longer than the service allows.
const TimedOut = "timeout"
