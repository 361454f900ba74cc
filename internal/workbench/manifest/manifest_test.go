package manifest_test

import (
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"k8s.io/client-go/dynamic"
	"k8s.io/client-go/rest"

	"github.com/mlops-iac/mlops/internal/workbench/manifest"
)

const two = `apiVersion: v1
kind: Namespace
metadata: {name: one}
---
apiVersion: monitoring.coreos.com/v1
kind: Prometheus
metadata: {name: two, namespace: one}
`

func TestApply(t *testing.T) {
	t.Parallel()
	var asked []string
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		asked = append(asked, r.Method+" "+r.URL.Path+" "+r.Header.Get("Content-Type"))
		if len(asked) == 3 {
			w.WriteHeader(http.StatusForbidden)
			return
		}
		w.Header().Set("Content-Type", "application/json")
		_, _ = w.Write([]byte(`{"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "one"}}`))
	}))
	t.Cleanup(server.Close)
	client, err := dynamic.NewForConfig(&rest.Config{Host: server.URL})
	require.NoError(t, err)
	objects, err := manifest.Read([]byte(two))
	require.NoError(t, err)
	require.NoError(t, manifest.Apply(t.Context(), client, objects...))
	assert.Equal(t, []string{
		"PATCH /api/v1/namespaces/one application/apply-patch+yaml",
		"PATCH /apis/monitoring.coreos.com/v1/namespaces/one/prometheuses/two application/apply-patch+yaml",
	}, asked)
	require.ErrorContains(t, manifest.Apply(t.Context(), client, objects...), "applying Namespace one: ")
}

func TestTextThatIsNoObject(t *testing.T) {
	t.Parallel()
	_, err := manifest.Read([]byte("a: b: c"))
	require.ErrorContains(t, err, "reading an object: ")
}
