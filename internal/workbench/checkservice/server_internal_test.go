package checkservice

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/signal"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/mlops-iac/mlops/components/monitoring/metrics"
)

// faultVariable makes the test's own program the server, with the fault it names.
const faultVariable = "CHECK_SERVICE_FAULT"

// Faults of the server, each against one check.
const (
	none         = "none"
	noReady      = "no /ready"
	noModel      = "ready, but predictions fail"
	crashes      = "500 for what is no JSON"
	noMetrics    = "no /metrics"
	misnamed     = "a series with another name"
	notCounted   = "a counter that stands still"
	shortBuckets = "a histogram that ends at the limit of the alert"
	noLimit      = "bodies of any size"
	losesAll     = "ends at once"
	ignores      = "does not heed SIGTERM"
	oneByOne     = "one request at a time"
	silent       = "no log"
)

func TestMain(m *testing.M) {
	if fault := os.Getenv(faultVariable); fault != "" {
		serve(&example{fault: fault})
		return
	}
	os.Exit(m.Run())
}

// example is a server as a team might write it.
type example struct {
	fault string
	alone sync.Mutex // held by a request of a server that answers one by one

	mu       sync.Mutex
	answered map[int]int
}

func serve(e *example) {
	e.answered = map[int]int{}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /health", func(http.ResponseWriter, *http.Request) {})
	if e.fault != noReady {
		mux.HandleFunc("GET /ready", func(http.ResponseWriter, *http.Request) {})
	}
	if e.fault != noMetrics {
		mux.HandleFunc("GET /metrics", e.metrics)
	}
	mux.HandleFunc("POST /predict", e.predict)
	var handler http.Handler = mux
	if e.fault == oneByOne {
		handler = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			e.alone.Lock()
			defer e.alone.Unlock()
			mux.ServeHTTP(w, r)
		})
	}
	server := &http.Server{Addr: net.JoinHostPort("127.0.0.1", os.Getenv("PORT")), Handler: handler}
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		e.wait(server)
	}()
	_ = server.ListenAndServe()
	<-ended
}

func (e *example) wait(server *http.Server) {
	told := make(chan os.Signal, 1)
	signal.Notify(told, syscall.SIGTERM)
	<-told
	switch e.fault {
	case ignores:
		select {}
	case losesAll:
		os.Exit(0)
	}
	_ = server.Shutdown(context.Background())
}

func (e *example) predict(w http.ResponseWriter, r *http.Request) {
	begin := time.Now()
	code := e.judge(w, r)
	e.mu.Lock()
	if e.fault != notCounted {
		e.answered[code]++
	}
	e.mu.Unlock()
	w.WriteHeader(code)
	if code == http.StatusOK {
		_, _ = io.WriteString(w, `{"prediction": "positive"}`)
	}
	if e.fault != silent {
		fmt.Printf("{\"msg\": \"request\", \"request_id\": \"1\", \"code\": %d, \"duration_seconds\": %g}\n", code, time.Since(begin).Seconds())
	}
}

func (e *example) judge(w http.ResponseWriter, r *http.Request) int {
	from := r.Body
	if e.fault != noLimit {
		from = http.MaxBytesReader(w, from, 128<<10)
	}
	text, err := io.ReadAll(from)
	switch {
	case err != nil:
		return http.StatusRequestEntityTooLarge
	case e.fault == noModel, e.fault == crashes && !json.Valid(text):
		return http.StatusInternalServerError
	case !json.Valid(text):
		return http.StatusBadRequest
	}
	return http.StatusOK
}

func (e *example) metrics(w http.ResponseWriter, _ *http.Request) {
	e.mu.Lock()
	defer e.mu.Unlock()
	duration, bounds := metrics.RequestDuration, metrics.DurationBuckets()
	if e.fault == misnamed {
		duration = "request_duration_seconds"
	}
	if e.fault == shortBuckets {
		bounds = []float64{0.1, 1, metrics.LatencyLimit}
	}
	all := 0
	fmt.Fprintf(w, "# TYPE %s counter\n", metrics.RequestsTotal)
	// A client of Prometheus has a series from the first request on; this one always.
	for _, code := range []int{200, 400, 413, 500} {
		fmt.Fprintf(w, "%s{code=\"%d\"} %d\n", metrics.RequestsTotal, code, e.answered[code])
		all += e.answered[code]
	}
	fmt.Fprintf(w, "# TYPE %s histogram\n", duration)
	for _, bound := range bounds {
		fmt.Fprintf(w, "%s_bucket{le=\"%g\"} %d\n", duration, bound, all)
	}
	fmt.Fprintf(w, "%[1]s_bucket{le=\"+Inf\"} %[2]d\n%[1]s_sum 0\n%[1]s_count %[2]d\n", duration, all)
	fmt.Fprintf(w, "# TYPE %[1]s gauge\n%[1]s 0\n# TYPE %[2]s gauge\n%[2]s 1\n# TYPE %[3]s gauge\n%[3]s{version=\"1\"} 1\n",
		metrics.RequestsInFlight, metrics.ModelLoaded, metrics.ModelInfo)
}
