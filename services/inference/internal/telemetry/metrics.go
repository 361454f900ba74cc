// Package telemetry is what the service tells about itself: metrics for
// Prometheus, and traces when a collector is named.
package telemetry

import (
	"net/http"
	"strconv"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"
	"go.opentelemetry.io/otel/trace"

	"github.com/mlops-iac/mlops/components/monitoring/metrics"
	"github.com/mlops-iac/mlops/services/inference/internal/model"
	"github.com/mlops-iac/mlops/services/inference/internal/reloader"
)

// Metrics are the series of one service. Their names are in package
// components/monitoring/metrics, which the alerts compile against too.
type Metrics struct {
	registry    *prometheus.Registry
	requests    *prometheus.CounterVec
	answered    prometheus.Counter // requests of code 200, which nearly all are
	duration    prometheus.Histogram
	inFlight    prometheus.Gauge
	panics      prometheus.Counter
	loaded      prometheus.Gauge
	info        *prometheus.GaugeVec
	trained     *prometheus.GaugeVec
	loadedAt    *prometheus.GaugeVec
	checked     *prometheus.GaugeVec
	seed        *prometheus.GaugeVec
	loads       prometheus.Counter
	failures    *prometheus.CounterVec
	predictions *prometheus.CounterVec
	confidence  prometheus.Histogram
}

// NewMetrics returns the metrics of a tenant's service of a version, whose models
// tell these classes apart.
func NewMetrics(tenant, version string, classes []string) *Metrics {
	m := &Metrics{
		registry: prometheus.NewRegistry(),
		requests: counters(metrics.RequestsTotal, "Finished requests.", metrics.LabelCode),
		duration: histogram(metrics.RequestDuration, "Duration of requests in seconds.", metrics.DurationBuckets()),
		inFlight: gauge(metrics.RequestsInFlight, "Requests being answered."),
		panics:   counter(metrics.Panics, "Requests that ended in a panic."),
		loaded:   gauge(metrics.ModelLoaded, "1 once a model answers, 0 before."),
		info:     gauges(metrics.ModelInfo, "1; the label is the version of the model in use.", metrics.LabelVersion),
		trained:  gauges(metrics.ModelTrained, "When the model in use was trained, in seconds since 1970."),
		loadedAt: gauges(metrics.ModelLoadedAt, "When the model in use was loaded, in seconds since 1970."),
		checked:  gauges(metrics.ModelChecked, "When the model in use was last seen to be the current one, in seconds since 1970."),
		seed:     gauges(metrics.ModelSeed, "1 while the model in use is the seed, 0 while it is a published one."),
		loads:    counter(metrics.ModelLoads, "Models taken into use."),
		failures: counters(metrics.ModelLoadFailures, "Failed attempts to find or load a model.", metrics.LabelReason),
		predictions: counters(metrics.Predictions, "Answers by class.",
			metrics.LabelClass),
		confidence: histogram(metrics.PredictionConfidence, "Probability the model gives its answers.", metrics.ConfidenceBuckets()),
	}
	build := gauges(metrics.BuildInfo, "1; the label is the version of the service.", metrics.LabelVersion)
	build.WithLabelValues(version).Set(1)
	prometheus.WrapRegistererWith(prometheus.Labels{metrics.LabelTenant: tenant}, m.registry).MustRegister(
		m.requests, m.duration, m.inFlight, m.panics, m.loaded, m.info, m.trained, m.loadedAt, m.checked, m.seed,
		m.loads, m.failures, m.predictions, m.confidence, build)
	m.registry.MustRegister(
		collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}), collectors.NewBuildInfoCollector())
	m.begin(classes)
	return m
}

