package settings

import (
	lokispec "github.com/mlops-iac/mlops/components/addons/loki/spec"
	loggingspec "github.com/mlops-iac/mlops/components/logging/spec"
)

// Logs collects what containers write: in CloudWatch Logs on substrate aws,
// inside the cluster or in a Loki on substrate kubernetes.
type Logs struct {
	// Enabled installs Fluent Bit on every node.
	Enabled bool `json:"enabled"`
	// KeepDebug keeps records of the levels debug and trace, which are dropped otherwise.
	KeepDebug bool `json:"keepDebug"`
	loggingspec.Logs
	// Destination is where records go: `stdout` prints them, for kubectl, `loki` sends them to Loki.
	Destination LogDestination `json:"destination" only:"kubernetes"`
	// Loki is the server for destination `loki`.
	Loki Loki `json:"loki" only:"kubernetes"`
}

// LogDestination is where records go on substrate kubernetes.
type LogDestination string

// The destinations.
const (
	// LogsToStdout prints records, for kubectl logs.
	LogsToStdout LogDestination = "stdout"
	// LogsToLoki sends them to Loki.
	LogsToLoki LogDestination = "loki"
)

// Values lists what is supported.
func (LogDestination) Values() []string { return []string{string(LogsToStdout), string(LogsToLoki)} }

// Loki is a Loki that is there already, or how the installed one is sized.
type Loki struct {
	// URL is that of a Loki that is there and asks for no login, such as `http://loki.example.com:3100`; left out, one
	// is installed.
	URL string `json:"url"`
	lokispec.Loki
}
