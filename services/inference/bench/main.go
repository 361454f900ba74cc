// Command bench loads POST /predict and a bare handler that answers with a
// constant, in turns and over real connections, and prints how they compare. Both
// share the processors with the load generator, so the ratios say more than the
// numbers: what model, checks, limits, metrics, log and traces cost on top of net/http.
// Spans are exported to a collector in the same process.
package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"runtime"
	"slices"
	"syscall"
	"text/tabwriter"
	"time"

	vegeta "github.com/tsenart/vegeta/v12/lib"

	"github.com/mlops-iac/mlops/services/inference/internal/artifact"
	"github.com/mlops-iac/mlops/services/inference/internal/config"
	"github.com/mlops-iac/mlops/services/inference/internal/reloader"
	"github.com/mlops-iac/mlops/services/inference/internal/sentiment"
	"github.com/mlops-iac/mlops/services/inference/internal/server"
	"github.com/mlops-iac/mlops/services/inference/internal/telemetry"
	"github.com/mlops-iac/mlops/services/inference/internal/training"
)

const (
	rounds  = 5
	length  = 4 * time.Second
	clients = 16
	// steady is a rate that all handle with room to spare, for the latency.
	steady = 300
)

const (
	request = `{"text":"The staff were friendly and the food was excellent, but the delivery was late"}`
	answer  = `{"text":"The staff were friendly and the food was excellent, but the delivery was late","prediction":"positive","confidence":0.9,"tenant":"bench","model_version":"bench"}`
)

// side is one of those that are compared.
type side struct {
	name   string
	serve  func(context.Context, net.Listener) error
	rounds []measure
}

// measure is one round, or the median of all.
type measure struct {
	perSecond float64
	p50, p99  time.Duration
	// processor is the time that one request takes of one, and allocations are how often it
	// takes memory: both in the whole process, client included.
	processor   time.Duration
	allocations float64
}

func main() {
	if err := run(context.Background(), os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, w io.Writer) error {
	silent, err := service(ctx, telemetry.Options{})
	if err != nil {
		return err
	}
	collector := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body)
	}))
	defer collector.Close()
	if err := os.Setenv("OTEL_EXPORTER_OTLP_ENDPOINT", collector.URL); err != nil {
		return err
	}
	traced, err := service(ctx, telemetry.Options{Enabled: true})
	if err != nil {
		return err
	}
	// The SDK's own sampler, which takes every request.
	wholly, err := service(ctx, telemetry.Options{Enabled: true, SamplerNamed: true})
	if err != nil {
		return err
	}
	sides := []*side{
		{name: "bare handler", serve: bare}, {name: "/predict, traced", serve: traced},
		{name: "/predict, without a collector", serve: silent}, {name: "/predict, every request traced", serve: wholly},
	}
	// In turns, so that what else the machine does meets all.
	for range rounds {
		for _, one := range sides {
			measured, err := load(ctx, one.serve)
			if err != nil {
				return fmt.Errorf("%s: %w", one.name, err)
			}
			one.rounds = append(one.rounds, measured)
		}
	}
	return report(w, sides)
}

// bare answers with a constant, without limits or anything else.
func bare(ctx context.Context, listener net.Listener) error {
	inner := &http.Server{Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body)
		w.Header().Set("Content-Type", "application/json")
		_, _ = io.WriteString(w, answer)
	})}
	defer context.AfterFunc(ctx, func() { _ = inner.Close() })()
	if err := inner.Serve(listener); !errors.Is(err, http.ErrServerClosed) {
		return err
	}
	return nil
}

// service returns the real one, with its default limits.
func service(ctx context.Context, tracing telemetry.Options) (func(context.Context, net.Listener) error, error) {
	kind := sentiment.Kind{}
	result, err := training.Run(kind, kind.Sample(), training.Options{Holdout: training.DefaultHoldout, Seed: training.DefaultSeed})
	if err != nil {
		return nil, err
	}
	spans, err := telemetry.StartTracing(ctx, tracing)
	if err != nil {
		return nil, err
	}
	model := &reloader.Model{Model: result.Model, Manifest: artifact.Manifest{Version: "bench"}, LoadedAt: time.Now()}
	metrics := telemetry.NewMetrics("bench", "bench", kind.Classes())
	return func(ctx context.Context, listener net.Listener) error {
		return server.New(server.Options{
			Tenant: "bench", Version: "bench", Kind: kind, Model: func() *reloader.Model { return model },
			Metrics: metrics, Tracer: spans.Provider,
			Log:          slog.New(slog.NewJSONHandler(io.Discard, nil)), // written, but to nowhere
			MaxBodyBytes: config.DefaultMaxBodyBytes, RequestTimeout: config.DefaultRequestTimeout,
		}).Run(ctx, listener, server.Limits{Timeout: 10 * time.Second})
	}, nil
}

