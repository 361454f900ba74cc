package server

import (
	"bytes"
	"encoding/json"
	"net/http"
	"strconv"
)

// jsonType is the type of every answer but that of /metrics.
const jsonType = "application/json"

// Values of headers that are the same in every answer, which nobody changes.
var (
	contentType = []string{jsonType}
	noSniffing  = []string{"nosniff"}
)

// writeJSON writes an answer.
func writeJSON(w http.ResponseWriter, status int, body any) {
	data := buffers.Get()
	defer buffers.Put(data)
	if err := encode(data, body); err != nil {
		data.Reset()
		status = http.StatusInternalServerError
		data.WriteString(`{"code":"` + CodeInternal + `","message":"the answer could not be written"}` + "\n")
	}
	header := w.Header()
	header["Content-Type"] = contentType
	header["X-Content-Type-Options"] = noSniffing
	header["Content-Length"] = []string{strconv.Itoa(data.Len())}
	w.WriteHeader(status)
	// The client may be gone, and then there is nobody to tell.
	_, _ = w.Write(data.Bytes())
	// Whoever asked need not wait for what is noted about the request.
	_ = http.NewResponseController(w).Flush() // a writer that cannot is flushed at the end
}

// encode writes what encoding/json would, with a line feed. For the answer to a text it
// needs no look at the type, which halves the time.
func encode(to *bytes.Buffer, body any) error {
	response, ok := body.(*Response)
	if !ok || response.Features != nil || response.Text == "" {
		return json.NewEncoder(to).Encode(body)
	}
	line := to.AvailableBuffer()
	line = appendString(append(line, `{"text":`...), response.Text)
	line = appendString(append(line, `,"prediction":`...), response.Prediction)
	line = strconv.AppendFloat(append(line, `,"confidence":`...), response.Confidence, 'f', -1, 64)
	line = appendString(append(line, `,"tenant":`...), response.Tenant)
	line = appendString(append(line, `,"model_version":`...), response.ModelVersion)
	to.Write(append(line, "}\n"...))
	return nil
}

// appendString appends a text as encoding/json writes it.
func appendString(to []byte, text string) []byte {
	for i := range len(text) {
		if c := text[i]; c < ' ' || c > '~' || c == '"' || c == '\\' || c == '<' || c == '>' || c == '&' {
			// It has something to escape, or may have. Texts can always be encoded.
			escaped, _ := json.Marshal(text)
			return append(to, escaped...)
		}
	}
	return append(append(append(to, '"'), text...), '"')
}
