package logging_test

import (
	"context"
	"log/slog"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/mlops-iac/mlops/components/addons/fluentbit"
	"github.com/mlops-iac/mlops/components/logging/record"
	"github.com/mlops-iac/mlops/tests/harness"
	"github.com/mlops-iac/mlops/tests/harness/fluent"
	valid "github.com/mlops-iac/mlops/tests/harness/valid/addons"
)

// delivered are records as they lie in CloudWatch: a request of the inference
// service and a line of the kernel, which went through the configuration that
// the platform generates.
func delivered(t *testing.T) (request, kernel fluent.Record) {
	t.Helper()
	made := harness.Run(t, harness.Program(fluentbit.New, "logs", valid.FluentBit()))
	data, _ := made.One(t, "kubernetes:core/v1:ConfigMap", "logs-config").Prop("data").(map[string]any)
	text, _ := data["fluent-bit.yaml"].(string)
	config := fluent.Parse(t, text)
	cluster := fluent.Cluster{Node: "node-1", Labels: map[string]map[string]any{"tenant-a": {"mlops.io/tenant": "tenant-a", "mlops.io/logs": "own"}}}

	var line strings.Builder
	slog.New(slog.NewJSONHandler(&line, nil)).Log(context.Background(), slog.LevelError, record.Request,
		"tenant", "tenant-a", record.RequestID, "r-1", record.Method, "POST", record.Path, "/predict", record.Code, 503,
		record.Error, record.TimedOut, record.Duration, 30.0, record.ModelVersion, "v3")
	file := "/var/log/containers/inference-1_tenant-a_inference-" + strings.Repeat("0a", 32) + ".log"
	got := config.Container(t, cluster, file, "2026-11-21T09:12:37.1Z stdout F "+strings.TrimSpace(line.String()))
	require.Len(t, got, 1)
	request = got[0].Record
	got = config.Journal(t, cluster, fluent.Record{
		"_TRANSPORT": "kernel", "MESSAGE": "Memory cgroup out of memory: Killed process 4242 (python3) total-vm:2097152kB",
	})
	require.Len(t, got, 1)
	return request, got[0].Record
}

// condition is one comparison in a filter pattern, such as $.app.code = 503.
var condition = regexp.MustCompile(`\$\.([A-Za-z0-9_.]+) = ("[^"]*"|[0-9]+)`)

// at returns the field at a path such as app.code.
func at(record map[string]any, path string) (any, bool) {
	step, rest, deeper := strings.Cut(path, ".")
	value, there := record[step]
	if !deeper {
		return value, there
	}
	inner, _ := value.(map[string]any)
	return at(inner, rest)
}

// TestPatternsNameWhatIsThere checks every field that the patterns of the metric
// filters compare: that a record has it, and that it is text where the pattern
// has text and a number where it has a number. CloudWatch matches neither
// otherwise, and says nothing.
func TestPatternsNameWhatIsThere(t *testing.T) {
	t.Parallel()
	request, kernel := delivered(t)
	made := build(t, usual())
	for name, c := range map[string]struct {
		sample     fluent.Record
		conditions int
	}{"logs-memory-kills": {kernel, 2}, "logs-timeouts": {request, 3}} {
		filter := made.One(t, filterType, name)
		pattern, _ := filter.Prop("pattern").(string)
		found := condition.FindAllStringSubmatch(pattern, -1)
		require.Len(t, found, c.conditions, pattern)
		for _, one := range found {
			value, there := at(c.sample, one[1])
			require.True(t, there, "%s: no record has %s", name, one[1])
			_, isText := value.(string)
			assert.Equal(t, strings.HasPrefix(one[2], `"`), isText, "%s: %s is %T", name, one[1], value)
		}
		dimensions, _ := filter.Prop("metricTransformation.dimensions").(map[string]any)
		for _, path := range dimensions {
			_, there := at(c.sample, strings.TrimPrefix(path.(string), "$."))
			assert.True(t, there, "%s: %v", name, path)
		}
		assert.True(t, strings.HasPrefix(pattern, "{ ") && strings.HasSuffix(pattern, " }"))
		assert.Equal(t, strings.Count(pattern, "("), strings.Count(pattern, ")"))
		assert.LessOrEqual(t, len(pattern), 1024, "the limit of CloudWatch")
	}
	words := condition.FindAllStringSubmatch(made.One(t, filterType, "logs-memory-kills").Prop("pattern").(string), -1)[1][2]
	assert.Contains(t, kernel[fluentbit.TextKey], strings.Trim(words, `"*`))
}

// named are the fields that queries mention.
var named = regexp.MustCompile(`\b(app\.[a-z_]+|tenant|pod_name|namespace_name|container_name|host|log|source)\b`)

func TestQueriesNameWhatIsThere(t *testing.T) {
	t.Parallel()
	request, kernel := delivered(t)
	for _, query := range build(t, usual()).OfType(queryType) {
		text, _ := query.Prop("queryString").(string)
		fields := named.FindAllString(text, -1)
		require.NotEmpty(t, fields, query.Name)
		for _, name := range fields {
			_, ofRequest := at(request, name)
			_, ofKernel := at(kernel, name)
			assert.True(t, ofRequest || ofKernel, "%s: no record has %s", query.Name, name)
		}
		assert.LessOrEqual(t, len(text), 10000, "the limit of CloudWatch")
	}
}

// TestTheUIDOfAKilledPod runs the regular expression of the saved query over a
// line of the kernel. The same expression in Go and in Logs Insights.
func TestTheUIDOfAKilledPod(t *testing.T) {
	t.Parallel()
	text, _ := build(t, usual()).One(t, queryType, "logs-out-of-memory-kills").Prop("queryString").(string)
	expression := regexp.MustCompile(`parse log /(.*)/`).FindStringSubmatch(text)
	require.NotNil(t, expression)
	const line = "oom-kill:constraint=CONSTRAINT_MEMCG,nodemask=(null),oom_memcg=/kubepods.slice/kubepods-burstable.slice/" +
		"kubepods-burstable-pod8c1f0b1e_5d34_4a3e_9a53_0f6f0a3c2a11.slice,task=python3,pid=4242,uid=65532"
	found := regexp.MustCompile(expression[1]).FindStringSubmatch(line)
	require.NotNil(t, found)
	assert.Equal(t, "8c1f0b1e_5d34_4a3e_9a53_0f6f0a3c2a11", found[1])
}
