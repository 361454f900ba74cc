package tests

import (
	"bytes"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"syscall"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestSampling asks without a trace of its own, and counts the spans that a collector
// receives: some of the requests by default, and what OTEL_TRACES_SAMPLER says otherwise.
func TestSampling(t *testing.T) {
	t.Parallel()
	const requests = 400
	spans := func(env ...string) int {
		received := make(chan int, requests)
		collector := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
			body, _ := io.ReadAll(r.Body)
			received <- bytes.Count(body, []byte("POST /predict"))
		}))
		defer collector.Close()
		s := start(t, append(env, "TENANT=tenant-a", "OTEL_EXPORTER_OTLP_ENDPOINT="+collector.URL, "DRAIN_DELAY=0s")...)
		for range requests {
			answer, err := http.Post(s.url+"/predict", "application/json", strings.NewReader(`{"text":"good"}`))
			require.NoError(t, err)
			_, _ = io.Copy(io.Discard, answer.Body)
			require.NoError(t, answer.Body.Close())
		}
		s.signal(t, syscall.SIGTERM)
		s.ends(t)
		close(received)
		sum := 0
		for n := range received {
			sum += n
		}
		return sum
	}
	assert.Equal(t, requests, spans("OTEL_TRACES_SAMPLER=always_on"))
	assert.Equal(t, 0, spans("OTEL_TRACES_SAMPLER=always_off"))
	// A twentieth, by chance. One run in a thousand million is outside of these bounds.
	byDefault := spans()
	assert.Greater(t, byDefault, 0)
	assert.Less(t, byDefault, requests/8)
}

// TestTracesGoToTheCollector sends a request of a trace and looks for it in what
// a collector receives. The last spans are sent when the service ends.
func TestTracesGoToTheCollector(t *testing.T) {
	t.Parallel()
	received := make(chan []byte, 10)
	collector := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if err == nil && r.URL.Path == "/v1/traces" {
			received <- body
		}
		w.WriteHeader(http.StatusOK)
	}))
	defer collector.Close()
	s := start(t, "TENANT=tenant-a", "OTEL_EXPORTER_OTLP_ENDPOINT="+collector.URL, "DRAIN_DELAY=0s")
	request, err := http.NewRequestWithContext(t.Context(), http.MethodPost, s.url+"/predict", strings.NewReader(`{"text":"a private sentence"}`))
	require.NoError(t, err)
	request.Header.Set("Content-Type", "application/json")
	request.Header.Set("Traceparent", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01")
	answer, err := http.DefaultClient.Do(request)
	require.NoError(t, err)
	require.NoError(t, answer.Body.Close())
	s.signal(t, syscall.SIGTERM)
	s.ends(t)

	require.Len(t, received, 1)
	spans := <-received
	trace := []byte{0x0a, 0xf7, 0x65, 0x19, 0x16, 0xcd, 0x43, 0xdd, 0x84, 0x48, 0xeb, 0x21, 0x1c, 0x80, 0x31, 0x9c}
	assert.True(t, bytes.Contains(spans, trace), "the span belongs to the trace of the client")
	for _, part := range []string{"POST /predict", "mlops.tenant", "tenant-a"} {
		assert.Contains(t, string(spans), part)
	}
	assert.NotContains(t, string(spans), "private")
}
