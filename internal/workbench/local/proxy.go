package local

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"net/http/httputil"
	"strings"

	"github.com/mlops-iac/mlops/components/tenant"
	"github.com/mlops-iac/mlops/internal/workbench/nodes"
)

// proxyHandler passes /TENANT/PATH on to PATH at the Service of the tenant, by its
// name in the cluster.
func proxyHandler(socket string) http.Handler {
	proxy := &httputil.ReverseProxy{
		Transport: &http.Transport{
			DialContext: func(ctx context.Context, _, address string) (net.Conn, error) {
				return nodes.Dial(ctx, socket, address)
			},
			// Every request is balanced anew, as those of many clients are.
			DisableKeepAlives: true,
		},
		Rewrite: func(r *httputil.ProxyRequest) {
			namespace, path, _ := strings.Cut(strings.TrimPrefix(r.In.URL.Path, "/"), "/")
			r.Out.URL.Scheme, r.Out.URL.Host = "http", tenant.InferenceName+"."+namespace+".svc.cluster.local:80"
			r.Out.URL.Path, r.Out.URL.RawPath, r.Out.Host = "/"+path, "", ""
		},
		ErrorHandler: func(w http.ResponseWriter, _ *http.Request, err error) {
			http.Error(w, err.Error(), http.StatusBadGateway)
		},
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if namespace, _, _ := strings.Cut(strings.TrimPrefix(r.URL.Path, "/"), "/"); namespace == "" {
			http.Error(w, fmt.Sprintf("the address of a tenant is %s/TENANT/, of a prediction %[1]s/TENANT/predict", r.Host), http.StatusNotFound)
			return
		}
		proxy.ServeHTTP(w, r)
	})
}
