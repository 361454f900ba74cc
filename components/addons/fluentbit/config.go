package fluentbit

// The part of Fluent Bit's configuration file that is used here. Plugins read
// their properties in the order in which they are written, and a list sets a
// property once for each of its items. The names of properties were read in the
// plugins' sources.
type (
	configuration struct {
		Service  service           `yaml:"service"`
		Parsers  []multilineParser `yaml:"multiline_parsers"`
		Pipeline pipeline          `yaml:"pipeline"`
	}
	service struct {
		FlushSeconds   int    `yaml:"flush"`
		GraceSeconds   int    `yaml:"grace"`
		LogLevel       string `yaml:"log_level"`
		HTTPServer     string `yaml:"http_server"`
		HTTPListen     string `yaml:"http_listen"`
		HTTPPort       int    `yaml:"http_port"`
		HealthCheck    string `yaml:"health_check"`
		HealthErrors   int    `yaml:"hc_errors_count"`
		HealthFailures int    `yaml:"hc_retry_failure_count"`
		HealthPeriod   int    `yaml:"hc_period"`
		StoragePath    string `yaml:"storage.path"`
		StorageSync    string `yaml:"storage.sync"`
		StorageCheck   string `yaml:"storage.checksum"`
		StorageMetrics string `yaml:"storage.metrics"`
		BacklogLimit   string `yaml:"storage.backlog.mem_limit"`
		MaxChunksUp    int    `yaml:"storage.max_chunks_up"`
	}
	// multilineParser says which lines belong together: from start_state on, a
	// line that matches a rule of the state leads to the next one, and any other
	// begins a record of its own.
	multilineParser struct {
		Name              string          `yaml:"name"`
		Type              string          `yaml:"type"`
		FlushMilliseconds int             `yaml:"flush_timeout"`
		Rules             []multilineRule `yaml:"rules"`
	}
	multilineRule struct {
		State string `yaml:"state"`
		Regex string `yaml:"regex"`
		Next  string `yaml:"next_state"`
	}
	pipeline struct {
		Inputs  []input  `yaml:"inputs"`
		Filters []filter `yaml:"filters"`
		Outputs []output `yaml:"outputs"`
	}
	// input, filter and output keep a plugin out of the wrong list.
	input  interface{ input() }
	filter interface{ filter() }
	output interface{ output() }
)

// Inputs.
type (
	tailInput struct {
		Name            string `yaml:"name"`
		Tag             string `yaml:"tag"`
		Path            string `yaml:"path"`
		ExcludePath     string `yaml:"exclude_path"`
		MultilineParser string `yaml:"multiline.parser"`
		DB              string `yaml:"db"`
		DBLocking       string `yaml:"db.locking"`
		StorageType     string `yaml:"storage.type"`
		MemBufLimit     string `yaml:"mem_buf_limit"`
		BufferMaxSize   string `yaml:"buffer_max_size"`
		SkipLongLines   string `yaml:"skip_long_lines"`
		ReadFromHead    string `yaml:"read_from_head"`
		RefreshSeconds  int    `yaml:"refresh_interval"`
		RotateWait      int    `yaml:"rotate_wait"`
	}
	systemdInput struct {
		Name         string `yaml:"name"`
		Tag          string `yaml:"tag"`
		Path         string `yaml:"path"`
		Filter       string `yaml:"systemd_filter"`
		DB           string `yaml:"db"`
		ReadFromTail string `yaml:"read_from_tail"`
		StorageType  string `yaml:"storage.type"`
	}
)

