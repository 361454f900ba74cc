package fluentbit_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/mlops-iac/mlops/components/addons/fluentbit"
	"github.com/mlops-iac/mlops/tests/harness/fluent"
	valid "github.com/mlops-iac/mlops/tests/harness/valid/addons"
)

// cluster has two tenants of the stack, one of another stack, and the platform.
var cluster = fluent.Cluster{Node: "node-1", Labels: map[string]map[string]any{
	"tenant-a":    {"mlops.io/tenant": "tenant-a", "mlops.io/logs": "own", "pod-security.kubernetes.io/enforce": "restricted"},
	"tenant-b":    {"mlops.io/tenant": "tenant-b", "mlops.io/logs": "own"},
	"guest":       {"mlops.io/tenant": "guest"},
	"kube-system": {"kubernetes.io/metadata.name": "kube-system"},
}}

// logOf is the file of a container.
func logOf(namespace, pod, container string) string {
	return "/var/log/containers/" + pod + "_" + namespace + "_" + container + "-" + strings.Repeat("0a", 32) + ".log"
}

// written is what a runtime makes of a line that a program wrote.
func written(line string) string { return "2026-11-21T09:12:37.123456789Z stdout F " + line }

// said returns the line that the JSON handler of slog writes.
func said(t *testing.T, level slog.Level, msg string, args ...any) string {
	t.Helper()
	var line bytes.Buffer
	slog.New(slog.NewJSONHandler(&line, &slog.HandlerOptions{Level: slog.LevelDebug})).Log(context.Background(), level, msg, args...)
	return strings.TrimSpace(line.String())
}

// served is the line of the inference service for one request.
func served(t *testing.T, msg string, code int, path string) string {
	t.Helper()
	return said(t, slog.LevelInfo, msg, "tenant", "tenant-a", "request_id", "r-1", "method", "POST", "path", path,
		"code", code, "duration_seconds", (1500 * time.Millisecond).Seconds(), "model_version", "v3")
}

func TestARequestOfATenant(t *testing.T) {
	t.Parallel()
	config := configuration(t, valid.FluentBit())
	got := config.Container(t, cluster, logOf("tenant-a", "inference-7d9f-x", "inference"), written(served(t, "request", 200, "/predict")))
	require.Len(t, got, 1)
	assert.Equal(t, "/mlops/mlops-test/tenants/tenant-a", got[0].Group)
	assert.Equal(t, "tenant-a.inference-7d9f-x.inference", got[0].Stream)
	record := got[0].Record
	app, _ := record[fluentbit.AppKey].(map[string]any)
	require.NotNil(t, app)
	assert.NotEmpty(t, app["time"])
	delete(app, "time")
	assert.Equal(t, fluent.Record{
		"tenant": "tenant-a", "namespace_name": "tenant-a", "pod_name": "inference-7d9f-x", "container_name": "inference",
		"host": "node-1", "pod_id": "8c1f0b1e-5d34-4a3e-9a53-0f6f0a3c2a11", "stream": "stdout",
		"app": map[string]any{
			"level": "INFO", "msg": "request", "tenant": "tenant-a", "request_id": "r-1", "method": "POST", "path": "/predict",
			"code": 200.0, "duration_seconds": 1.5, "model_version": "v3",
		},
	}, record, "nothing more is paid for")
}

