package tests

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"encoding/json"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/mlops-iac/mlops/services/inference/internal/sentiment"
)

// answer is what a client sees of one.
type answer struct {
	Status int
	// Code and Message are those of the documented form; empty in an answer of 200.
	Code, Message string
}

// ask sends a request and reads an answer, which must have the documented form.
func (s *service) ask(t *testing.T, method, path, body string, headers ...string) (answer, http.Header) {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), method, s.url+path, strings.NewReader(body))
	require.NoError(t, err)
	request.Header.Set("Content-Type", "application/json")
	for i := 0; i+1 < len(headers); i += 2 {
		request.Header.Set(headers[i], headers[i+1])
	}
	got, err := http.DefaultTransport.RoundTrip(request)
	require.NoError(t, err)
	defer got.Body.Close()
	return read(t, got), got.Header
}

func read(t *testing.T, got *http.Response) answer {
	t.Helper()
	text, err := io.ReadAll(got.Body)
	require.NoError(t, err)
	assert.Equal(t, "application/json", got.Header.Get("Content-Type"))
	if got.StatusCode == http.StatusOK {
		return answer{Status: http.StatusOK}
	}
	var problem struct {
		Code, Message string
		RequestID     string `json:"request_id"`
	}
	decoder := json.NewDecoder(bytes.NewReader(text))
	decoder.DisallowUnknownFields()
	require.NoError(t, decoder.Decode(&problem), string(text))
	assert.Equal(t, got.Header.Get("X-Request-Id"), problem.RequestID)
	return answer{Status: got.StatusCode, Code: problem.Code, Message: problem.Message}
}

func invalid(path string) answer {
	return answer{http.StatusBadRequest, "invalid_json", "The body must be a JSON object: " + path + " must not occur twice."}
}

// TestNamesThatOccurTwice asks what RFC 8259 leaves open: a proxy that counts the first
// of two members and a service that counts the last one see different requests.
//
// Proves N10 by the real server: a member that occurs twice, at whatever depth and however
// its name is written, is refused with its path.
func TestNamesThatOccurTwice(t *testing.T) {
	t.Parallel()
	texts, parts := start(t, "FAULTS=true"), start(t, "MODEL_KIND=defects")
	for _, c := range []struct {
		service    *service
		path, body string
		want       answer
	}{
		{texts, "/predict", `{"text":"good","text":"good"}`, invalid("text")},
		{texts, "/predict", `{"text":"good","Text":"bad"}`, invalid("Text")},
		{texts, "/predict", `{"text":"good", "t\u0065xt":"bad"}`, invalid("text")},
		{texts, "/predict", `{"text":null,"text":"bad"}`, invalid("text")},
		{texts, "/predict", `{"text":"a \"text\":\"b\", \"text\":"}`, answer{Status: 200}},
		{texts, "/-/faults", `{"errorRatio":1,"errorratio":0}`, invalid("errorratio")},
		{parts, "/predict", `{"features":{"torque_nm":1},"features":{"torque_nm":1}}`, invalid("features")},
		{parts, "/predict", `{"features":{"torque_nm":1,"a":2,"torque_nm":1}}`, invalid("features.torque_nm")},
		{parts, "/predict", `{"features":{"torque_nm":1,"torque\u005fnm":1}}`, invalid("features.torque_nm")},
	} {
		got, _ := c.service.ask(t, http.MethodPost, c.path, c.body)
		assert.Equal(t, c.want, got, c.body)
	}
}

// TestLongestTextInEveryEncoding sends texts of 10,000 characters as JSON may have them.
//
// Proves N10 by the real server: a text of the longest length is answered however its
// characters are written, and one that is longer is refused for its length.
func TestLongestTextInEveryEncoding(t *testing.T) {
	t.Parallel()
	s := start(t)
	for name, character := range map[string]string{
		"one byte": "a", "one byte, escaped": `\u0061`, "four bytes": "\U0001f600", "a pair of escapes, as Python": `\ud83d\ude00`,
	} {
		long := strings.Repeat(character, sentiment.MaxCharacters)
		got, _ := s.ask(t, http.MethodPost, "/predict", `{"text": "`+long+`"}`)
		assert.Equal(t, answer{Status: 200}, got, name)
		got, _ = s.ask(t, http.MethodPost, "/predict", `{"text": "`+long+character+`"}`)
		assert.Equal(t, answer{422, "text_too_long", "text: has 10001 characters: must have at most 10000."}, got, name)
	}
	got, _ := s.ask(t, http.MethodPost, "/predict", strings.Repeat(" ", 128<<10+1))
	assert.Equal(t, answer{413, "body_too_large", "The body must have at most 131072 bytes."}, got)
}

// TestPathsThatDoNotExist asks for paths that routers like to correct.
//
// Proves N10 by the real server: a path that differs in anything from a documented one is
// answered in the documented form, without a redirect, and counted.
func TestPathsThatDoNotExist(t *testing.T) {
	t.Parallel()
	s := start(t)
	paths := []string{"//predict", "/predict/", "/./predict", "/x/../predict", "//", "//health", "/metrics/", "/Predict", "/predict%2f"}
	for _, path := range paths {
		got, header := s.ask(t, http.MethodPost, path, `{"text":"good"}`)
		shown := strings.ReplaceAll(path, "%2f", "/")
		assert.Equal(t, answer{404, "not_found", "There is nothing at " + shown + "."}, got, path)
		assert.Empty(t, header.Get("Location"), path)
	}
	// The HTTP server would answer this one itself.
	connection, err := net.Dial("tcp", strings.TrimPrefix(s.url, "http://"))
	require.NoError(t, err)
	defer connection.Close()
	_, err = io.WriteString(connection, "OPTIONS * HTTP/1.1\r\nHost: x\r\n\r\n")
	require.NoError(t, err)
	got, err := http.ReadResponse(bufio.NewReader(connection), nil)
	require.NoError(t, err)
	defer got.Body.Close()
	assert.Equal(t, answer{404, "not_found", "There is nothing at *."}, read(t, got))
	assert.Contains(t, s.metrics(t), `inference_requests_total{code="404",tenant=""} 10`+"\n")
}

// TestCompressedBodies sends bodies that say they are something else than JSON text.
//
// Proves N10 by the real server: a compressed body is refused for its coding, whatever is
// in it, and the answer says which one is taken.
func TestCompressedBodies(t *testing.T) {
	t.Parallel()
	s := start(t)
	var packed bytes.Buffer
	writer := gzip.NewWriter(&packed)
	_, err := io.WriteString(writer, `{"text":"good"}`)
	require.NoError(t, err)
	require.NoError(t, writer.Close())
	refused := func(coding string) answer {
		return answer{415, "unsupported_media_type", `The Content-Encoding must not be set, and not be "` + coding + `": the body is taken as it is.`}
	}
	for _, c := range []struct {
		coding, body, accept string
		want                 answer
	}{
		{"gzip", packed.String(), "identity", refused("gzip")},
		{"br", `{"text":"good"}`, "identity", refused("br")},
		{"identity, gzip", packed.String(), "identity", refused("identity, gzip")},
		{"Identity", `{"text":"good"}`, "", answer{Status: 200}},
		{"", `{"text":"good"}`, "", answer{Status: 200}},
		{"", packed.String(), "", answer{400, "invalid_json", "The body must be UTF-8."}},
	} {
		got, header := s.ask(t, http.MethodPost, "/predict", c.body, "Content-Encoding", c.coding)
		assert.Equal(t, c.want, got, c.coding)
		assert.Equal(t, c.accept, header.Get("Accept-Encoding"), c.coding)
	}
}
