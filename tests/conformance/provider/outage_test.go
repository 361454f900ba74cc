package provider_test

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"k8s.io/client-go/rest"
	"k8s.io/client-go/tools/clientcmd"
)

// outage stands before the API server and fails some of the reads of one
// Deployment: at first with an answer, then by hanging up.
type outage struct {
	through http.Handler
	reads   atomic.Int32
}

func (o *outage) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if r.Method != http.MethodGet || !strings.HasSuffix(r.URL.Path, "/deployments/app") {
		o.through.ServeHTTP(w, r)
		return
	}
	switch o.reads.Add(1) {
	case 1:
		w.WriteHeader(http.StatusServiceUnavailable)
	case 2:
		panic(http.ErrAbortHandler)
	default:
		o.through.ServeHTTP(w, r)
	}
}

func TestWaitOutlivesAnOutage(t *testing.T) {
	t.Parallel()
	config, err := clientcmd.BuildConfigFromFlags("", kubeconfig)
	require.NoError(t, err)
	address, err := url.Parse(config.Host)
	require.NoError(t, err)
	proxy := httputil.NewSingleHostReverseProxy(address)
	proxy.Transport, err = rest.TransportFor(config)
	require.NoError(t, err)
	failing := &outage{through: proxy}
	server := httptest.NewServer(failing)
	t.Cleanup(server.Close)
	through, err := json.Marshal(object{
		"apiVersion": "v1", "kind": "Config", "current-context": "c",
		"clusters": []any{object{"name": "c", "cluster": object{"server": server.URL}}},
		"contexts": []any{object{"name": "c", "context": object{"cluster": "c"}}},
	})
	require.NoError(t, err)

	e := newEngine(t)
	ns := e.namespace(nil)
	e.configure(string(through))
	made := e.create(deployment, "app", deploymentOf(ns))
	assert.InDelta(t, 1, made.outputs["status"].(object)["availableReplicas"], 0)
	assert.GreaterOrEqual(t, failing.reads.Load(), int32(3))

	failing.reads.Store(-1) // the read before the delete passes, the two after it fail
	require.NoError(t, e.delete(made, 60))
	assert.Nil(t, e.live(deployments, ns, "app"))
}
