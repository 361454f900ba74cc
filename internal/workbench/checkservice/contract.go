package checkservice

import (
	"context"
	"fmt"

	"github.com/mlops-iac/mlops/components/monitoring/metrics"
	"github.com/mlops-iac/mlops/components/tenant/spec"
)

// check is one thing that the platform relies on.
type check struct {
	name, asks, why, remedy string
	// needs are checks without which this one says nothing, and command says that it
	// needs a server that was started here.
	needs   []string
	command bool
	ask     func(s *subject, ctx context.Context) error
}

// contract is all that the platform relies on. The end of the server comes last.
func contract() []check {
	return append(append(answers(), measures()...), lives()...)
}

func answers() []check {
	return []check{
		{
			name: "startup", command: true, ask: (*subject).startup,
			asks:   "accepts connections on PORT within --startup",
			why:    fmt.Sprintf("a pod that does not answer within %d s is started anew", spec.StartupSeconds),
			remedy: "listen on every address at the port in PORT; load the model beside it, or a smaller one",
		},
		{
			name: "health", needs: []string{"startup"}, ask: (*subject).health,
			asks:   fmt.Sprintf("GET %s is 200 within %d s", spec.HealthPath, spec.ProbeSeconds),
			why:    "the startup and liveness probes of the pod ask for it, and end a pod that does not answer",
			remedy: "answer 200 as long as the process lives, without asking the model or a store",
		},
		{
			name: "ready", needs: []string{"startup"}, ask: (*subject).ready,
			asks:   fmt.Sprintf("GET %s becomes 200 within --startup", spec.ReadyPath),
			why:    "the readiness probe and load balancers send requests only to pods that say so",
			remedy: "answer 503 until the model is loaded, and 200 from then on",
		},
		{
			name: "predict", needs: []string{"startup"}, ask: (*subject).predict,
			asks:   fmt.Sprintf("POST %s with the request is 200 with a JSON object", spec.PredictPath),
			why:    "it is what callers and the Ingress reach",
			remedy: "send a request your model takes, with --request or --request-file; be ready only once it is answered",
		},
		{
			name: "bad-input", needs: []string{"predict"}, ask: (*subject).badInput,
			asks:   "a body that is empty or no JSON is answered 4xx",
			why:    "5xx count as errors of the server: a caller's mistake would raise InferenceErrorRateHigh",
			remedy: "catch the errors of reading the body, and answer 400",
		},
		{
			name: "body-limit", needs: []string{"predict"}, ask: (*subject).bodyLimit,
			asks:   "a body larger than --max-body is answered 413, and the next request 200",
			why:    "the pod's memory is limited: without a bound one caller ends it for all",
			remedy: "compare Content-Length with a bound, and answer 413 before reading; or name the server's bound with --max-body",
		},
		{
			name: "concurrency", needs: []string{"predict"}, ask: (*subject).concurrency,
			asks:   fmt.Sprintf("%d requests at once are all answered 200", atOnce),
			why:    "a replica gets whatever share of the load the Service gives it",
			remedy: "serve with threads or workers, and guard what they share",
		},
		{
			name: "slow-client", needs: []string{"predict"}, ask: (*subject).slowClient,
			asks:   "others are answered while one caller is slow to send its body",
			why:    "a probe that waits behind a slow caller ends the pod",
			remedy: "serve with threads or workers; one at a time is not enough",
		},
		{
			name: "keep-alive", needs: []string{"predict"}, ask: (*subject).keepAlive,
			asks:   "two requests of one caller use one connection",
			why:    "the ingress controller keeps connections: a new one for each request costs time and ports",
			remedy: "speak HTTP/1.1 with a Content-Length, and read the whole body of a request",
		},
	}
}

func measures() []check {
	return []check{
		{
			name: "metrics", needs: []string{"startup"}, ask: (*subject).metrics,
			asks:   fmt.Sprintf("GET %s is Prometheus text", spec.MetricsPath),
			why:    "alerts and dashboards are made of it",
			remedy: "use the Prometheus client of your language",
		},
		{
			name: "series", needs: []string{"predict", "metrics"}, ask: (*subject).series,
			asks:   "the series of alerts and dashboards are there, with type and labels",
			why:    "an alert on a series that is not there never fires",
			remedy: "name the series, their types and labels as in components/monitoring/metrics",
		},
		{
			name: "counter", needs: []string{"series"}, ask: (*subject).counter,
			asks:   fmt.Sprintf("%s and %s_count grow by the requests that were made", metrics.RequestsTotal, metrics.RequestDuration),
			why:    "InferenceErrorRateHigh is a share of the requests that are counted",
			remedy: "count each request once, when it is answered, in the process that is scraped; ask while nobody else does",
		},
		{
			name: "buckets", needs: []string{"series"}, ask: (*subject).buckets,
			asks:   fmt.Sprintf("%s has a bound above %d s", metrics.RequestDuration, metrics.LatencyLimit),
			why:    fmt.Sprintf("no quantile is above the highest bound: InferenceLatencyHigh, at %d s, could never fire", metrics.LatencyLimit),
			remedy: fmt.Sprintf("use the buckets of the platform: %v", metrics.DurationBuckets()),
		},
	}
}

func lives() []check {
	return []check{
		{
			name: "log", command: true, needs: []string{"predict"}, ask: (*subject).log,
			asks:   "a request is a line of JSON on standard output, with id, code and duration",
			why:    "the saved queries and the alarm on time-outs look for these keys",
			remedy: "write a line for each request with the keys of components/logging/record",
		},
		{
			name: "drain", command: true, needs: []string{"predict"}, ask: (*subject).drain,
			asks:   "after SIGTERM no request is lost until new connections are refused",
			why:    "every update of the tenant ends every pod in this way",
			remedy: "on SIGTERM stop listening, answer what is under way, and then end",
		},
		{
			name: "exit", command: true, needs: []string{"startup"}, ask: (*subject).exit,
			asks: fmt.Sprintf("after SIGTERM the process exits with 0 within %d s", spec.GracePeriodSeconds-spec.DrainSeconds),
			why: fmt.Sprintf("a pod has %d s, of which SIGTERM comes after %d s; then it is killed with what it was answering",
				spec.GracePeriodSeconds, spec.DrainSeconds),
			remedy: "handle SIGTERM, bound the time for requests under way, and start the server without a shell before it",
		},
	}
}
