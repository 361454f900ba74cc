package server_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/otel/trace/noop"

	"github.com/mlops-iac/mlops/services/inference/internal/artifact"
	"github.com/mlops-iac/mlops/services/inference/internal/model"
	"github.com/mlops-iac/mlops/services/inference/internal/reloader"
	"github.com/mlops-iac/mlops/services/inference/internal/sentiment"
	"github.com/mlops-iac/mlops/services/inference/internal/server"
	"github.com/mlops-iac/mlops/services/inference/internal/telemetry"
	"github.com/mlops-iac/mlops/services/inference/internal/training"
)

// harness is a server with a model, and what it logged.
type harness struct {
	*server.Server
	log   *bytes.Buffer
	model *reloader.Model
}

func newHarness(t testing.TB, change func(*server.Options)) *harness {
	t.Helper()
	return newHarnessOf(t, sentiment.Kind{}, change)
}

func newHarnessOf(t testing.TB, kind model.Kind, change func(*server.Options)) *harness {
	t.Helper()
	result, err := training.Run(kind, kind.Sample(), training.Options{Holdout: training.DefaultHoldout, Seed: training.DefaultSeed})
	require.NoError(t, err)
	r := &harness{log: &bytes.Buffer{}}
	r.model = &reloader.Model{
		Model: result.Model, LoadedAt: time.Unix(1000, 0),
		Manifest: artifact.Manifest{Version: "v1", TrainedAt: time.Unix(500, 0).UTC(), Samples: 7, Accuracy: 0.75},
	}
	options := server.Options{
		Tenant: "tenant-a", Version: "1.2.3", Kind: kind, Model: func() *reloader.Model { return r.model },
		Metrics: telemetry.NewMetrics("tenant-a", "1.2.3", kind.Classes()), Tracer: noop.NewTracerProvider(),
		Log: slog.New(slog.NewJSONHandler(r.log, nil)), MaxBodyBytes: 64 << 10, RequestTimeout: 5 * time.Second,
	}
	if change != nil {
		change(&options)
	}
	r.Server = server.New(options)
	return r
}

func (r *harness) do(method, path, body string, headers ...string) *httptest.ResponseRecorder {
	request := httptest.NewRequest(method, path, strings.NewReader(body))
	if body != "" {
		request.Header.Set("Content-Type", "application/json")
	}
	for i := 0; i+1 < len(headers); i += 2 {
		request.Header.Set(headers[i], headers[i+1])
	}
	w := httptest.NewRecorder()
	r.ServeHTTP(w, request)
	return w
}

func (r *harness) metrics() string {
	return r.do(http.MethodGet, "/metrics", "", "Accept", "application/openmetrics-text; version=1.0.0").Body.String()
}

func TestPredict(t *testing.T) {
	t.Parallel()
	r := newHarness(t, nil)
	w := r.do(http.MethodPost, "/predict", `{"text": "I love it, great service"}`)
	require.Equal(t, http.StatusOK, w.Code, w.Body)
	assert.Equal(t, "application/json", w.Header().Get("Content-Type"))
	var answer server.Response
	require.NoError(t, json.Unmarshal(w.Body.Bytes(), &answer))
	assert.Greater(t, answer.Confidence, 0.9)
	answer.Confidence = 0
	assert.Equal(t, server.Response{Input: model.Input{Text: "I love it, great service"}, Prediction: "positive", Tenant: "tenant-a", ModelVersion: "v1"}, answer)
	assert.Contains(t, r.do(http.MethodPost, "/predict", `{"text":"awful and rude"}`).Body.String(), `"prediction":"negative"`)
}

