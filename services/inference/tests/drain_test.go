package tests

import (
	"io"
	"math"
	"net/http"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// endpoints are the addresses a Service sends to: those of ready pods.
type endpoints struct {
	mu   sync.Mutex
	list []string
	next int
}

func (e *endpoints) add(url string) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.list = append(e.list, url)
}

func (e *endpoints) remove(url string) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.list = slices.DeleteFunc(e.list, func(one string) bool { return one == url })
}

func (e *endpoints) pick() string {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.next++
	return e.list[e.next%len(e.list)]
}

// tally is what the clients saw.
type tally struct {
	done, retried, failed atomic.Int64
	mu                    sync.Mutex
	versions              map[string]int
	failures              []string
}

func (c *tally) request(client *http.Client, to *endpoints) {
	defer c.done.Add(1)
	code, version, err := post(client, to.pick())
	if err != nil {
		// A kept connection that is closed in the moment of a request.
		c.retried.Add(1)
		code, version, err = post(client, to.pick())
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if err != nil || code != http.StatusOK {
		c.failed.Add(1)
		c.failures = append(c.failures, http.StatusText(code), strings.TrimSpace(errorText(err)))
		return
	}
	c.versions[version]++
}

func errorText(err error) string {
	if err == nil {
		return ""
	}
	return err.Error()
}

// TestNoRequestIsLost sends at least 10,000 requests while the model is replaced and the
// process is, as in a rolling update: the new one becomes ready, the old one gets
// SIGTERM, and leaves the endpoints only when its readiness was seen to end.
func TestNoRequestIsLost(t *testing.T) {
	t.Parallel()
	const requests, clients = 10_000, 16
	folder := t.TempDir()
	publish := func(seed string) {
		output, err := train(t, nil, "--output="+folder, "--seed="+seed)
		require.NoError(t, err, output)
	}
	publish("1")
	first := start(t, "MODEL_URI=file://"+folder, "MODEL_REFRESH=1h")
	eventually(t, "ready", func() bool { return first.status("/ready") == http.StatusOK })
	to := &endpoints{list: []string{first.url}}
	seen := &tally{versions: map[string]int{}}
	client := &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: clients}, Timeout: 20 * time.Second}

	var running sync.WaitGroup
	var asked, limit atomic.Int64
	limit.Store(math.MaxInt64) // on a slow machine the change takes longer than the requests
	for range clients {
		running.Go(func() {
			for asked.Add(1) <= limit.Load() {
				seen.request(client, to)
			}
		})
	}
	after := func(n int64) { eventually(t, "requests", func() bool { return seen.done.Load() >= n }) }

	after(requests / 5)
	before := first.version(t)
	publish("2")
	first.signal(t, syscall.SIGHUP)
	eventually(t, "the new model", func() bool { return first.version(t) != before })
	now := first.version(t)

	after(2 * requests / 5)
	second := start(t, "MODEL_URI=file://"+folder, "MODEL_REFRESH=1h")
	eventually(t, "the second ready", func() bool { return second.status("/ready") == http.StatusOK })
	to.add(second.url)
	first.signal(t, syscall.SIGTERM)
	eventually(t, "not ready", func() bool { return first.status("/ready") == http.StatusServiceUnavailable })
	to.remove(first.url)
	first.ends(t)
	endedAfter := seen.done.Load()
	limit.Store(max(requests, endedAfter+1000))

	running.Wait()
	assert.GreaterOrEqual(t, seen.done.Load(), int64(requests))
	assert.Zero(t, seen.failed.Load(), "%q", seen.failures)
	assert.Less(t, endedAfter, seen.done.Load(), "requests must be sent before and after the first process ends")
	assert.Positive(t, seen.versions[before], "the first model answered")
	assert.Positive(t, seen.versions[now], "the second model answered")
	assert.Len(t, seen.versions, 2)
	assert.Contains(t, first.text(), `"msg":"drained"`)
	assert.Contains(t, second.metrics(t), `inference_requests_total{code="200"`)
	t.Logf("%d requests, %d retried, %d failed; the first process ended after %d", seen.done.Load(), seen.retried.Load(), seen.failed.Load(), endedAfter)
}

// TestRequestsUnderWayFinish ends the service while it works on a slow request.
func TestRequestsUnderWayFinish(t *testing.T) {
	t.Parallel()
	s := start(t, "FAULTS=true", "DRAIN_DELAY=0s")
	answer, err := http.Post(s.url+"/-/faults", "application/json", strings.NewReader(`{"latency":"1500ms"}`))
	require.NoError(t, err)
	require.NoError(t, answer.Body.Close())
	type result struct {
		code int
		err  error
	}
	under := make(chan result, 1)
	go func() {
		code, _, err := post(http.DefaultClient, s.url)
		under <- result{code, err}
	}()
	eventually(t, "under way", func() bool { return strings.Contains(s.metrics(t), `inference_requests_in_flight{tenant=""} 1`) })
	s.signal(t, syscall.SIGTERM)
	got := <-under
	assert.NoError(t, got.err)
	assert.Equal(t, http.StatusOK, got.code)
	s.ends(t)
	_, err = http.Get(s.url + "/health")
	assert.Error(t, err, "the port is free")
}

// TestSlowClientsAreCutOff opens a request and never finishes it.
func TestSlowClientsAreCutOff(t *testing.T) {
	t.Parallel()
	s := start(t, "REQUEST_TIMEOUT=100ms", "DRAIN_TIMEOUT=100ms")
	body, stall := io.Pipe()
	defer stall.Close()
	request, err := http.NewRequestWithContext(t.Context(), http.MethodPost, s.url+"/predict", body)
	require.NoError(t, err)
	request.Header.Set("Content-Type", "application/json")
	begun := time.Now()
	answer, err := http.DefaultClient.Do(request)
	if err == nil {
		assert.Equal(t, http.StatusBadRequest, answer.StatusCode)
		require.NoError(t, answer.Body.Close())
	}
	assert.Less(t, time.Since(begun), 15*time.Second)
}