// TestNobodyWritesIntoAnothersLogs sends lines that claim to be of another
// tenant in every way that JSON allows.
func TestNobodyWritesIntoAnothersLogs(t *testing.T) {
	t.Parallel()
	config := configuration(t, valid.FluentBit())
	for _, lie := range []map[string]any{
		{"tenant": "tenant-b"},
		{"kubernetes": map[string]any{"namespace_name": "tenant-b"}},
		{"kubernetes_namespace": map[string]any{"labels": map[string]any{"mlops.io/tenant": "tenant-b"}}},
		{"of_namespace_labels": map[string]any{"mlops.io/tenant": "tenant-b"}},
		{"of_namespace_label_mlops.io/tenant": "tenant-b"},
		{"route_": "no", "mlops.io/logs": "other"},
		{"namespace_name": "tenant-b", "pod_name": "p", "source": "kernel", "log": "Killed process"},
		{"app": map[string]any{"tenant": "tenant-b"}},
	} {
		text, err := json.Marshal(lie)
		require.NoError(t, err)
		got := config.Container(t, cluster, logOf("tenant-a", "inference-1", "inference"), written(string(text)))
		require.Len(t, got, 1)
		assert.Equal(t, "/mlops/mlops-test/tenants/tenant-a", got[0].Group, "%s", text)
		assert.Equal(t, "tenant-a.inference-1.inference", got[0].Stream, "%s", text)
		assert.Equal(t, "tenant-a", got[0].Record[fluentbit.TenantKey], "%s", text)
		assert.NotContains(t, got[0].Record, fluentbit.SourceKey, "%s", text)
		assert.Equal(t, map[string]any(lie), got[0].Record[fluentbit.AppKey])
	}
}

func TestWhereElseRecordsGo(t *testing.T) {
	t.Parallel()
	config := configuration(t, valid.FluentBit())
	for name, c := range map[string]struct{ namespace, tenant, group string }{
		"another tenant":          {"tenant-b", "tenant-b", "/mlops/mlops-test/tenants/tenant-b"},
		"the platform":            {"kube-system", "", "/mlops/mlops-test/platform"},
		"no labels":               {"default", "", "/mlops/mlops-test/platform"},
		"a tenant without groups": {"guest", "guest", "/mlops/mlops-test/platform"},
	} {
		got := config.Container(t, cluster, logOf(c.namespace, "p", "c"), written("plain text"))
		require.Len(t, got, 1, name)
		assert.Equal(t, c.group, got[0].Group, name)
		assert.Equal(t, c.namespace+".p.c", got[0].Stream, name)
		assert.Equal(t, "plain text", got[0].Record[fluentbit.TextKey], name)
		tenant, _ := got[0].Record[fluentbit.TenantKey].(string)
		assert.Equal(t, c.tenant, tenant, name)
		assert.Empty(t, got[0].Record[fluentbit.AppKey], name)
	}
}

func TestLinesThatTheRuntimeSplit(t *testing.T) {
	t.Parallel()
	line := served(t, "request", 500, "/predict")
	got := configuration(t, valid.FluentBit()).Container(t, cluster, logOf("tenant-a", "p", "c"),
		"2026-11-21T09:12:37.1Z stdout P "+line[:20], "2026-11-21T09:12:37.1Z stdout P "+line[20:40], "2026-11-21T09:12:37.1Z stdout F "+line[40:])
	require.Len(t, got, 1)
	app, _ := got[0].Record[fluentbit.AppKey].(map[string]any)
	assert.InDelta(t, 500.0, app["code"], 0)
}

// kept says whether anything comes of a line.
func kept(t *testing.T, config fluent.Config, line string) bool {
	t.Helper()
	return len(config.Container(t, cluster, logOf("tenant-a", "p", "c"), written(line))) > 0
}

