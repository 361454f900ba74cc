package stack_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/mlops-iac/mlops/components/addons/fluentbit"
	"github.com/mlops-iac/mlops/components/logging"
	"github.com/mlops-iac/mlops/internal/platform"
	"github.com/mlops-iac/mlops/tests/harness"
	"github.com/mlops-iac/mlops/tests/harness/fluent"
)

const configMapType = "kubernetes:core/v1:ConfigMap"

// reader is the configuration of Fluent Bit in a stack.
func reader(t *testing.T, record *harness.Recorder, stack string) fluent.Config {
	t.Helper()
	data, _ := record.One(t, configMapType, "mlops-"+stack+"-fluent-bit-config").Prop("data").(map[string]any)
	text, _ := data["fluent-bit.yaml"].(string)
	return fluent.Parse(t, text)
}

// TestEveryTenantHasItsLogs follows a line of every tenant to the log group that
// the stack makes for it, under a role that may write there.
func TestEveryTenantHasItsLogs(t *testing.T) {
	t.Parallel()
	onAWS(t, func(t *testing.T, stack string, record *harness.Recorder) {
		t.Helper()
		groups := map[any]bool{}
		for _, group := range record.OfType("aws:cloudwatch/logGroup:LogGroup") {
			groups[group.Prop("name")] = true
		}
		config := reader(t, record, stack)
		id := "0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a"
		for _, name := range append(defined(t, stack), "kube-system") {
			labels := map[string]any{}
			want := "/mlops/mlops-" + stack + "/platform"
			if name != "kube-system" {
				namespace := record.One(t, "kubernetes:core/v1:Namespace", "mlops-"+stack+"-tenant-"+name+"-namespace")
				labels, _ = namespace.Prop("metadata.labels").(map[string]any)
				want = "/mlops/mlops-" + stack + "/tenants/" + name
			}
			got := config.Container(t, fluent.Cluster{Node: "n", Labels: map[string]map[string]any{name: labels}},
				"/var/log/containers/pod_"+name+"_container-"+id+".log", "2026-11-21T09:12:37.1Z stdout F hello")
			require.Len(t, got, 1, name)
			assert.Equal(t, want, got[0].Group)
			assert.True(t, groups[got[0].Group], "nobody makes %s", got[0].Group)
		}
		policy := record.One(t, "aws:iam/rolePolicy:RolePolicy", "mlops-"+stack+"-log-writer-policy")
		if _, known := policy.Prop("policy").(string); known {
			resources := harness.Statements(t, policy, "policy")[0]["Resource"]
			account := parse(t, stack).AWS.AccountID
			assert.Equal(t, []any{
				"arn:aws:logs:eu-west-1:" + account + ":log-group:/mlops/mlops-" + stack + "/platform:*",
				"arn:aws:logs:eu-west-1:" + account + ":log-group:/mlops/mlops-" + stack + "/tenants/*:*",
			}, resources)
		}
	})
}

func TestAlarmsFromLogsReachTheTopic(t *testing.T) {
	t.Parallel()
	onAWS(t, func(t *testing.T, stack string, record *harness.Recorder) {
		t.Helper()
		alarms := record.OfType("aws:cloudwatch/metricAlarm:MetricAlarm")
		require.Len(t, alarms, 1+len(defined(t, stack)))
		for _, alarm := range alarms {
			assert.Equal(t, []any{parse(t, stack).Monitoring.Alerting.SNS.TopicARN}, alarm.Prop("alarmActions"), alarm.Name)
		}
	})
}

func TestLogsInTheCluster(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		change map[string]any
		output string
		host   string
		loki   int
	}{
		"printed":   {output: "stdout"},
		"installed": {change: map[string]any{"logs.destination": "loki"}, output: "loki", host: "loki.loki.svc", loki: 1},
		"somebody else's": {
			change: map[string]any{"logs.destination": "loki", "logs.loki": map[string]any{"url": "https://loki.example.com"}},
			output: "loki", host: "loki.example.com",
		},
	} {
		record, err := buildLocal(t, c.change, platform.Options{})
		require.NoError(t, err, name)
		outputs := reader(t, record, localStack).Outputs
		require.Len(t, outputs, 1, name)
		assert.Equal(t, c.output, outputs[0].Name, name)
		assert.Equal(t, c.host, outputs[0].Get("host"), name)
		assert.Len(t, record.OfType("mlops:index:Loki"), c.loki, name)
		for _, in := range reader(t, record, localStack).Inputs {
			assert.Equal(t, "tail", in.Name, "%s: nodes here may have no journal, without which Fluent Bit does not start", name)
		}
		if c.loki > 0 {
			source := record.One(t, configMapType, "mlops-local-loki-data-source")
			assert.Equal(t, "monitoring", source.Prop("metadata.namespace"))
			requireAfter(t, record, fluentbit.Token, urn(localStack, "mlops:index:Loki$"+releaseType, "mlops-local-loki-release"))
		}
	}
}

func TestWithoutLogs(t *testing.T) {
	t.Parallel()
	for _, stack := range []string{"dev", localStack} {
		values := tree(t, stack)
		set(t, values, "logs.enabled", false)
		outputs := exported(t, stack, values)
		assert.NotContains(t, outputs, logging.OutputKey)
		record, err := build(t, stack, values, platform.Options{})
		require.NoError(t, err)
		assert.Empty(t, record.OfType(fluentbit.Token))
		assert.Empty(t, record.OfType(logging.Token))
	}
}

func TestLogsWithoutMonitoring(t *testing.T) {
	t.Parallel()
	record, err := buildLocal(t, map[string]any{
		"logs.destination": "loki", "monitoring.enabled": false,
	}, platform.Options{})
	require.NoError(t, err)
	assert.Empty(t, record.OfType("kubernetes:monitoring.coreos.com/v1:ServiceMonitor"))
	require.Len(t, record.OfType(fluentbit.Token), 1)
	for _, config := range record.OfType(configMapType) {
		assert.NotEqual(t, "mlops-local-loki-data-source", config.Name, "there is no Grafana")
	}
}
