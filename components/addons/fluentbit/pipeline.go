package fluentbit

import (
	"fmt"
	"strings"

	"gopkg.in/yaml.v3"

	"github.com/mlops-iac/mlops/internal/shared/names"
)

const (
	// logPath is where container runtimes write and journald may keep its journal.
	logPath = "/var/log"
	// containersPath holds a link for every container, named
	// <pod>_<namespace>_<container>-<id>.log by the kubelet.
	containersPath = logPath + "/containers/"
	// journalPath is where journald keeps its journal when it keeps one at all.
	journalPath = logPath + "/journal"
	// statePath holds positions and buffers, on the disk of the node.
	statePath = "/var/lib/fluent-bit"
)

// Everything of the plugins that has a name.
const (
	cloudWatchPlugin = "cloudwatch_logs"
	lokiPlugin       = "loki"
	stdoutPlugin     = "stdout"
	modifyPlugin     = "modify"
	nestPlugin       = "nest"
	grepPlugin       = "grep"
	multilinePlugin  = "multiline"
)

// Prefixes of what is lifted out of the metadata of namespaces, and then removed.
const (
	namespacePrefix = "of_namespace_"
	labelPrefix     = namespacePrefix + "label_"
)

// routeKey says where a record goes, until it goes.
const routeKey = "route_"

// render writes the configuration file.
func (a *Args) render() (string, error) {
	text, err := yaml.Marshal(configuration{
		Service:  serviceSection(),
		Parsers:  []multilineParser{traceParser()},
		Pipeline: pipeline{Inputs: a.inputPlugins(), Filters: a.filterPlugins(), Outputs: a.Output.plugins()},
	})
	if err != nil {
		return "", fmt.Errorf("writing the configuration: %w", err)
	}
	return string(text), nil
}

func serviceSection() service {
	return service{
		FlushSeconds: 5, GraceSeconds: gracePeriodSeconds - 5, LogLevel: "warn",
		HTTPServer: on, HTTPListen: "0.0.0.0", HTTPPort: MetricsPort,
		// What is refused for good within five minutes makes a pod unready. What is
		// merely late is tried again and does not.
		HealthCheck: on, HealthErrors: 50, HealthFailures: 5, HealthPeriod: 300,
		StoragePath: statePath + "/buffer", StorageSync: "normal", StorageCheck: off, StorageMetrics: on,
		// What was left over before a restart comes back slowly. A chunk has up to
		// 2 MB, so both bounds together fit the memory of the container.
		BacklogLimit: "16M", MaxChunksUp: 32,
	}
}

func (a *Args) inputPlugins() []input {
	plugins := []input{tailInput{
		Name: "tail", Tag: containerTag + ".*", Path: containersPath + "*.log",
		// Its own lines would make more of themselves for ever.
		ExcludePath:     containersPath + "*_" + a.Namespace + "_" + app + "-*.log",
		MultilineParser: "cri",
		DB:              statePath + "/containers.db", DBLocking: on,
		StorageType: filesystem, MemBufLimit: "32M",
		// containerd splits lines at 16 KiB and the parser joins them again.
		BufferMaxSize: "256k", SkipLongLines: on,
		// A file that appears is a container that starts: its first lines count.
		ReadFromHead: on, RefreshSeconds: 5, RotateWait: 30,
	}}
	if a.KernelLog {
		plugins = append(plugins, systemdInput{
			Name: "systemd", Tag: kernelTag, Path: journalPath, Filter: "_TRANSPORT=kernel",
			DB: statePath + "/journal.db", ReadFromTail: on, StorageType: filesystem,
		})
	}
	return plugins
}

func (a *Args) filterPlugins() []filter {
	plugins := append([]filter{joinTraces(), dropProbes()}, enrich()...)
	if !a.KeepDebug {
		plugins = append(plugins, dropDebugging())
	}
	if a.KernelLog {
		plugins = append(plugins, kernelFilters()...)
	}
	if a.Output.CloudWatch != nil {
		plugins = append(plugins, routeTenants())
	}
	return append(plugins, strip())
}

