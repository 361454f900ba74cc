package settings

// Logs collects what containers write.
type Logs struct {
	// Enabled installs Fluent Bit on every node.
	Enabled bool `json:"enabled"`
	// KeepDebug keeps records of the levels debug and trace, which are dropped otherwise.
	KeepDebug bool `json:"keepDebug"`
	// RetentionDays is how long records are kept, one of the values of CloudWatch Logs.
	RetentionDays int `json:"retentionDays" only:"aws" unit:"days"`
	// Alarms say when what is in the logs raises an alarm; the topic of `monitoring.alerting.sns` is notified.
	Alarms LogAlarms `json:"alarms" only:"aws"`
	// Destination is where records go: `stdout` prints them, for kubectl, `loki` sends them to Loki.
	Destination LogDestination `json:"destination" only:"kubernetes"`
	// Loki is the server for destination `loki`.
	Loki Loki `json:"loki" only:"kubernetes"`
}

// LogAlarms are the counts within five minutes from which on there is an alarm.
type LogAlarms struct {
	// OutOfMemoryKills counts processes that the kernels of the nodes killed for want of memory; 0 for no alarm.
	OutOfMemoryKills int `json:"outOfMemoryKills"`
	// Timeouts counts requests of one tenant that timed out; 0 for no alarm.
	Timeouts int `json:"timeouts"`
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
	// RetentionDays is how long the installed one keeps records, 1 to 365.
	RetentionDays int `json:"retentionDays" unit:"days"`
	// StorageGiB is the size of its volume.
	StorageGiB int `json:"storageGiB" unit:"GiB"`
}
