package checkservice

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/mlops-iac/mlops/internal/workbench/process"
)

// ask starts a server and returns what came of each check: the names of those that
// passed alone, the others with their status.
func ask(t *testing.T, command string, request string) (*Report, map[string]Status) {
	t.Helper()
	port, err := process.Reserve()
	require.NoError(t, err)
	defer func() { _ = port.Release() }()
	report, err := Run(t.Context(), Options{
		URL: "http://" + port.Address(), Command: command, Request: []byte(request),
		Startup: 20 * time.Second, ending: 5 * time.Second,
	})
	require.NoError(t, err)
	found := map[string]Status{}
	for _, result := range report.Results {
		found[result.Name] = result.Status
	}
	return report, found
}

// expected is every check passed but for those named.
func expected(failed string, notAsked ...string) map[string]Status {
	all := map[string]Status{}
	for _, c := range contract() {
		all[c.name] = Passed
	}
	if failed != "" {
		all[failed] = Failed
	}
	for _, name := range notAsked {
		all[name] = NotAsked
	}
	return all
}

// TestEveryFaultHasItsCheck runs the example whole, and with each fault: the check that
// is against it fails, what needs that check is not asked, and every other one passes.
func TestEveryFaultHasItsCheck(t *testing.T) {
	t.Parallel()
	for _, one := range []struct {
		fault, failed, reason string
		notAsked              []string
	}{
		{none, "", "", nil},
		{noReady, "ready", "/ready answered 404: 404 page not found", nil},
		{noModel, "predict", "/predict answered 500: ", []string{
			"bad-input", "body-limit", "concurrency", "slow-client", "keep-alive", "series", "counter", "buckets", "log", "drain"}},
		{crashes, "bad-input", " was answered 500: ", nil},
		{noMetrics, "metrics", "/metrics answered 404: 404 page not found", []string{"series", "counter", "buckets"}},
		{misnamed, "series", "inference_request_duration_seconds is missing: a histogram", []string{"counter", "buckets"}},
		{notCounted, "counter", "after 5 requests the counter grew by 0 and the histogram by 0", nil},
		{shortBuckets, "buckets", "the highest bound of inference_request_duration_seconds is 5", nil},
		{noLimit, "body-limit", `a body of 1048577 bytes: /predict answered 200: {"prediction": "positive"}`, nil},
		{losesAll, "drain", "a request that was sent slowly: ", nil},
		{ignores, "exit", "it still ran 5s after SIGTERM", nil},
		{oneByOne, "slow-client", "while a caller sent half of its body: GET /health took longer than 3s", nil},
		{silent, "log", `no line for the request: JSON with msg "request", and request_id, code and duration_seconds`, nil},
	} {
		t.Run(one.fault, func(t *testing.T) {
			t.Parallel()
			report, found := ask(t, fmt.Sprintf("env '%s=%s' %s", faultVariable, one.fault, os.Args[0]), `{"text": "good"}`)
			var text strings.Builder
			require.NoError(t, report.Write(&text))
			assert.Equal(t, expected(one.failed, one.notAsked...), found, text.String())
			for _, result := range report.Results {
				if result.Name == one.failed {
					assert.Contains(t, result.Reason, one.reason)
				}
			}
		})
	}
}

// TestTheServiceOfThePlatformPasses runs services/inference as its image does.
func TestTheServiceOfThePlatformPasses(t *testing.T) {
	t.Parallel()
	binary := filepath.Join(t.TempDir(), "inference")
	build := exec.CommandContext(t.Context(), "go", "build", "-ldflags=-s -w", "-o", binary, ".")
	build.Dir = "../../../services/inference"
	build.Env = append(os.Environ(), "CGO_ENABLED=0", "GOWORK=off")
	output, err := build.CombinedOutput()
	require.NoError(t, err, string(output))
	for _, kind := range []string{"sentiment", "defects"} {
		t.Run(kind, func(t *testing.T) {
			t.Parallel()
			request, err := KindRequest(kind)
			require.NoError(t, err)
			report, found := ask(t, fmt.Sprintf("env HOST=127.0.0.1 TENANT=team MODEL_KIND=%s %s", kind, binary), string(request))
			var text strings.Builder
			require.NoError(t, report.Write(&text))
			assert.Equal(t, expected(""), found, text.String())
		})
	}
}