// enrich says whose each record is. What a program wrote is put below a key of
// its own, so that it cannot take the place of anything that is said of it.
func enrich() []filter {
	const containers = containerTag + ".*"
	return []filter{
		kubernetesFilter{
			Name: "kubernetes", Match: containers, TagPrefix: containerTag + strings.ReplaceAll(containersPath, "/", "."),
			BufferSize: "0", // a pod with many variables is larger than any default
			MergeLog:   on, MergeLogKey: AppKey, KeepLog: off,
			Labels: off, Annotations: off, NamespaceLabels: on, NamespaceAnnotations: off,
			// Nobody hides from the log or has it read differently.
			SuggestParser: off, SuggestExclude: off,
		},
		nestFilter{Name: nestPlugin, Match: containers, Operation: "lift", NestedUnder: "kubernetes"},
		nestFilter{Name: nestPlugin, Match: containers, Operation: "lift", NestedUnder: "kubernetes_namespace", AddPrefix: namespacePrefix},
		nestFilter{Name: nestPlugin, Match: containers, Operation: "lift", NestedUnder: namespacePrefix + "labels", AddPrefix: labelPrefix},
		modifyFilter{Name: modifyPlugin, Match: containers, HardRename: []string{
			labelPrefix + names.TenantLabel + " " + TenantKey, labelPrefix + names.LogsLabel + " " + routeKey,
		}},
	}
}

// strip comes last: every byte is paid for, and these say nothing more.
func strip() filter {
	return modifyFilter{
		Name: modifyPlugin, Match: "*",
		Remove:         []string{routeKey, "_p", "time", "docker_id", "container_hash", "container_image", "pod_ip"},
		RemoveWildcard: []string{namespacePrefix},
	}
}

// dropProbes leaves out what nobody reads: probes of the kubelet and scrapes of
// Prometheus that were answered. One that failed is the reason for a restart. The
// line itself is looked at, before it is parsed: only text matches in the filter,
// and a status is a number. Both must match, so a line that does not say how a
// request ended stays.
func dropProbes() filter {
	return grepFilter{Name: grepPlugin, Match: containerTag + ".*", LogicalOp: "and", Exclude: []string{
		TextKey + ` ^\{(.*[,{])?\s*"path"\s*:\s*"/(health|healthz|live|livez|ready|readyz|metrics)"\s*[,}]`,
		TextKey + ` [,{]\s*"(code|status|status_code)"\s*:\s*"?[123][0-9][0-9]"?\s*[,}]`,
	}}
}

// dropDebugging leaves out what nobody reads unless there is something to look for.
func dropDebugging() filter {
	return grepFilter{Name: grepPlugin, Match: containerTag + ".*", Exclude: []string{
		key(AppKey, "level") + " ^(DEBUG|Debug|debug|TRACE|Trace|trace)$",
	}}
}

// key names a key of a map in a record, as Fluent Bit's record accessor does.
func key(outer, inner string) string { return "$" + outer + "['" + inner + "']" }

// kernelFilters keep processes killed for want of memory, with the line before
// it that names the pod, and the errors of NVIDIA GPUs.
func kernelFilters() []filter {
	return []filter{
		grepFilter{Name: grepPlugin, Match: kernelTag, Regex: []string{"MESSAGE (oom-kill:|" + Killed + "|NVRM: Xid)"}},
		allowFilter{Name: "record_modifier", Match: kernelTag, Keys: []string{"MESSAGE"}},
		modifyFilter{
			Name: modifyPlugin, Match: kernelTag,
			HardRename: []string{"MESSAGE " + TextKey},
			Set:        []string{SourceKey + " " + KernelSource, HostKey + " ${" + nodeVariable + "}"},
		},
	}
}

// routeTenants gives records of tenants with a group a tag of their own. They
// come in again under that tag, and only the last filter matches it.
func routeTenants() filter {
	return rewriteTagFilter{
		Name: "rewrite_tag", Match: containerTag + ".*",
		Rule:        fmt.Sprintf("$%s ^%s$ %s.%s false", routeKey, names.OwnLogs, tenantTag, streamTemplate),
		EmitterName: "tenants", EmitterStorageType: filesystem, EmitterMemBufLimit: "32M",
	}
}
