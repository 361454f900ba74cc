package fluent

import (
	"encoding/json"
	"path"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// Cluster holds the objects that Fluent Bit can ask for.
type Cluster struct {
	// Node is the name of the node it runs on.
	Node string
	// Labels are the labels of namespaces.
	Labels map[string]map[string]any
}

// Delivery is where a record ended.
type Delivery struct {
	Output        Plugin
	Tag           string
	Group, Stream string
	Record        Record
}

// cri is the built-in parser of the lines that container runtimes write.
var cri = regexp.MustCompile(`^(?P<time>.+?) (?P<stream>stdout|stderr) (?P<p>F|P) (?P<log>.*)$`)

// file is the name the kubelet gives to the log of a container.
var file = regexp.MustCompile(`^(?P<pod>[a-z0-9](?:[-a-z0-9.]*[a-z0-9])?)_(?P<namespace>[^_]+)_(?P<container>.+)-(?P<id>[a-z0-9]{64})\.log$`)

// Container passes the lines of one container's log through the pipeline.
func (c Config) Container(t *testing.T, cluster Cluster, name string, lines ...string) []Delivery {
	t.Helper()
	var found []Delivery
	for _, in := range c.Inputs {
		if in.Name != "tail" || !matches(t, in.Get("path"), name) || matches(t, in.Get("exclude_path"), name) {
			continue
		}
		tag := strings.Replace(in.Get("tag"), "*", strings.ReplaceAll(strings.TrimPrefix(name, "/"), "/", "."), 1)
		var records []Record
		joined := ""
		for _, line := range lines {
			parts := cri.FindStringSubmatch(line)
			require.NotNil(t, parts, "no line of a container runtime: %s", line)
			if joined += parts[4]; parts[3] == "P" {
				continue
			}
			records = append(records, Record{"time": parts[1], "stream": parts[2], "_p": parts[3], "log": joined})
			joined = ""
		}
		for _, record := range c.joined(t, tag, records) {
			found = append(found, c.pass(t, cluster, tag, record, false)...)
		}
	}
	return found
}

// Journal passes an entry of the journal through the pipeline.
func (c Config) Journal(t *testing.T, cluster Cluster, entry Record) []Delivery {
	t.Helper()
	var found []Delivery
	for _, in := range c.Inputs {
		key, value, _ := strings.Cut(in.Get("systemd_filter"), "=")
		if in.Name == "systemd" && entry[key] == value {
			found = append(found, c.pass(t, cluster, in.Get("tag"), entry, false)...)
		}
	}
	return found
}

func matches(t *testing.T, pattern, name string) bool {
	t.Helper()
	matched, err := path.Match(pattern, name)
	require.NoError(t, err)
	return matched && pattern != ""
}

// pass runs the filters and delivers what is left. Emitted records come in
// again once; twice would be a loop.
func (c Config) pass(t *testing.T, cluster Cluster, tag string, record Record, again bool) []Delivery {
	t.Helper()
	for _, f := range c.Filters {
		if !routed(t, f.Get("match"), tag) {
			continue
		}
		if f.Name == "rewrite_tag" {
			rule := strings.Fields(f.Get("rule"))
			require.Len(t, rule, 4)
			require.Equal(t, "false", rule[3], "the record must not be kept under both tags")
			text, _ := record.Lookup(rule[0])
			if value, ok := text.(string); ok && regexp.MustCompile(rule[1]).MatchString(value) {
				require.False(t, again, "a loop: %s", tag)
				next, complete := record.Expand(rule[2])
				require.True(t, complete, rule[2])
				return c.pass(t, cluster, next, record, true)
			}
			continue
		}
		if !apply(t, f, cluster, tag, record) {
			return nil
		}
	}
	return c.deliver(t, cluster, tag, record)
}

// apply runs one filter and says whether the record is kept.
func apply(t *testing.T, f Plugin, cluster Cluster, tag string, record Record) bool {
	t.Helper()
	switch f.Name {
	case "kubernetes":
		enrich(t, f, cluster, tag, record)
	case "nest":
		require.Equal(t, "lift", f.Get("operation"))
		record.lift(f.Get("nested_under"), f.Get("add_prefix"))
	case "modify":
		modify(t, f, cluster, record)
	case "record_modifier":
		allow(f, record)
	case "grep":
		return keep(f, record)
	case "multiline": // before any other, by joined
	default:
		require.Fail(t, "unknown filter", f.Name)
	}
	return true
}

func enrich(t *testing.T, f Plugin, cluster Cluster, tag string, record Record) {
	t.Helper()
	name, ok := strings.CutPrefix(tag, f.Get("kube_tag_prefix"))
	require.True(t, ok, "%s does not begin with kube_tag_prefix", tag)
	parts := file.FindStringSubmatch(name)
	require.NotNil(t, parts, name)
	if text, _ := record["log"].(string); f.Get("merge_log") == "on" && strings.HasPrefix(text, "{") {
		var object map[string]any
		if json.Unmarshal([]byte(text), &object) == nil {
			if f.Get("keep_log") == "off" {
				delete(record, "log")
			}
			record.merge(f.Get("merge_log_key"), object)
		}
	}
	record["kubernetes"] = map[string]any{
		"pod_name": parts[1], "namespace_name": parts[2], "container_name": parts[3], "docker_id": parts[4],
		"pod_id": "8c1f0b1e-5d34-4a3e-9a53-0f6f0a3c2a11", "host": cluster.Node, "pod_ip": "10.0.0.7",
		"container_hash": "sha256:00", "container_image": "example.com/image:1",
	}
	if labels := cluster.Labels[parts[2]]; f.Get("namespace_labels") == "on" && labels != nil {
		record["kubernetes_namespace"] = map[string]any{"name": parts[2], "labels": labels}
	}
}

// merge puts parsed JSON under a key, or without one among the fields of the record.
func (r Record) merge(key string, object map[string]any) {
	if key != "" {
		r[key] = object
		return
	}
	for name, value := range object {
		r[name] = value
	}
}

func modify(t *testing.T, f Plugin, cluster Cluster, record Record) {
	t.Helper()
	for _, p := range f.Properties {
		key, value, _ := strings.Cut(p.Value, " ")
		switch p.Key {
		case "match":
		case "hard_rename":
			if moved, there := record[key]; there {
				delete(record, key)
				record[value] = moved
			}
		case "remove":
			delete(record, key)
		case "remove_wildcard":
			for name := range record {
				if strings.HasPrefix(name, key) {
					delete(record, name)
				}
			}
		case "set":
			record[key] = strings.ReplaceAll(value, "${NODE_NAME}", cluster.Node)
		default:
			require.Fail(t, "unknown rule of modify", p.Key)
		}
	}
}

func allow(f Plugin, record Record) {
	for name := range record {
		allowed := false
		for _, p := range f.Properties {
			allowed = allowed || p.Key == "allowlist_key" && p.Value == name
		}
		if !allowed {
			delete(record, name)
		}
	}
}

// keep drops what a regex does not match or an exclude does, or with the operator
// "and" what all excludes match. Only text matches.
func keep(f Plugin, record Record) bool {
	excludes, matching := 0, 0
	for _, p := range f.Properties {
		if p.Key != "regex" && p.Key != "exclude" {
			continue
		}
		field, pattern, _ := strings.Cut(p.Value, " ")
		value, _ := record.Lookup(field)
		text, isText := value.(string)
		matched := isText && regexp.MustCompile(pattern).MatchString(text)
		if p.Key == "regex" && !matched {
			return false
		}
		if p.Key == "exclude" {
			excludes++
			matching += map[bool]int{true: 1}[matched]
		}
	}
	if f.Get("logical_op") == "and" {
		return excludes == 0 || matching < excludes
	}
	return matching == 0
}

func (c Config) deliver(t *testing.T, cluster Cluster, tag string, record Record) []Delivery {
	t.Helper()
	var found []Delivery
	for _, o := range c.Outputs {
		if !routed(t, o.Get("match"), tag) {
			continue
		}
		d := Delivery{Output: o, Tag: tag, Record: record, Group: o.Get("log_group_name")}
		if text, complete := record.Expand(o.Get("log_group_template")); complete && text != "" {
			d.Group = text
		}
		d.Stream = strings.ReplaceAll(o.Get("log_stream_name"), "${NODE_NAME}", cluster.Node)
		if prefix := o.Get("log_stream_prefix"); prefix != "" {
			d.Stream = prefix + tag
		}
		if text, complete := record.Expand(o.Get("log_stream_template")); complete && text != "" {
			d.Stream = text
		}
		found = append(found, d)
	}
	return found
}

// routed says whether a tag matches, where "*" stands for any text.
func routed(t *testing.T, pattern, tag string) bool {
	t.Helper()
	require.NotEmpty(t, pattern)
	quoted := strings.ReplaceAll(regexp.QuoteMeta(pattern), `\*`, ".*")
	return regexp.MustCompile("^" + quoted + "$").MatchString(tag)
}