// Proves N12 by plain Go: of the requests of probes and of Prometheus only those that say they succeeded
// are dropped, and everything else of the same paths stays.
func TestN12OnlySuccessfulProbesAreDropped(t *testing.T) {
	t.Parallel()
	config, got := configuration(t, valid.FluentBit()), map[string]bool{}
	for _, path := range []string{"/health", "/healthz", "/live", "/livez", "/ready", "/readyz", "/metrics", "/predict", "/ready/to/go", "/v1/metrics"} {
		for _, code := range []int{200, 302, 404, 503} {
			got[fmt.Sprintf("%s %d", path, code)] = kept(t, config, served(t, "request", code, path))
		}
	}
	want := map[string]bool{}
	for _, path := range []string{"/health", "/healthz", "/live", "/livez", "/ready", "/readyz", "/metrics"} {
		want[path+" 200"], want[path+" 302"], want[path+" 404"], want[path+" 503"] = false, false, true, true
	}
	for _, path := range []string{"/predict", "/ready/to/go", "/v1/metrics"} {
		want[path+" 200"], want[path+" 302"], want[path+" 404"], want[path+" 503"] = true, true, true, true
	}
	assert.Equal(t, want, got)
	for line, want := range map[string]bool{
		`{"path":"/ready","status":200}`:                                       false,
		`{"status_code" : 200 , "path" : "/metrics"}`:                          false,
		`{"status":"200","path":"/livez"}`:                                     false,
		`{"level":"ERROR","msg":"a request ended in a panic","path":"/ready"}`: true,
		`{"path":"/ready","msg":"waiting for the model"}`:                      true,
		`{"path":"/ready","code":500,"bytes":200}`:                             true,
		`{"msg":"GET {\"path\":\"/ready\",\"code\":200}","code":500}`:          true,
		`GET /ready 200 "path":"/ready","code":200,`:                           true,
	} {
		assert.Equal(t, want, kept(t, config, line), line)
	}
}

// traces are stack traces, as programs write them, by what they show.
func traces() map[string]string {
	return map[string]string{
		"python": `Traceback (most recent call last):
  File "/app/train.py", line 12, in <module>
    main()
    ~~~~^^
  File "/app/train.py", line 8, in main
    raise ValueError("no rows")
ValueError: no rows`,
		"python with a cause and a message of two lines": `Traceback (most recent call last):
  File "/app/serve.py", line 3, in load
    model.load_state_dict(state)
KeyError: 'weight'

During handling of the above exception, another exception occurred:

Traceback (most recent call last):
  File "/app/serve.py", line 9, in <module>
    load()
RuntimeError: Error(s) in loading state_dict for Net:
	size mismatch for fc.weight`,
		"java": `org.example.ModelException: no model
	at org.example.Server.start(Server.java:42)
	at org.example.Main.main(Main.java:7)
Caused by: java.io.IOException: denied
	at org.example.Store.open(Store.java:11)
	... 2 more`,
		"go": `panic: runtime error: index out of range [3] with length 3

goroutine 1 [running]:
main.work({0xc000012345, 0x3, 0x3})
	/app/main.go:12 +0x1d
main.main()
	/app/main.go:7 +0x2a`,
	}
}

// Proves N12 by plain Go: a stack trace of Python, Java or Go is one record, and the lines before and after it
// are records of their own.
func TestN12AStackTraceIsOneRecord(t *testing.T) {
	t.Parallel()
	config := configuration(t, valid.FluentBit())
	for name, trace := range traces() {
		lines := []string{written("starting"), written(served(t, "request", 200, "/predict"))}
		for line := range strings.SplitSeq(trace, "\n") {
			lines = append(lines, written(line))
		}
		lines = append(lines, written("stopped: with an error"), written(served(t, "request", 500, "/predict")))
		var got []any
		for _, delivery := range config.Container(t, cluster, logOf("tenant-a", "p", "c"), lines...) {
			got = append(got, delivery.Record[fluentbit.TextKey])
			assert.Equal(t, "tenant-a", delivery.Record[fluentbit.TenantKey], name)
		}
		assert.Equal(t, []any{"starting", nil, trace, "stopped: with an error", nil}, got, name)
	}
}

func TestTracesOfTwoContainersDoNotMeet(t *testing.T) {
	t.Parallel()
	config := configuration(t, valid.FluentBit())
	first := config.Container(t, cluster, logOf("tenant-a", "p", "c"), written("Traceback (most recent call last):"))
	second := config.Container(t, cluster, logOf("tenant-a", "q", "c"), written("  indented"))
	require.Len(t, first, 1)
	require.Len(t, second, 1)
	assert.Equal(t, "  indented", second[0].Record[fluentbit.TextKey])
}