// begin makes series that alerts compare: a counter that appears with its first
// event has no rate for that event.
func (m *Metrics) begin(classes []string) {
	m.answered = m.requests.WithLabelValues(strconv.Itoa(http.StatusOK))
	for _, code := range []int{http.StatusInternalServerError, http.StatusServiceUnavailable} {
		m.requests.WithLabelValues(strconv.Itoa(code))
	}
	for _, reason := range []string{metrics.ReasonUnavailable, metrics.ReasonRefused} {
		m.failures.WithLabelValues(reason)
	}
	for _, class := range classes {
		m.predictions.WithLabelValues(class)
	}
}

// Handler serves the metrics, with exemplars to those that ask for OpenMetrics.
func (m *Metrics) Handler() http.Handler {
	return promhttp.HandlerFor(m.registry, promhttp.HandlerOpts{EnableOpenMetrics: true, Registry: m.registry})
}

// Begin counts a request as being answered until End.
func (m *Metrics) Begin() { m.inFlight.Inc() }

// End is called once after every Begin.
func (m *Metrics) End() { m.inFlight.Dec() }

// Request counts a finished request. A request of a sampled trace leaves its
// trace as an exemplar.
func (m *Metrics) Request(span trace.SpanContext, code int, took time.Duration) {
	if code == http.StatusOK {
		m.answered.Inc()
	} else {
		m.requests.WithLabelValues(strconv.Itoa(code)).Inc()
	}
	with, ok := m.duration.(prometheus.ExemplarObserver)
	if ok && span.IsSampled() && span.HasTraceID() {
		with.ObserveWithExemplar(took.Seconds(), prometheus.Labels{"trace_id": span.TraceID().String()})
		return
	}
	m.duration.Observe(took.Seconds())
}

// Panic counts a request that ended in a panic.
func (m *Metrics) Panic() { m.panics.Inc() }

// Predicted counts an answer.
func (m *Metrics) Predicted(p model.Prediction) {
	m.predictions.WithLabelValues(p.Class).Inc()
	m.confidence.Observe(p.Confidence)
}

// Loaded tells that a model was taken into use.
func (m *Metrics) Loaded(loaded *reloader.Model) {
	m.info.Reset()
	m.info.WithLabelValues(loaded.Version).Set(1)
	m.trained.WithLabelValues().Set(seconds(loaded.TrainedAt))
	m.loadedAt.WithLabelValues().Set(seconds(loaded.LoadedAt))
	m.seed.WithLabelValues().Set(map[bool]float64{true: 1}[loaded.Seed])
	if !loaded.Seed {
		m.Checked(loaded.LoadedAt)
	}
	m.loads.Inc()
	m.Available(true)
}

// Available tells whether a model answers.
func (m *Metrics) Available(yes bool) {
	m.loaded.Set(map[bool]float64{true: 1}[yes])
}

// Checked tells that the model in use was seen to be the current one.
func (m *Metrics) Checked(at time.Time) { m.checked.WithLabelValues().Set(seconds(at)) }

// LoadFailed counts a failed attempt, by metrics.ReasonUnavailable or ReasonRefused.
func (m *Metrics) LoadFailed(reason string) { m.failures.WithLabelValues(reason).Inc() }

func seconds(t time.Time) float64 { return float64(t.UnixMilli()) / 1000 }

func counter(name, help string) prometheus.Counter {
	return prometheus.NewCounter(prometheus.CounterOpts{Name: name, Help: help})
}

func counters(name, help string, labels ...string) *prometheus.CounterVec {
	return prometheus.NewCounterVec(prometheus.CounterOpts{Name: name, Help: help}, labels)
}

func gauge(name, help string) prometheus.Gauge {
	return prometheus.NewGauge(prometheus.GaugeOpts{Name: name, Help: help})
}

func gauges(name, help string, labels ...string) *prometheus.GaugeVec {
	return prometheus.NewGaugeVec(prometheus.GaugeOpts{Name: name, Help: help}, labels)
}

func histogram(name, help string, buckets []float64) prometheus.Histogram {
	return prometheus.NewHistogram(prometheus.HistogramOpts{Name: name, Help: help, Buckets: buckets})
}