// load measures one side: as fast as it can, then at a steady rate.
func load(ctx context.Context, serve func(context.Context, net.Listener) error) (measure, error) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return measure{}, err
	}
	ctx, stop := context.WithCancel(ctx)
	ended := make(chan error, 1)
	go func() { ended <- serve(ctx, listener) }()
	measured, err := attacks(vegeta.NewStaticTargeter(vegeta.Target{
		Method: http.MethodPost, URL: "http://" + listener.Addr().String() + "/predict", Body: []byte(request),
		Header: http.Header{"Content-Type": {"application/json"}},
	}))
	stop()
	return measured, errors.Join(err, <-ended)
}

func attacks(target vegeta.Targeter) (measure, error) {
	before := used()
	fast, err := attack(target, vegeta.Rate{Freq: 0, Per: time.Second})
	if err != nil {
		return measure{}, err
	}
	after := used()
	calm, err := attack(target, vegeta.Rate{Freq: steady, Per: time.Second})
	if err != nil {
		return measure{}, err
	}
	return measure{
		perSecond: fast.Throughput, p50: calm.Latencies.P50, p99: calm.Latencies.P99,
		processor:   (after.processor - before.processor) / time.Duration(fast.Requests),
		allocations: float64(after.allocations-before.allocations) / float64(fast.Requests),
	}, nil
}

// usage is what this process has used so far.
type usage struct {
	processor   time.Duration
	allocations uint64
}

func used() usage {
	var memory runtime.MemStats
	runtime.ReadMemStats(&memory)
	var times syscall.Rusage
	// It fails for bad arguments only.
	_ = syscall.Getrusage(syscall.RUSAGE_SELF, &times)
	return usage{time.Duration(times.Utime.Nano() + times.Stime.Nano()), memory.Mallocs}
}

func attack(target vegeta.Targeter, rate vegeta.Rate) (*vegeta.Metrics, error) {
	transport := &http.Transport{MaxIdleConnsPerHost: clients, MaxConnsPerHost: clients}
	// A connection that was opened and never used would keep the server from ending.
	defer transport.CloseIdleConnections()
	attacker := vegeta.NewAttacker(vegeta.Client(&http.Client{Transport: transport}), vegeta.Workers(clients), vegeta.MaxWorkers(clients))
	metrics := &vegeta.Metrics{}
	for result := range attacker.Attack(target, rate, length, "") {
		metrics.Add(result)
	}
	metrics.Close()
	if metrics.Success < 1 {
		return nil, errors.New("some requests failed: " + fmt.Sprint(metrics.StatusCodes, metrics.Errors))
	}
	return metrics, nil
}

// median takes each number by itself.
func median(all []measure) measure {
	return measure{
		perSecond: middle(all, func(m measure) float64 { return m.perSecond }), p50: middle(all, func(m measure) time.Duration { return m.p50 }),
		p99:         middle(all, func(m measure) time.Duration { return m.p99 }),
		processor:   middle(all, func(m measure) time.Duration { return m.processor }),
		allocations: middle(all, func(m measure) float64 { return m.allocations }),
	}
}

func middle[T cmp.Ordered](all []measure, of func(measure) T) T {
	values := make([]T, 0, len(all))
	for _, one := range all {
		values = append(values, of(one))
	}
	slices.Sort(values)
	return values[len(values)/2]
}

// report writes the medians, and how the others compare with the first one.
func report(w io.Writer, sides []*side) error {
	table := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintf(table, "\tREQUESTS/S\tP50 AT %d/S\tP99 AT %d/S\tPROCESSOR/REQUEST\tALLOCATIONS/REQUEST\n", steady, steady)
	first := median(sides[0].rounds)
	for i, one := range sides {
		m := median(one.rounds)
		fmt.Fprintf(table, "%s\t%.0f\t%s\t%s\t%s\t%.0f\n", one.name, m.perSecond,
			m.p50.Round(time.Microsecond), m.p99.Round(time.Microsecond), m.processor.Round(time.Microsecond), m.allocations)
		if i > 0 {
			fmt.Fprintf(table, "  to the bare one\t%.2f\t%.2f\t%.2f\t%.2f\t%+.0f\n", m.perSecond/first.perSecond,
				float64(m.p50)/float64(first.p50), float64(m.p99)/float64(first.p99),
				float64(m.processor)/float64(first.processor), m.allocations-first.allocations)
		}
	}
	return table.Flush()
}