func TestErrors(t *testing.T) {
	t.Parallel()
	r := newHarness(t, func(o *server.Options) { o.MaxBodyBytes = 50_000 })
	long := strings.Repeat("é", sentiment.MaxCharacters)
	for name, c := range map[string]struct {
		method, path, body string
		headers            []string
		status             int
		code, message      string
	}{
		"longest text":   {"POST", "/predict", `{"text":"` + long + `"}`, nil, 200, "", ""},
		"text too long":  {"POST", "/predict", `{"text":"` + long + `x"}`, nil, 422, "text_too_long", "text: has 10001 characters: must have at most 10000."},
		"no text":        {"POST", "/predict", `{}`, nil, 422, "text_missing", "text: must be set and not be empty."},
		"null text":      {"POST", "/predict", `{"text":null}`, nil, 422, "text_missing", "text: must"},
		"empty text":     {"POST", "/predict", `{"text":" \n\t"}`, nil, 422, "text_missing", "text: must"},
		"null":           {"POST", "/predict", `null`, nil, 422, "text_missing", "text: must"},
		"unknown field":  {"POST", "/predict", `{"text":"x","lang":"en"}`, nil, 400, "invalid_json", `unknown field "lang"`},
		"wrong type":     {"POST", "/predict", `{"text":7}`, nil, 400, "invalid_json", "text must not be a number"},
		"array":          {"POST", "/predict", `["x"]`, nil, 400, "invalid_json", "it is a array"},
		"half":           {"POST", "/predict", `{"text":"x"`, nil, 400, "invalid_json", "it ends too early"},
		"syntax":         {"POST", "/predict", `{"text":x}`, nil, 400, "invalid_json", "invalid character"},
		"trailing":       {"POST", "/predict", `{"text":"x"} {}`, nil, 400, "invalid_json", "nothing behind it"},
		"trailing junk":  {"POST", "/predict", `{"text":"x"}]`, nil, 400, "invalid_json", "nothing behind it"},
		"no UTF-8":       {"POST", "/predict", "{\"text\":\"\xff\"}", nil, 400, "invalid_json", "must be UTF-8"},
		"empty body":     {"POST", "/predict", "", []string{"Content-Type", "application/json"}, 400, "invalid_json", "it ends too early"},
		"body too large": {"POST", "/predict", strings.Repeat(" ", 50_001), nil, 413, "body_too_large", "at most 50000 bytes"},
		"no media type":  {"POST", "/predict", `{"text":"x"}`, []string{"Content-Type", ""}, 200, "", ""},
		"as curl -d":     {"POST", "/predict", `{"text":"x"}`, []string{"Content-Type", "application/x-www-form-urlencoded"}, 200, "", ""},
		"form":           {"POST", "/predict", `text=x`, []string{"Content-Type", "application/x-www-form-urlencoded"}, 400, "invalid_json", ""},
		"other type":     {"POST", "/predict", `{"text":"x"}`, []string{"Content-Type", "text/plain"}, 415, "unsupported_media_type", "application/json"},
		"charset":        {"POST", "/predict", `{"text":"x"}`, []string{"Content-Type", "application/json; charset=utf-8"}, 200, "", ""},
		"compressed": {
			"POST", "/predict", `{"text":"x"}`, []string{"Content-Encoding", "gzip"}, 415, "unsupported_media_type",
			`The Content-Encoding must not be set, and not be "gzip": the body is taken as it is.`,
		},
		"not compressed":  {"POST", "/predict", `{"text":"x"}`, []string{"Content-Encoding", "identity"}, 200, "", ""},
		"wrong method":    {"GET", "/predict", "", nil, 405, "method_not_allowed", "/predict allows POST, not GET."},
		"delete root":     {"DELETE", "/", "", nil, 405, "method_not_allowed", "/ allows GET, HEAD, not DELETE."},
		"post health":     {"POST", "/health", "{}", nil, 405, "method_not_allowed", "/health allows GET, HEAD"},
		"unknown path":    {"GET", "/predictions", "", nil, 404, "not_found", "There is nothing at /predictions."},
		"faults when off": {"POST", "/-/faults", "{}", nil, 404, "not_found", "There is nothing at /-/faults."},
	} {
		w := r.do(c.method, c.path, c.body, c.headers...)
		assert.Equal(t, c.status, w.Code, name)
		if c.status == http.StatusOK {
			continue
		}
		var problem server.Problem
		require.NoError(t, json.Unmarshal(w.Body.Bytes(), &problem), name)
		assert.Equal(t, c.code, problem.Code, name)
		assert.Contains(t, problem.Message, c.message, name)
		assert.Equal(t, w.Header().Get("X-Request-Id"), problem.RequestID, name)
		assert.Equal(t, c.status == http.StatusMethodNotAllowed, w.Header().Get("Allow") != "", name)
	}
}

type broken struct{}

func (broken) Read([]byte) (int, error) { return 0, errors.New("reset") }

func TestBodyThatDoesNotArrive(t *testing.T) {
	t.Parallel()
	request := httptest.NewRequest(http.MethodPost, "/predict", broken{})
	request.Header.Set("Content-Type", "application/json")
	w := httptest.NewRecorder()
	newHarness(t, nil).ServeHTTP(w, request)
	assert.Equal(t, http.StatusBadRequest, w.Code)
	assert.Contains(t, w.Body.String(), "body_incomplete")
}

func TestStates(t *testing.T) {
	t.Parallel()
	r := newHarness(t, nil)
	for path, want := range map[string]string{
		"/health": `{"status":"ok"}`, "/ready": `{"status":"ready"}`,
		"/": `{"service":"inference","version":"1.2.3","tenant":"tenant-a","model":{"kind":"sentiment","version":"v1","seed":false,` +
			`"trained_at":"1970-01-01T00:08:20Z","loaded_at":"1970-01-01T00:16:40Z","samples":7,"accuracy":0.75}}`,
	} {
		w := r.do(http.MethodGet, path, "")
		assert.Equal(t, http.StatusOK, w.Code, path)
		assert.JSONEq(t, want, w.Body.String(), path)
		assert.Equal(t, http.StatusOK, r.do(http.MethodHead, path, "").Code, path)
	}
	loaded := r.model
	r.model = nil
	assert.Equal(t, http.StatusServiceUnavailable, r.do(http.MethodGet, "/ready", "").Code)
	assert.Equal(t, http.StatusOK, r.do(http.MethodGet, "/health", "").Code, "a service that waits for its model lives")
	w := r.do(http.MethodPost, "/predict", `{"text":"x"}`)
	assert.Equal(t, http.StatusServiceUnavailable, w.Code)
	assert.Contains(t, w.Body.String(), "model_not_loaded")
	assert.NotEmpty(t, w.Header().Get("Retry-After"))
	assert.NotContains(t, r.do(http.MethodGet, "/", "").Body.String(), `"model"`)

	r.model = loaded
	r.Drain()
	assert.Contains(t, r.do(http.MethodGet, "/ready", "").Body.String(), "draining")
	assert.Equal(t, http.StatusOK, r.do(http.MethodGet, "/health", "").Code, "a draining service must not be killed")
	assert.Equal(t, http.StatusOK, r.do(http.MethodPost, "/predict", `{"text":"x"}`).Code, "requests that still come are answered")
}

