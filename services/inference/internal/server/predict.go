package server

import (
	"errors"
	"mime"
	"net/http"
	"strings"

	"github.com/mlops-iac/mlops/services/inference/internal/model"
	"github.com/mlops-iac/mlops/services/inference/internal/request"
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

func (s *Server) predict(x *exchange, r *http.Request) *failure {
	question := s.options.Kind.NewRequest()
	if bad := readJSON(x, r, s.options.MaxBodyBytes, question); bad != nil {
		return bad
	}
	input, refusal := question.Input()
	if refusal != nil {
		return refused(refusal)
	}
	if bad := s.faults.strike(r.Context(), x.begin.Add(s.options.RequestTimeout)); bad != nil {
		return bad
	}
	current := s.model()
	if current == nil {
		return fail(http.StatusServiceUnavailable, CodeNoModel, "The model is not loaded yet.")
	}
	x.model = current.Version
	answer, refusal := current.Predict(input)
	if refusal != nil {
		return refused(refusal)
	}
	s.options.Metrics.Predicted(answer)
	x.response = Response{
		Input: input, Prediction: answer.Class, Confidence: answer.Confidence,
		Tenant: s.options.Tenant, ModelVersion: current.Version,
	}
	writeJSON(x, http.StatusOK, &x.response)
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
	if coding := r.Header.Values("Content-Encoding"); !isPlain(coding) {
		w.Header().Set("Accept-Encoding", "identity")
		return fail(http.StatusUnsupportedMediaType, CodeMediaType, "The Content-Encoding must not be set, and not be %q: the body is taken as it is.",
			strings.Join(coding, ", "))
	}
	if r.ContentLength > limit {
		return tooLarge(limit) // before a client that waits for it has sent anything
	}
	from := r.Body
	if r.ContentLength < 0 { // net/http bounds the others
		from = http.MaxBytesReader(w, from, limit)
	}
	body := buffers.Get()
	defer buffers.Put(body)
	if _, err := body.ReadFrom(from); err != nil {
		return unread(err)
	}
	if err := request.Decode(body.Bytes(), into); err != nil {
		return fail(http.StatusBadRequest, CodeInvalidJSON, "The body %s.", err)
	}
	return nil
}

// unread says why a body could not be read.
func unread(err error) *failure {
	if beyond := (*http.MaxBytesError)(nil); errors.As(err, &beyond) {
		return tooLarge(beyond.Limit)
	}
	return fail(http.StatusBadRequest, CodeBodyUnread, "The body did not arrive whole and in time.")
}

func tooLarge(limit int64) *failure {
	return fail(http.StatusRequestEntityTooLarge, CodeBodyTooLarge, "The body must have at most %d bytes.", limit)
}

// isPlain says whether a body in these codings is taken: one that is compressed is not.
func isPlain(codings []string) bool {
	for _, coding := range codings {
		if coding != "" && !strings.EqualFold(coding, "identity") {
			return false
		}
	}
	return true
}

// isJSON says whether a body of this type is taken. A body without a type is, and
// so is one that curl -d has called a form because nobody told it otherwise: both
// are read as JSON, and refused when they are none.
func isJSON(contentType string) bool {
	if contentType == "" || contentType == jsonType {
		return true
	}
	media, _, err := mime.ParseMediaType(contentType)
	return err == nil && (media == "application/json" || media == "application/x-www-form-urlencoded")
}