// TestARunningServerIsNotEnded asks one that runs already: what needs its start or its
// end is never shown as passed.
func TestARunningServerIsNotEnded(t *testing.T) {
	t.Parallel()
	server := httptest.NewServer(http.NotFoundHandler())
	defer server.Close()
	report, err := Run(t.Context(), Options{URL: server.URL + "/", Request: []byte(`{}`)})
	require.NoError(t, err)
	var text strings.Builder
	require.NoError(t, report.Write(&text))
	table, _, _ := strings.Cut(text.String(), "\n\n")
	assert.Equal(t, `CHECK        RESULT     WHAT IS ASKED
startup      not asked  needs --command: the server is not started and ended by this command
health       failed     /health answered 404: 404 page not found
ready        failed     /ready answered 404: 404 page not found
predict      failed     /predict answered 404: 404 page not found
bad-input    not asked  needs predict, which did not pass
body-limit   not asked  needs predict, which did not pass
concurrency  not asked  needs predict, which did not pass
slow-client  not asked  needs predict, which did not pass
keep-alive   not asked  needs predict, which did not pass
metrics      failed     /metrics answered 404: 404 page not found
series       not asked  needs predict, which did not pass
counter      not asked  needs series, which did not pass
buckets      not asked  needs series, which did not pass
log          not asked  needs --command: the server is not started and ended by this command
drain        not asked  needs --command: the server is not started and ended by this command
exit         not asked  needs --command: the server is not started and ended by this command
`, table+"\n")
	assert.Contains(t, text.String(), `
health: GET /health is 200 within 3 s.
  Why: the startup and liveness probes of the pod ask for it, and end a pod that does not answer.
  What to do: answer 200 as long as the process lives, without asking the model or a store.
`)
	assert.Contains(t, text.String(), "\n0 passed, 4 failed, 12 not asked\n")
}

// TestNothingToAsk names in one sentence why nothing could be asked.
func TestNothingToAsk(t *testing.T) {
	t.Parallel()
	server := httptest.NewServer(http.NotFoundHandler())
	defer server.Close()
	address := strings.TrimPrefix(server.URL, "http://")
	for want, options := range map[string]Options{
		`"localhost:8080" is not the URL of a server, such as http://127.0.0.1:8080`:     {URL: "localhost:8080"},
		`"http://host/predict" must end with the host and the port: the paths are fixed`: {URL: "http://host/predict"},
		`"http://host" needs a port: --command finds it in PORT`:                         {URL: "http://host", Command: "server"},
		`the request must be JSON`:                                                                 {URL: "http://host", Request: []byte("good")},
		`--max-body is -1: must be at least 1`:                                                     {URL: "http://host", MaxBody: -1},
		`the request has 2 bytes, more than --max-body allows`:                                     {URL: "http://host", MaxBody: 1},
		`--startup is -1s: must be more than 0s`:                                                   {URL: "http://host", Startup: -time.Second},
		`a server listens at http://` + address + ` already: end it, or name another port`:         {URL: server.URL, Command: "server"},
		`nothing answers at http://127.0.0.1:1: dial tcp 127.0.0.1:1: connect: connection refused`: {URL: "http://127.0.0.1:1"},
	} {
		if options.Request == nil {
			options.Request = []byte(`{}`)
		}
		_, err := Run(t.Context(), options)
		assert.EqualError(t, err, want)
	}
	_, err := KindRequest("prices")
	assert.EqualError(t, err, `--kind is "prices": must be sentiment or defects`)
}

// TestACommandThatEnds shows the last words of a server that never listens.
func TestACommandThatEnds(t *testing.T) {
	t.Parallel()
	report, found := ask(t, "sh -c 'echo no model here; exit 3'", `{}`)
	all := map[string]Status{}
	for _, c := range contract() {
		all[c.name] = NotAsked
	}
	all["startup"] = Failed
	assert.Equal(t, all, found)
	assert.Equal(t, `the server ended (exit status 3); its last line is "no model here"`, report.Results[0].Reason)
}
