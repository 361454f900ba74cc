package fluentbit_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/mlops-iac/mlops/components/addons/fluentbit"
	"github.com/mlops-iac/mlops/tests/harness"
	"github.com/mlops-iac/mlops/tests/harness/fluent"
	valid "github.com/mlops-iac/mlops/tests/harness/valid/addons"
)

const (
	configMapType = "kubernetes:core/v1:ConfigMap"
	daemonSetType = "kubernetes:apps/v1:DaemonSet"
	quotaType     = "kubernetes:core/v1:ResourceQuota"
)

func install(t *testing.T, args *fluentbit.Args) *harness.Recorder {
	t.Helper()
	return harness.Run(t, func(ctx *pulumi.Context) error {
		agent, err := fluentbit.New(ctx, "logs", args)
		if err != nil {
			return err
		}
		assert.Len(t, agent.Ready(), 1)
		return nil
	})
}

// configuration is what Fluent Bit reads.
func configuration(t *testing.T, args *fluentbit.Args) fluent.Config {
	t.Helper()
	data, _ := install(t, args).One(t, configMapType, "logs-config").Prop("data").(map[string]any)
	text, _ := data["fluent-bit.yaml"].(string)
	require.NotEmpty(t, text)
	return fluent.Parse(t, text)
}

// known are the properties of each plugin, as in the tables of their sources,
// and those that every input, filter and output has.
var known = map[string]string{
	"tail": "tag path exclude_path multiline.parser db db.locking buffer_max_size skip_long_lines read_from_head " +
		"refresh_interval rotate_wait storage.type mem_buf_limit",
	"systemd": "tag path systemd_filter db read_from_tail storage.type mem_buf_limit",
	"kubernetes": "match kube_tag_prefix buffer_size merge_log merge_log_key keep_log labels annotations namespace_labels " +
		"namespace_annotations k8s-logging.parser k8s-logging.exclude",
	"nest":            "match operation nested_under add_prefix",
	"modify":          "match hard_rename remove remove_wildcard set",
	"grep":            "match logical_op regex exclude",
	"multiline":       "match multiline.key_content multiline.parser emitter_name emitter_storage.type emitter_mem_buf_limit",
	"record_modifier": "match allowlist_key record",
	"rewrite_tag":     "match rule emitter_name emitter_storage.type emitter_mem_buf_limit",
	"stdout":          "match format json_date_key json_date_format",
	"loki":            "match host port tls tls.verify labels line_format retry_limit storage.total_limit_size",
	"cloudwatch_logs": "match region log_group_name log_group_template log_stream_name log_stream_prefix log_stream_template " +
		"auto_create_group retry_limit storage.total_limit_size",
}

// outputs are arguments for every output.
func outputs() map[string]*fluentbit.Args {
	return map[string]*fluentbit.Args{
		"cloudwatch_logs": valid.FluentBit(),
		"loki":            {Output: fluentbit.Output{Loki: &fluentbit.Loki{Host: "loki.example.com", Port: 443, TLS: true}}},
		"stdout":          nil,
	}
}

func TestEveryPropertyExists(t *testing.T) {
	t.Parallel()
	for name, args := range outputs() {
		config := configuration(t, args)
		for _, plugin := range slices.Concat(config.Inputs, config.Filters, config.Outputs) {
			require.Contains(t, known, plugin.Name)
			properties := strings.Fields(known[plugin.Name])
			for _, p := range plugin.Properties {
				assert.Contains(t, properties, p.Key, "%s of %s", plugin.Name, name)
				assert.NotEmpty(t, p.Value, "%s of %s", p.Key, plugin.Name)
			}
		}
		for _, plugin := range config.Outputs {
			assert.Equal(t, name, plugin.Name)
		}
	}
}

