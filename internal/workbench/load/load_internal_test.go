package load

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestQuantiles(t *testing.T) {
	t.Parallel()
	var w window
	assert.Equal(t, time.Duration(0), w.quantile(0.5))
	for _, ms := range []int{40, 10, 30, 20} {
		w.add(time.Duration(ms)*time.Millisecond, nil)
	}
	w.add(time.Hour, errors.New("too late"))
	assert.Equal(t, []time.Duration{10 * time.Millisecond, 20 * time.Millisecond, 40 * time.Millisecond},
		[]time.Duration{w.quantile(0), w.quantile(0.5), w.quantile(0.99)})
	assert.Equal(t, 5, w.count())
}

func TestLine(t *testing.T) {
	t.Parallel()
	var out bytes.Buffer
	d := &driver{options: Options{Out: &out}}
	for range 3 {
		d.now.add(2345*time.Microsecond, nil)
	}
	d.now.add(0, errors.New("503"))
	require.NoError(t, d.line(Scaling{Ready: 2, Desired: 3, Max: 3, CPU: "71", Target: "50"}, 12*time.Second, 2*time.Second))
	assert.Equal(t, "    12s        2       1    2.35ms    2.35ms       2/3   71/50 %\n", out.String())
	assert.Equal(t, window{}, d.now, "the next line counts anew")
}

func TestRateRises(t *testing.T) {
	t.Parallel()
	d := &driver{options: Options{Rate: 100}, slots: make(chan struct{}, 1), rate: 70}
	d.raise()
	assert.Equal(t, 84.0, d.rate)
	d.raise()
	assert.Equal(t, 100.0, d.rate, "the limit")
	d.options.Rate = 0
	d.raise()
	assert.Equal(t, 120.0, d.rate)
	d.slots <- struct{}{}
	d.raise()
	assert.Equal(t, 120.0, d.rate, "as many wait as may")
}

func TestWhatTheAutoscalerHasDone(t *testing.T) {
	t.Parallel()
	at := func(ready, desired int32) Scaling {
		return Scaling{Ready: ready, Desired: desired, Max: 4, CPU: "60", Target: "50"}
	}
	for want, seen := range map[string][]Scaling{
		"The autoscaler was at its maximum of 4 before.":                                                   {at(4, 4), at(4, 4)},
		"The autoscaler has not acted: 2 of at most 4 replicas, CPU 60/50 %.":                              {at(2, 2), at(2, 2)},
		"The autoscaler acted after 2s and went from 2 to 3 of at most 4.":                                 {at(2, 2), at(2, 2), at(2, 3)},
		"The autoscaler acted after 1s and went from 2 to 4, its maximum, whose pods were ready after 3s.": {at(2, 2), at(2, 3), at(3, 4), at(4, 4), at(4, 4)},
		"The autoscaler acted after 1s and went from 2 to 4 of at most 4.":                                 {at(2, 2), at(2, 4), at(3, 4)},
	} {
		s := story{before: seen[0], latest: seen[0]}
		for i, scaling := range seen[1:] {
			s.note(scaling, time.Duration(i+1)*time.Second)
		}
		assert.Equal(t, want, s.String())
	}
}

// TestRun drives a server whose autoscaler goes to its maximum at the third look, and
// stops rising then.
func TestRun(t *testing.T) {
	t.Parallel()
	var mu sync.Mutex
	bodies := map[string]int{}
	server := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		mu.Lock()
		defer mu.Unlock()
		bodies[r.Method+" "+r.URL.Path+" "+r.Header.Get("Content-Type")+" "+string(body)]++
	}))
	t.Cleanup(server.Close)
	looks := 0
	var out bytes.Buffer
	err := Run(t.Context(), Options{
		URL: server.URL + "/predict", Body: "question", Duration: 900 * time.Millisecond, Every: 100 * time.Millisecond, Out: &out,
		Scaling: func(context.Context) (Scaling, error) {
			looks++
			if looks < 3 {
				return Scaling{Ready: 1, Desired: 1, Max: 2, CPU: "10", Target: "50"}, nil
			}
			return Scaling{Ready: 2, Desired: 2, Max: 2, CPU: "60", Target: "50"}, nil
		},
	})
	require.NoError(t, err)
	lines := strings.Split(strings.TrimSpace(out.String()), "\n")
	assert.Equal(t, "time    req/s  errors       p50       p99  replicas       CPU", lines[0])
	assert.Equal(t, "The autoscaler acted after 0s and went from 1 to 2, its maximum, whose pods were ready after 0s.", lines[len(lines)-1])
	const request = "POST /predict application/json question"
	assert.Equal(t, map[string]int{request: bodies[request]}, bodies)
	// One rise, so 40 to 48 a second over 0.9 s; a loaded machine sends less.
	assert.Greater(t, bodies[request], 10)
	assert.Less(t, bodies[request], 50)
}

func TestErrorsAreCountedAndShown(t *testing.T) {
	t.Parallel()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		http.Error(w, "no model", http.StatusServiceUnavailable)
	}))
	t.Cleanup(server.Close)
	ctx, cancel := context.WithCancel(t.Context())
	looks := 0
	var out bytes.Buffer
	err := Run(ctx, Options{
		URL: server.URL, Duration: time.Minute, Every: 200 * time.Millisecond, Out: &out,
		Scaling: func(context.Context) (Scaling, error) {
			if looks++; looks == 3 {
				cancel() // Ctrl-C
			}
			return Scaling{Ready: 1, Desired: 1, Max: 2, CPU: "?", Target: "50"}, nil
		},
	})
	require.NoError(t, err, "the end that the user wants is no error")
	assert.Regexp(t, `(?s)\n([1-9]\d*) requests in 0s, \d+/s on average, ([1-9]\d*) errors; p50 -, p99 -\n`+
		`last error: 503 Service Unavailable: no model\nThe autoscaler has not acted: 1 of at most 2 replicas, CPU \?/50 %\.\n$`, out.String())
}

func TestNoAutoscaler(t *testing.T) {
	t.Parallel()
	var out bytes.Buffer
	err := Run(t.Context(), Options{Out: &out, Scaling: func(context.Context) (Scaling, error) { return Scaling{}, errors.New("there is none") }})
	require.EqualError(t, err, "there is none")
	assert.Empty(t, out.String())
}
