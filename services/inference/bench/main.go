// Command bench loads POST /predict and a bare handler that answers with a
// constant, in turns and over real connections, and prints how they compare. Both
// share the processors with the load generator, so the ratios say more than the
// numbers: what model, checks, metrics and log cost on top of net/http.
package main

import (
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"slices"
	"text/tabwriter"
	"time"

	vegeta "github.com/tsenart/vegeta/v12/lib"
	"go.opentelemetry.io/otel/trace/noop"

	"github.com/mlops-iac/mlops/services/inference/internal/artifact"
	"github.com/mlops-iac/mlops/services/inference/internal/reloader"
	"github.com/mlops-iac/mlops/services/inference/internal/sentiment"
	"github.com/mlops-iac/mlops/services/inference/internal/server"
	"github.com/mlops-iac/mlops/services/inference/internal/telemetry"
	"github.com/mlops-iac/mlops/services/inference/internal/training"
)

const (
	rounds  = 3
	length  = 4 * time.Second
	clients = 16
	// steady is a rate that both handle with room to spare, for the latency.
	steady = 300
)

const (
	request = `{"text":"The staff were friendly and the food was excellent, but the delivery was late"}`
	answer  = `{"text":"The staff were friendly and the food was excellent, but the delivery was late","prediction":"positive","confidence":0.9,"tenant":"bench","model_version":"bench"}`
)

// measure is the median of the rounds.
type measure struct {
	perSecond float64
	p50, p99  time.Duration
}

func main() {
	if err := run(os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

func run(w io.Writer) error {
	predict, err := service()
	if err != nil {
		return err
	}
	bare := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body)
		w.Header().Set("Content-Type", "application/json")
		_, _ = io.WriteString(w, answer)
	})
	// In turns, so that what else the machine does meets both.
	var bareRounds, predictRounds []measure
	for range rounds {
		for _, side := range []struct {
			handler http.Handler
			into    *[]measure
		}{{bare, &bareRounds}, {predict, &predictRounds}} {
			one, err := load(side.handler)
			if err != nil {
				return err
			}
			*side.into = append(*side.into, one)
		}
	}
	return report(w, median(bareRounds), median(predictRounds))
}

func service() (http.Handler, error) {
	kind := sentiment.Kind{}
	result, err := training.Run(kind, kind.Sample(), training.Options{Holdout: training.DefaultHoldout, Seed: training.DefaultSeed})
	if err != nil {
		return nil, err
	}
	model := &reloader.Model{Model: result.Model, Manifest: artifact.Manifest{Version: "bench"}, LoadedAt: time.Now()}
	return server.New(server.Options{
		Tenant: "bench", Version: "bench", Kind: kind, Model: func() *reloader.Model { return model },
		Metrics: telemetry.NewMetrics("bench", "bench", kind.Classes()), Tracer: noop.NewTracerProvider(),
		Log:          slog.New(slog.NewJSONHandler(io.Discard, nil)), // written, but to nowhere
		MaxBodyBytes: 64 << 10, RequestTimeout: 10 * time.Second,
	}), nil
}

// load measures one handler: as fast as it can, then at a steady rate.
func load(handler http.Handler) (measure, error) {
	served := httptest.NewServer(handler)
	defer served.Close()
	target := vegeta.NewStaticTargeter(vegeta.Target{
		Method: http.MethodPost, URL: served.URL + "/predict", Body: []byte(request),
		Header: http.Header{"Content-Type": {"application/json"}},
	})
	fast, err := attack(target, vegeta.Rate{Freq: 0, Per: time.Second})
	if err != nil {
		return measure{}, err
	}
	calm, err := attack(target, vegeta.Rate{Freq: steady, Per: time.Second})
	if err != nil {
		return measure{}, err
	}
	return measure{perSecond: fast.Throughput, p50: calm.Latencies.P50, p99: calm.Latencies.P99}, nil
}

func attack(target vegeta.Targeter, rate vegeta.Rate) (*vegeta.Metrics, error) {
	attacker := vegeta.NewAttacker(vegeta.Workers(clients), vegeta.MaxWorkers(clients), vegeta.Connections(clients))
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
	rates, middles, tails := []float64{}, []time.Duration{}, []time.Duration{}
	for _, one := range all {
		rates, middles, tails = append(rates, one.perSecond), append(middles, one.p50), append(tails, one.p99)
	}
	slices.Sort(rates)
	slices.Sort(middles)
	slices.Sort(tails)
	return measure{perSecond: rates[len(all)/2], p50: middles[len(all)/2], p99: tails[len(all)/2]}
}

func report(w io.Writer, bare, predict measure) error {
	table := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintf(table, "\tREQUESTS/S\tP50 AT %d/S\tP99 AT %d/S\n", steady, steady)
	for _, row := range []struct {
		name string
		measure
	}{{"bare handler", bare}, {"/predict", predict}} {
		fmt.Fprintf(table, "%s\t%.0f\t%s\t%s\n", row.name, row.perSecond, row.p50.Round(time.Microsecond), row.p99.Round(time.Microsecond))
	}
	fmt.Fprintf(table, "ratio\t%.2f\t%.2f\t%.2f\n", predict.perSecond/bare.perSecond,
		float64(predict.p50)/float64(bare.p50), float64(predict.p99)/float64(bare.p99))
	return table.Flush()
}