func TestMetricsCountOnlyRequestsOfUsers(t *testing.T) {
	t.Parallel()
	r := newHarness(t, nil)
	for _, path := range []string{"/health", "/ready", "/metrics"} {
		r.do(http.MethodGet, path, "")
	}
	assert.Contains(t, r.metrics(), "inference_request_duration_seconds_count{tenant=\"tenant-a\"} 0\n")
	r.do(http.MethodPost, "/predict", `{"text":"great"}`)
	r.do(http.MethodPost, "/predict", `{"text":"awful"}`, "Traceparent", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01")
	r.do(http.MethodPost, "/predict", `{}`)
	text := r.metrics()
	for _, line := range []string{
		`inference_requests_total{code="200",tenant="tenant-a"} 2.0`, `inference_requests_total{code="422",tenant="tenant-a"} 1.0`,
		`inference_requests_total{code="500",tenant="tenant-a"} 0.0`, `inference_predictions_total{class="positive",tenant="tenant-a"} 1.0`,
		`inference_prediction_confidence_count{tenant="tenant-a"} 2`, `inference_requests_in_flight{tenant="tenant-a"} 0.0`,
		`# {trace_id="0af7651916cd43dd8448eb211c80319c"}`, `inference_build_info{tenant="tenant-a",version="1.2.3"} 1.0`,
		`inference_panics_total{tenant="tenant-a"} 0.0`, "go_goroutines", "process_cpu_seconds_total", "go_build_info", "# EOF",
	} {
		assert.Contains(t, text, line)
	}
}

func TestLog(t *testing.T) {
	t.Parallel()
	r := newHarness(t, nil)
	w := r.do(http.MethodPost, "/predict", `{"text":"a private sentence"}`, "X-Request-Id", "abc-1",
		"Traceparent", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-00")
	assert.Equal(t, "abc-1", w.Header().Get("X-Request-Id"))
	var line map[string]any
	require.NoError(t, json.Unmarshal(r.log.Bytes(), &line))
	for key, want := range map[string]any{
		"request_id": "abc-1", "method": "POST", "path": "/predict", "code": 200.0, "bytes": float64(w.Body.Len()),
		"trace_id": "0af7651916cd43dd8448eb211c80319c", "model_version": "v1", "level": "INFO",
	} {
		assert.Equal(t, want, line[key], key)
	}
	assert.Contains(t, line, "duration_seconds")

	r.do(http.MethodPost, "/predict", `{"text":7, "private": 1}`)
	assert.NotContains(t, r.log.String(), "private")
	for _, bad := range []string{"a b", "x\n{}", strings.Repeat("x", 65), ""} {
		id := r.do(http.MethodGet, "/", "", "X-Request-Id", bad).Header().Get("X-Request-Id")
		assert.NotEqual(t, bad, id)
		assert.NotEmpty(t, id)
	}
}

func TestRequestsUnderWayHaveALimit(t *testing.T) {
	t.Parallel()
	r := newHarness(t, func(o *server.Options) { o.Faults, o.RequestTimeout = true, time.Minute })
	r.do(http.MethodPost, "/-/faults", `{"latency":"30s"}`)
	ctx, cancel := context.WithCancel(t.Context())
	address, ended := serveOn(ctx, t, r.Server, server.Limits{Timeout: 200 * time.Millisecond})
	under := make(chan error, 1)
	go func() {
		answer, err := http.Post("http://"+address+"/predict", "application/json", strings.NewReader(`{"text":"x"}`))
		if err == nil {
			_, _ = io.Copy(io.Discard, answer.Body)
			_ = answer.Body.Close()
		}
		under <- err
	}()
	require.Eventually(t, func() bool { return strings.Contains(r.metrics(), `in_flight{tenant="tenant-a"} 1.0`) }, 5*time.Second, time.Millisecond)
	cancel()
	assert.ErrorContains(t, <-ended, "requests were still under way after 200ms")
	assert.Error(t, <-under)
}

func serveOn(ctx context.Context, t *testing.T, s *server.Server, limits server.Limits) (string, <-chan error) {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	ended := make(chan error, 1)
	go func() { ended <- s.Run(ctx, listener, limits) }()
	return listener.Addr().String(), ended
}
