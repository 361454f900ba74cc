package server_test

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/otel/codes"
	"go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/sdk/trace/tracetest"
	oteltrace "go.opentelemetry.io/otel/trace"

	"github.com/mlops-iac/mlops/services/inference/internal/server"
)

// span is what a collector would show of one.
type span struct {
	name       string
	kind       oteltrace.SpanKind
	trace      string
	status     codes.Code
	attributes map[string]any
}

func TestSpans(t *testing.T) {
	t.Parallel()
	seen := tracetest.NewSpanRecorder()
	r := newHarness(t, func(o *server.Options) { o.Tracer = trace.NewTracerProvider(trace.WithSpanProcessor(seen)) })
	ask := func(method, path string) {
		request := httptest.NewRequest(method, path, strings.NewReader(`{"text":"a private sentence"}`))
		request.Header.Set("Traceparent", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01")
		request.Header.Set("User-Agent", "curl/8")
		request.Header.Set("X-Forwarded-For", "203.0.113.9, 10.0.0.1")
		r.ServeHTTP(httptest.NewRecorder(), request)
	}
	ask(http.MethodPost, "/predict")
	ask(http.MethodGet, "/health") // no span
	ask("BREW", "/tea")
	r.model = nil
	ask(http.MethodPost, "/predict")

	attributes := func(method, path string, status int64) map[string]any {
		return map[string]any{
			"http.request.method": method, "url.scheme": "http", "url.path": path, "http.response.status_code": status,
			"server.address": "example.com", "network.peer.address": "192.0.2.1", "client.address": "203.0.113.9",
			"user_agent.original": "curl/8", "network.protocol.version": "1.1",
		}
	}
	failed := attributes("POST", "/predict", 503)
	failed["error.type"] = "model_not_loaded"
	const traceID = "0af7651916cd43dd8448eb211c80319c"
	want := []span{
		{"POST /predict", oteltrace.SpanKindServer, traceID, codes.Unset, attributes("POST", "/predict", 200)},
		{"HTTP other", oteltrace.SpanKindServer, traceID, codes.Unset, attributes("_OTHER", "/tea", 404)},
		{"POST /predict", oteltrace.SpanKindServer, traceID, codes.Error, failed},
	}
	var got []span
	for _, one := range seen.Ended() {
		found := map[string]any{}
		for _, attribute := range one.Attributes() {
			found[string(attribute.Key)] = attribute.Value.AsInterface()
		}
		got = append(got, span{one.Name(), one.SpanKind(), one.SpanContext().TraceID().String(), one.Status().Code, found})
	}
	require.Len(t, got, len(want))
	assert.Equal(t, want, got)
}