// TestNothingFillsTheNode checks that what is buffered is on disk and bounded.
func TestNothingFillsTheNode(t *testing.T) {
	t.Parallel()
	config := configuration(t, valid.FluentBit())
	assert.Equal(t, "/var/lib/fluent-bit/buffer", config.Service["storage.path"])
	for _, plugin := range config.Inputs {
		assert.Equal(t, "filesystem", plugin.Get("storage.type"), plugin.Name)
		assert.True(t, strings.HasPrefix(plugin.Get("db"), "/var/lib/fluent-bit/"), plugin.Name)
	}
	limits := map[string]string{}
	for _, plugin := range config.Outputs {
		limits[plugin.Get("match")] = plugin.Get("storage.total_limit_size")
		assert.Equal(t, "false", plugin.Get("auto_create_group"), "such a group would have neither key nor retention")
	}
	assert.Equal(t, map[string]string{"tenant.*": "1024M", "kube.*": "1024M", "kernel": "128M"}, limits)
	emitters := map[string]string{}
	for _, plugin := range config.Filters {
		if name := plugin.Get("emitter_name"); name != "" {
			emitters[name] = plugin.Get("emitter_storage.type") + " " + plugin.Get("emitter_mem_buf_limit")
		}
	}
	assert.Equal(t, map[string]string{"traces": "filesystem 32M", "tenants": "filesystem 32M"}, emitters)
}

// TestNobodyHidesFromTheLogs reads whole how lines are read and whose they are: from the
// first one, and whatever a pod says of itself.
func TestNobodyHidesFromTheLogs(t *testing.T) {
	t.Parallel()
	config := configuration(t, valid.FluentBit())
	properties := func(plugin fluent.Plugin) map[string]string {
		all := map[string]string{}
		for _, property := range plugin.Properties {
			all[property.Key] = property.Value
		}
		return all
	}
	named := func(name string) func(fluent.Plugin) bool {
		return func(p fluent.Plugin) bool { return p.Name == name }
	}
	tail, pods := slices.IndexFunc(config.Inputs, named("tail")), slices.IndexFunc(config.Filters, named("kubernetes"))
	require.GreaterOrEqual(t, min(tail, pods), 0)
	assert.Equal(t, map[string]string{
		"tag": "kube.*", "path": "/var/log/containers/*.log", "exclude_path": "/var/log/containers/*_logging_fluent-bit-*.log",
		"multiline.parser": "cri", "db": "/var/lib/fluent-bit/containers.db", "db.locking": "on",
		"storage.type": "filesystem", "mem_buf_limit": "32M", "buffer_max_size": "256k", "skip_long_lines": "on",
		"read_from_head": "on", "refresh_interval": "5", "rotate_wait": "30",
	}, properties(config.Inputs[tail]))
	assert.Equal(t, map[string]string{
		"match": "kube.*", "kube_tag_prefix": "kube.var.log.containers.", "buffer_size": "0",
		"merge_log": "on", "merge_log_key": "app", "keep_log": "off",
		"labels": "off", "annotations": "off", "namespace_labels": "on", "namespace_annotations": "off",
		"k8s-logging.parser": "off", "k8s-logging.exclude": "off",
	}, properties(config.Filters[pods]))
}

func TestLoki(t *testing.T) {
	t.Parallel()
	output := configuration(t, outputs()["loki"]).Outputs[0]
	assert.Equal(t, "on", output.Get("tls"))
	assert.Equal(t, "on", output.Get("tls.verify"))
	assert.Equal(t, "443", output.Get("port"))
	assert.Equal(t, "job=fluent-bit, tenant=$tenant, namespace=$namespace_name, container=$container_name, source=$source", output.Get("labels"))
}

// TestOnlyCloudWatchNeedsRoutes checks that nothing is emitted twice where one
// output takes everything.
func TestOnlyCloudWatchNeedsRoutes(t *testing.T) {
	t.Parallel()
	for name, args := range outputs() {
		routes := slices.ContainsFunc(configuration(t, args).Filters, func(p fluent.Plugin) bool { return p.Name == "rewrite_tag" })
		assert.Equal(t, name == "cloudwatch_logs", routes, name)
	}
}