// Filters.
type (
	kubernetesFilter struct {
		Name                 string `yaml:"name"`
		Match                string `yaml:"match"`
		TagPrefix            string `yaml:"kube_tag_prefix"`
		BufferSize           string `yaml:"buffer_size"`
		MergeLog             string `yaml:"merge_log"`
		MergeLogKey          string `yaml:"merge_log_key"`
		KeepLog              string `yaml:"keep_log"`
		Labels               string `yaml:"labels"`
		Annotations          string `yaml:"annotations"`
		NamespaceLabels      string `yaml:"namespace_labels"`
		NamespaceAnnotations string `yaml:"namespace_annotations"`
		SuggestParser        string `yaml:"k8s-logging.parser"`
		SuggestExclude       string `yaml:"k8s-logging.exclude"`
	}
	nestFilter struct {
		Name        string `yaml:"name"`
		Match       string `yaml:"match"`
		Operation   string `yaml:"operation"`
		NestedUnder string `yaml:"nested_under"`
		AddPrefix   string `yaml:"add_prefix,omitempty"`
	}
	modifyFilter struct {
		Name           string   `yaml:"name"`
		Match          string   `yaml:"match"`
		HardRename     []string `yaml:"hard_rename,omitempty"`
		Remove         []string `yaml:"remove,omitempty"`
		RemoveWildcard []string `yaml:"remove_wildcard,omitempty"`
		Set            []string `yaml:"set,omitempty"`
	}
	grepFilter struct {
		Name      string   `yaml:"name"`
		Match     string   `yaml:"match"`
		LogicalOp string   `yaml:"logical_op,omitempty"`
		Regex     []string `yaml:"regex,omitempty"`
		Exclude   []string `yaml:"exclude,omitempty"`
	}
	multilineFilter struct {
		Name               string `yaml:"name"`
		Match              string `yaml:"match"`
		KeyContent         string `yaml:"multiline.key_content"`
		Parser             string `yaml:"multiline.parser"`
		EmitterName        string `yaml:"emitter_name"`
		EmitterStorageType string `yaml:"emitter_storage.type"`
		EmitterMemBufLimit string `yaml:"emitter_mem_buf_limit"`
	}
	allowFilter struct {
		Name  string   `yaml:"name"`
		Match string   `yaml:"match"`
		Keys  []string `yaml:"allowlist_key"`
	}
	rewriteTagFilter struct {
		Name               string `yaml:"name"`
		Match              string `yaml:"match"`
		Rule               string `yaml:"rule"`
		EmitterName        string `yaml:"emitter_name"`
		EmitterStorageType string `yaml:"emitter_storage.type"`
		EmitterMemBufLimit string `yaml:"emitter_mem_buf_limit"`
	}
)

// Outputs.
type (
	stdoutOutput struct {
		Name       string `yaml:"name"`
		Match      string `yaml:"match"`
		Format     string `yaml:"format"`
		DateKey    string `yaml:"json_date_key"`
		DateFormat string `yaml:"json_date_format"`
	}
	lokiOutput struct {
		Name       string `yaml:"name"`
		Match      string `yaml:"match"`
		Host       string `yaml:"host"`
		Port       int    `yaml:"port"`
		TLS        string `yaml:"tls"`
		TLSVerify  string `yaml:"tls.verify"`
		Labels     string `yaml:"labels"`
		LineFormat string `yaml:"line_format"`
		RetryLimit string `yaml:"retry_limit"`
		TotalLimit string `yaml:"storage.total_limit_size"`
	}
	cloudWatchOutput struct {
		Name            string `yaml:"name"`
		Match           string `yaml:"match"`
		Region          string `yaml:"region"`
		Group           string `yaml:"log_group_name"`
		GroupTemplate   string `yaml:"log_group_template,omitempty"`
		Stream          string `yaml:"log_stream_name,omitempty"`
		StreamPrefix    string `yaml:"log_stream_prefix,omitempty"`
		StreamTemplate  string `yaml:"log_stream_template,omitempty"`
		AutoCreateGroup string `yaml:"auto_create_group"`
		RetryLimit      string `yaml:"retry_limit"`
		TotalLimit      string `yaml:"storage.total_limit_size"`
	}
)

func (tailInput) input()         {}
func (systemdInput) input()      {}
func (kubernetesFilter) filter() {}
func (nestFilter) filter()       {}
func (modifyFilter) filter()     {}
func (grepFilter) filter()       {}
func (allowFilter) filter()      {}
func (multilineFilter) filter()  {}
func (rewriteTagFilter) filter() {}
func (stdoutOutput) output()     {}
func (lokiOutput) output()       {}
func (cloudWatchOutput) output() {}

// Switches, as Fluent Bit writes them.
const (
	on  = "on"
	off = "off"
)

// filesystem keeps what is buffered on disk, where it outlives the pod.
const filesystem = "filesystem"
