// Package server answers HTTP requests with the model of the reloader.
package server

import (
	"log/slog"
	"maps"
	"net/http"
	"slices"
	"strings"
	"sync/atomic"
	"time"

	"go.opentelemetry.io/otel/trace"

	"github.com/mlops-iac/mlops/services/inference/internal/model"
	"github.com/mlops-iac/mlops/services/inference/internal/reloader"
	"github.com/mlops-iac/mlops/services/inference/internal/telemetry"
)

// Options are the parts of a Server. All are required.
type Options struct {
	// Tenant and Version are what the service calls itself.
	Tenant, Version string
	// Kind is the kind of Model.
	Kind model.Kind
	// Model returns the model in use, or nil.
	Model func() *reloader.Model
	// Metrics counts requests and answers.
	Metrics *telemetry.Metrics
	// Tracer makes the spans of requests.
	Tracer trace.TracerProvider
	// Log receives a line for every request.
	Log *slog.Logger
	// MaxBodyBytes is the largest body of a request.
	MaxBodyBytes int64
	// RequestTimeout ends requests that take longer.
	RequestTimeout time.Duration
	// Faults opens /-/faults.
	Faults bool
}

// predictPath is where predictions are asked for.
const predictPath = "/predict"

// Server answers requests.
type Server struct {
	options  Options
	tracer   trace.Tracer
	silent   bool
	faults   *switchboard
	draining atomic.Bool
	// routes has every path there is, letter by letter: //predict is not /predict.
	routes map[string]route
}

// route is what answers at a path.
type route struct {
	answer func(*exchange, *http.Request)
	// counted is set for what users ask for, and not for what Kubernetes and
	// Prometheus do.
	counted bool
}

// handler answers a request, or says why not.
type handler func(x *exchange, r *http.Request) *failure

// New returns a Server.
func New(options Options) *Server {
	s := &Server{options: options, tracer: options.Tracer.Tracer(tracerName), silent: isSilent(options.Tracer)}
	s.routes = map[string]route{
		predictPath: {methods(map[string]handler{http.MethodPost: s.predict}), true},
		"/":         {methods(map[string]handler{http.MethodGet: s.info}), true},
		"/metrics":  {plain(options.Metrics.Handler()), false},
		"/health":   {methods(map[string]handler{http.MethodGet: s.health}), false},
		"/ready":    {methods(map[string]handler{http.MethodGet: s.ready}), false},
	}
	if options.Faults {
		s.faults = &switchboard{}
		s.routes["/-/faults"] = route{s.faults.answer(s), false}
	}
	return s
}

// ServeHTTP answers a request.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if s.draining.Load() {
		// Kept connections end with their next answer and the client moves on. To
		// close idle ones now would meet requests that are on their way.
		w.Header().Set("Connection", "close")
	}
	x := begin(w, r)
	defer x.end()
	to, found := s.routes[r.URL.Path]
	switch {
	case !found:
		s.counted(x, r, notFound)
	case to.counted:
		s.counted(x, r, to.answer)
	default:
		to.answer(x, r)
	}
}

// notFound answers for every path that does not exist.
func notFound(x *exchange, r *http.Request) {
	fail(http.StatusNotFound, CodeNotFound, "There is nothing at %s.", r.URL.Path).write(x)
}

func plain(handler http.Handler) func(*exchange, *http.Request) {
	return func(x *exchange, r *http.Request) { handler.ServeHTTP(x, r) }
}

// Drain makes /ready answer 503, so that no new requests are sent here. Those
// that still come are answered.
func (s *Server) Drain() { s.draining.Store(true) }

func (s *Server) model() *reloader.Model {
	if s.faults.current().NoModel {
		return nil
	}
	return s.options.Model()
}

// methods answers 405 to methods that are not among the handlers. HEAD is GET
// without a body, as the HTTP server makes it.
func methods(handlers map[string]handler) func(*exchange, *http.Request) {
	names := slices.Sorted(maps.Keys(handlers))
	if handlers[http.MethodGet] != nil {
		names = append(names, http.MethodHead)
	}
	allow := strings.Join(names, ", ")
	return func(x *exchange, r *http.Request) {
		method := r.Method
		if method == http.MethodHead {
			method = http.MethodGet
		}
		answer, ok := handlers[method]
		if !ok {
			x.Header().Set("Allow", allow)
			fail(http.StatusMethodNotAllowed, CodeMethod, "%s allows %s, not %s.", r.URL.Path, allow, r.Method).write(x)
			return
		}
		if bad := answer(x, r); bad != nil {
			bad.write(x)
		}
	}
}

// Info is the answer to GET /.
type Info struct {
	// Service is always "inference".
	Service string `json:"service"`
	// Version is that of the service.
	Version string `json:"version"`
	// Tenant is whose service this is.
	Tenant string `json:"tenant"`
	// Model is the one in use; absent before there is one.
	Model *ModelInfo `json:"model,omitempty"`
}

// ModelInfo is a model in Info.
type ModelInfo struct {
	// Kind says what the model judges.
	Kind string `json:"kind"`
	// Version names the model.
	Version string `json:"version"`
	// Seed says that nobody has published it: it answers until somebody does.
	Seed bool `json:"seed"`
	// TrainedAt and LoadedAt are when it was trained and taken into use.
	TrainedAt time.Time `json:"trained_at"`
	LoadedAt  time.Time `json:"loaded_at"`
	// Samples is how many examples it learned from.
	Samples int `json:"samples"`
	// Accuracy is the share of held-out examples that it got right, 0 to 1.
	Accuracy float64 `json:"accuracy"`
	// Features are the numbers that a request must have; absent where it has a text.
	Features []string `json:"features,omitempty"`
}

func (s *Server) info(x *exchange, _ *http.Request) *failure {
	info := Info{Service: "inference", Version: s.options.Version, Tenant: s.options.Tenant}
	if current := s.model(); current != nil {
		info.Model = &ModelInfo{
			Kind: s.options.Kind.Name(), Version: current.Version, Seed: current.Seed,
			TrainedAt: current.TrainedAt, LoadedAt: current.LoadedAt.UTC().Truncate(time.Second),
			Samples: current.Samples, Accuracy: current.Accuracy, Features: current.Features(),
		}
	}
	writeJSON(x, http.StatusOK, info)
	return nil
}

type state struct {
	Status string `json:"status"`
}

func (s *Server) health(x *exchange, _ *http.Request) *failure {
	writeJSON(x, http.StatusOK, state{"ok"})
	return nil
}

func (s *Server) ready(x *exchange, _ *http.Request) *failure {
	if s.draining.Load() {
		return fail(http.StatusServiceUnavailable, CodeDraining, "The service is about to end.")
	}
	if s.model() == nil {
		return fail(http.StatusServiceUnavailable, CodeNoModel, "The model is not loaded yet.")
	}
	writeJSON(x, http.StatusOK, state{"ready"})
	return nil
}