func TestDebugging(t *testing.T) {
	t.Parallel()
	debugging := said(t, slog.LevelDebug, "details")
	config, args := configuration(t, valid.FluentBit()), valid.FluentBit()
	assert.False(t, kept(t, config, debugging))
	assert.True(t, kept(t, config, "DEBUG as text is not a level"))
	args.KeepDebug = true
	assert.True(t, kept(t, configuration(t, args), debugging))
}

func TestItsOwnLinesAreNotRead(t *testing.T) {
	t.Parallel()
	config := configuration(t, valid.FluentBit())
	assert.Empty(t, config.Container(t, cluster, logOf("logging", "fluent-bit-x7k2p", "fluent-bit"), written("x")))
	assert.Len(t, config.Container(t, cluster, logOf("logging-2", "fluent-bit-x7k2p", "fluent-bit"), written("x")), 1)
}

// kernel are lines of Linux 6.1 for a process that hit the limit of its container.
const (
	constraint = "oom-kill:constraint=CONSTRAINT_MEMCG,nodemask=(null),cpuset=cri-containerd-1f.scope,mems_allowed=0," +
		"oom_memcg=/kubepods.slice/kubepods-burstable.slice/kubepods-burstable-pod8c1f0b1e_5d34_4a3e_9a53_0f6f0a3c2a11.slice," +
		"task_memcg=/kubepods.slice/x,task=python3,pid=4242,uid=65532"
	killed = "Memory cgroup out of memory: Killed process 4242 (python3) total-vm:2097152kB, anon-rss:1048000kB, " +
		"file-rss:0kB, shmem-rss:0kB, UID:65532 pgtables:2200kB oom_score_adj:990"
)

func TestTheKernel(t *testing.T) {
	t.Parallel()
	config := configuration(t, valid.FluentBit())
	entry := func(text string) fluent.Record {
		return fluent.Record{"_TRANSPORT": "kernel", "MESSAGE": text, "PRIORITY": "3", "_HOSTNAME": "ip-10-0-0-1"}
	}
	for _, text := range []string{constraint, killed, "NVRM: Xid (PCI:0000:00:1e): 79, GPU has fallen off the bus."} {
		got := config.Journal(t, cluster, entry(text))
		require.Len(t, got, 1, text)
		assert.Equal(t, "/mlops/mlops-test/platform", got[0].Group)
		assert.Equal(t, "kernel.node-1", got[0].Stream)
		assert.Equal(t, fluent.Record{"source": "kernel", "log": text, "host": "node-1"}, got[0].Record)
	}
	assert.Empty(t, config.Journal(t, cluster, entry("eth0: link becomes ready")))
	assert.Empty(t, config.Journal(t, cluster, fluent.Record{"_TRANSPORT": "syslog", "MESSAGE": killed}), "only the kernel is believed")
	args := valid.FluentBit()
	args.KernelLog = false
	assert.Empty(t, configuration(t, args).Journal(t, cluster, entry(killed)))
}

func TestOtherOutputs(t *testing.T) {
	t.Parallel()
	line := written(served(t, "request", 200, "/predict"))
	for name, args := range map[string]*fluentbit.Args{
		"stdout": nil, "loki": {Output: fluentbit.Output{Loki: &fluentbit.Loki{Host: "loki.loki.svc", Port: 3100}}},
	} {
		for _, namespace := range []string{"tenant-a", "kube-system"} {
			got := configuration(t, args).Container(t, cluster, logOf(namespace, "p", "c"), line)
			require.Len(t, got, 1, name)
			assert.Equal(t, name, got[0].Output.Name)
			assert.Equal(t, namespace, got[0].Record[fluentbit.NamespaceKey])
		}
	}
}
