package server_test

import (
	"net/http"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/mlops-iac/mlops/services/inference/internal/server"
)

func TestFaults(t *testing.T) {
	t.Parallel()
	r := newHarness(t, func(o *server.Options) { o.Faults, o.RequestTimeout = true, 300*time.Millisecond })
	codes := func(n int) map[int]int {
		counts := map[int]int{}
		for range n {
			counts[r.do(http.MethodPost, "/predict", `{"text":"x"}`).Code]++
		}
		return counts
	}
	set := func(body string) {
		w := r.do(http.MethodPost, "/-/faults", body)
		require.Equal(t, http.StatusOK, w.Code, w.Body)
	}
	assert.JSONEq(t, `{"latency":"0s","errorRatio":0,"panicRatio":0,"noModel":false}`, r.do(http.MethodGet, "/-/faults", "").Body.String())
	assert.Equal(t, map[int]int{200: 10}, codes(10))

	set(`{"errorRatio":0.5}`)
	assert.Equal(t, map[int]int{200: 10, 500: 10}, codes(20))
	set(`{"errorRatio":1}`)
	assert.Equal(t, map[int]int{500: 5}, codes(5))

	set(`{"panicRatio":1}`)
	w := r.do(http.MethodPost, "/predict", `{"text":"x"}`)
	assert.Equal(t, http.StatusInternalServerError, w.Code)
	assert.Contains(t, w.Body.String(), "internal_error")
	assert.Contains(t, r.metrics(), `inference_panics_total{tenant="tenant-a"} 1.0`)
	assert.Contains(t, r.metrics(), `inference_requests_in_flight{tenant="tenant-a"} 0.0`)

	set(`{"latency":"50ms"}`)
	start := time.Now()
	assert.Equal(t, map[int]int{200: 1}, codes(1))
	assert.GreaterOrEqual(t, time.Since(start), 50*time.Millisecond)
	set(`{"latency":"1m"}`)
	assert.Contains(t, r.do(http.MethodPost, "/predict", `{"text":"x"}`).Body.String(), "timeout")

	set(`{"noModel":true}`)
	assert.Equal(t, http.StatusServiceUnavailable, r.do(http.MethodGet, "/ready", "").Code)
	assert.Contains(t, r.metrics(), `inference_model_loaded{tenant="tenant-a"} 0.0`)
	assert.Equal(t, http.StatusOK, r.do(http.MethodDelete, "/-/faults", "").Code)
	assert.Contains(t, r.metrics(), `inference_model_loaded{tenant="tenant-a"} 1.0`)
	assert.Equal(t, map[int]int{200: 3}, codes(3))

	for body, want := range map[string]string{
		`{"latency":"-1s"}`: "latency: must be from 0s to 5m0s.", `{"latency":"x"}`: "invalid_json", `{"latency":5}`: "invalid_json",
		`{"errorRatio":1.1}`: "errorRatio: must be from 0 to 1.", `{"panicRatio":-1}`: "panicRatio: must", `{"error":1}`: "unknown field",
	} {
		assert.Contains(t, r.do(http.MethodPost, "/-/faults", body).Body.String(), want, body)
	}
}
