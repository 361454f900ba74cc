package e2e_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/rest"

	"github.com/mlops-iac/mlops/internal/workbench/localcluster"
	"github.com/mlops-iac/mlops/internal/workbench/nodes"
)

// platform is one that is up.
type platform struct {
	folder   string
	services string
	config   *rest.Config
	client   kubernetes.Interface
	// inside reaches addresses of pods and services.
	inside *http.Transport
}

// connect makes clients of the platform in a folder whose `up` has shown something.
func connect(t *testing.T, folder, shown string) platform {
	t.Helper()
	config, err := localcluster.RESTConfig(printed(t, shown, "export KUBECONFIG="))
	require.NoError(t, err)
	config.WarningHandler = rest.NoWarnings{} // what is broken on purpose is warned of
	client, err := kubernetes.NewForConfig(config)
	require.NoError(t, err)
	return platform{
		folder: folder, config: config, client: client,
		services: strings.TrimSuffix(printed(t, shown, "every tenant has an address below "), ":"),
		inside: &http.Transport{DisableKeepAlives: true, DialContext: func(ctx context.Context, _, address string) (net.Conn, error) {
			return nodes.Dial(ctx, filepath.Join(folder, "relay.sock"), address)
		}},
	}
}

// questions are a body for each tenant, and what its model answers.
func questions() map[string][2]string {
	return map[string][2]string{
		"tenant-a": {`{"text": "This product is amazing!"}`, "positive"},
		"tenant-b": {`{"features": {"torque_nm": 16.5, "temperature_celsius": 75, "vibration_mm_s": 5.2, "cycle_seconds": 5.1, "humidity_percent": 44}}`, "defect"},
	}
}

// answer is what a tenant says to its question.
type answer struct {
	Prediction   string `json:"prediction"`
	Tenant       string `json:"tenant"`
	ModelVersion string `json:"model_version"`
}

// askLimit is how long a client waits for an answer.
const askLimit = 30 * time.Second

func (p platform) ask(tenant string) (answer, error) { return p.send(tenant, questions()[tenant][0]) }

// send asks a tenant for a prediction at the address that `up` printed.
func (p platform) send(tenant, body string) (answer, error) {
	return post(&http.Client{Timeout: askLimit}, p.services+"/"+tenant, body, "")
}

// post asks a server for a prediction; the id is that of the request, if it has one.
func post(client *http.Client, address, body, id string) (answer, error) {
	request, err := http.NewRequest(http.MethodPost, address+"/predict", strings.NewReader(body))
	if err != nil {
		return answer{}, err
	}
	request.Header.Set("Content-Type", "application/json")
	request.Header.Set("X-Request-Id", id)
	response, err := client.Do(request)
	if err != nil {
		return answer{}, err
	}
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	if response.StatusCode != http.StatusOK {
		return answer{}, errors.Join(fmt.Errorf("%s: %s", response.Status, text), err)
	}
	if err != nil {
		return answer{}, err
	}
	var got answer
	return got, json.Unmarshal(text, &got)
}

// newPlatform brings a platform up from nothing, with the probe on its nodes.
func newPlatform(t *testing.T, folder string) (p platform, shown string) {
	t.Helper()
	t.Cleanup(func() {
		if _, err := os.Stat(folder); err == nil { // a check has failed before the end
			cmd, _ := start(t, "down", folder)
			_ = cmd.Wait()
		}
	})
	began := time.Now()
	shown = succeed(t, "up", folder, "--nodes", "real")
	times.row(t.Name() + "/up").took = time.Since(began)
	p = connect(t, folder, shown)
	p.loadProbe(t)
	p.serveMetadata(t)
	return p, shown
}

// TestPlatform is one life of the platform, from an empty folder to nothing.
//
// Proves S3 and S4 by real pods on real nodes: the first up of an empty machine ends with
// every tenant serving; they train, scale, move and are kept apart, and no request is lost
// where none may be.
func TestPlatform(t *testing.T) {
	folder := newFolder(t)
	before := footprint(t, folder)
	third := buildWithThird(t, thirdDefinition)
	p, first := newPlatform(t, folder)
	assert.Regexp(t, `tenant-a +2 of 2 ready +2 in 2-3, CPU \d+/50 %`, first)
	assert.Regexp(t, `tenant-b +1 of 1 ready +1 in 1-2, CPU \d+/50 %`, first)
	assert.Contains(t, first, "Control plane, nodes, containers, volumes and network policies are real.")
	rememberResources(t, p)

	timed(t, "spread", p.testSpread)
	timed(t, "checks", p.testChecks)
	timed(t, "stranger", p.testStranger)
	timed(t, "unchanged", func(t *testing.T) {
		assert.Regexp(t, `(\d+) resources: (\d+) unchanged\n`, succeed(t, "up", folder))
	})
	received := p.receiveAlerts(t)
	p.startCrashing(t)
	timed(t, "training", p.testTraining)
	timed(t, "worse model", p.testWorseModel)
	timed(t, "broken model", p.testBrokenModel)
	timed(t, "rollback", p.testRollback)
	timed(t, "rollout", p.testRollout)
	timed(t, "deletion", p.testDeletion)
	timed(t, "drain", p.testDrain)
	timed(t, "out of memory", p.testOutOfMemory)
	timed(t, "kill -9", p.testKilledServer)
	timed(t, "load", p.testLoad)
	timed(t, "metrics", p.testMetrics)
	timed(t, "crash loop", p.testCrashing)
	timed(t, "third tenant", func(t *testing.T) { p.testThird(t, <-third) })
	timed(t, "alert", func(t *testing.T) { p.testAlert(t, received) })
	timed(t, "status", p.testStatus)
	timed(t, "image", p.testImage)
	timed(t, "the machine is as it was", func(t *testing.T) {
		assert.Equal(t, before, withoutCgroups(footprint(t, folder)), "while the platform runs")
	})
	timed(t, "down", func(t *testing.T) {
		assert.Contains(t, succeed(t, "down", folder), "Nothing is left")
		nothingIsLeft(t, folder, before)
	})
}

func (p platform) testStatus(t *testing.T) {
	shown := succeed(t, "status", p.folder)
	assert.Contains(t, shown, "with real nodes")
	assert.Contains(t, shown, "tenant-a  2 of 2 ready")
	assert.NotContains(t, shown, thirdTenant)
	assert.Contains(t, shown, "Services of tenants: "+p.services+"/TENANT/")
}
