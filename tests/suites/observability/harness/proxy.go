package harness

import (
	"net"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"testing"
)

// newProxy stands for the network of the pods: what is asked of a pod's address
// goes to the process that runs for the pod.
func newProxy(t testing.TB, k *Kubelet) string {
	t.Helper()
	forward := &httputil.ReverseProxy{
		Rewrite: func(request *httputil.ProxyRequest) {
			host, _, err := net.SplitHostPort(request.In.URL.Host)
			if err != nil {
				host = request.In.URL.Host
			}
			request.Out.URL.Scheme = "http"
			request.Out.URL.Host = host // nobody's, unless it is a pod's
			if address, found := k.address(host); found {
				request.Out.URL.Host = address
			}
		},
	}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		host, _, err := net.SplitHostPort(r.URL.Host)
		if _, found := k.address(host); err != nil || !found {
			http.Error(w, "no pod has the address "+r.URL.Host, http.StatusBadGateway)
			return
		}
		forward.ServeHTTP(w, r)
	}))
	t.Cleanup(server.Close)
	return server.URL
}
