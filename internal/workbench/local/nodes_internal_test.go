package local

import (
	"bufio"
	"bytes"
	"context"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/mlops-iac/mlops/internal/workbench/nodes"
	"github.com/mlops-iac/mlops/internal/workbench/progress"
)

// tooLong is a folder that nodes cannot have their sockets below.
var tooLong = "/" + strings.Repeat("long/", 20)

func TestNodesAreChosenAndTheReasonIsTold(t *testing.T) {
	t.Parallel()
	why := nodes.Check(tooLong)
	require.Error(t, why)
	for kind, want := range map[NodeKind]struct {
		kind       NodeKind
		err, shown string
	}{
		NodesSimulated: {kind: NodesSimulated},
		NodesAuto:      {kind: NodesSimulated, shown: "Nodes are simulated, no container will run: " + why.Error() + "\n"},
		NodesReal:      {err: "real nodes cannot run here: " + why.Error() + "; --nodes simulated needs nothing of this"},
		"several":      {err: `--nodes "several": must be real, simulated or auto`},
	} {
		var shown bytes.Buffer
		got, err := kind.choose(tooLong, progress.New(&shown))
		assert.Equal(t, want.kind, got, kind)
		if want.err != "" {
			assert.EqualError(t, err, want.err, kind)
		} else {
			assert.NoError(t, err, kind)
		}
		assert.Equal(t, want.shown, strings.TrimPrefix(shown.String(), "[  0.0 s] "), kind)
	}
}

func TestRunningNodesStay(t *testing.T) {
	t.Parallel()
	assert.NoError(t, NodesAuto.agree(record{Nodes: NodesReal}))
	assert.NoError(t, NodesReal.agree(record{Nodes: NodesReal}))
	assert.EqualError(t, NodesReal.agree(record{Nodes: NodesSimulated}),
		"the platform runs with simulated nodes: end it with `mlops down --embedded` before you start it with real ones")
}

func TestPodsThatCount(t *testing.T) {
	t.Parallel()
	pod := func(phase corev1.PodPhase, ready corev1.ConditionStatus) corev1.Pod {
		return corev1.Pod{Status: corev1.PodStatus{
			Phase: phase, Conditions: []corev1.PodCondition{{Type: corev1.PodReady, Status: ready}},
		}}
	}
	going := pod(corev1.PodRunning, corev1.ConditionTrue)
	going.DeletionTimestamp = &metav1.Time{Time: time.Now()}
	assert.Equal(t, podCount{ready: 1, all: 3}, countPods([]corev1.Pod{
		pod(corev1.PodRunning, corev1.ConditionTrue),
		pod(corev1.PodRunning, corev1.ConditionFalse), // its model is missing, say
		pod(corev1.PodPending, corev1.ConditionFalse),
		pod(corev1.PodSucceeded, corev1.ConditionFalse),
		pod(corev1.PodFailed, corev1.ConditionFalse), // kept by its job for its log
		going,
	}))
}

// TestProxy finds out where the proxy leads to: it asks for the service of the tenant
// in the path, by its name in the cluster.
func TestProxy(t *testing.T) {
	t.Parallel()
	socket := filepath.Join(t.TempDir(), "relay.sock")
	listener, err := net.Listen("unix", socket)
	require.NoError(t, err)
	t.Cleanup(func() { _ = listener.Close() })
	addresses := make(chan string, 2)
	go func() { // a relay that knows one tenant
		for {
			connection, err := listener.Accept()
			if err != nil {
				return
			}
			address := readLine(connection)
			addresses <- address
			if !strings.Contains(address, "tenant-a") {
				_, _ = io.WriteString(connection, "no such host\n")
				_ = connection.Close()
				continue
			}
			_, _ = io.WriteString(connection, "ok\n")
			text := "no request"
			if request, err := http.ReadRequest(bufio.NewReader(connection)); err == nil {
				text = request.Method + " " + request.RequestURI
			}
			_, _ = io.WriteString(connection, "HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n"+text)
			_ = connection.Close()
		}
	}()
	server := httptest.NewServer(proxyHandler(socket))
	t.Cleanup(server.Close)
	assert.Equal(t, "200 GET /predict?x=1", get(t, server.URL+"/tenant-a/predict?x=1"))
	assert.Equal(t, "inference.tenant-a.svc.cluster.local:80", <-addresses)
	assert.Equal(t, "502 reaching inference.nobody.svc.cluster.local:80 in the cluster: no such host", get(t, server.URL+"/nobody/"))
	assert.Equal(t, "inference.nobody.svc.cluster.local:80", <-addresses)
	host := strings.TrimPrefix(server.URL, "http://")
	assert.Equal(t, "404 the address of a tenant is "+host+"/TENANT/, of a prediction "+host+"/TENANT/predict", get(t, server.URL))
}

func readLine(from io.Reader) string {
	var line []byte
	for one := make([]byte, 1); ; {
		if _, err := from.Read(one); err != nil || one[0] == '\n' {
			return strings.TrimSpace(string(line))
		}
		line = append(line, one[0])
	}
}

func get(t *testing.T, url string) string {
	t.Helper()
	request, err := http.NewRequestWithContext(context.Background(), http.MethodGet, url, nil)
	require.NoError(t, err)
	response, err := http.DefaultClient.Do(request)
	require.NoError(t, err)
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	require.NoError(t, err)
	return response.Status[:3] + " " + strings.TrimSpace(string(text))
}
