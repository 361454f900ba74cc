package spec

// Paths that every inference server answers: the kubelet asks the first two,
// Prometheus the third, and callers the last.
const (
	HealthPath  = "/health"
	ReadyPath   = "/ready"
	MetricsPath = "/metrics"
	PredictPath = "/predict"
)

// Times that an inference server has, in seconds.
const (
	// DrainSeconds is how long a pod that ends goes on serving, until every
	// proxy knows. Endpoints reach all nodes within a few seconds.
	DrainSeconds = 10
	// GracePeriodSeconds is DrainSeconds and 30 for requests under way.
	GracePeriodSeconds = 40
	// StartupSeconds is how long a server may load its model.
	StartupSeconds = 300
	// ProbeSeconds is how long an answer to a probe may take.
	ProbeSeconds = 3
)
