package preflight_test

import (
	"context"
	"encoding/pem"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/mlops-iac/mlops/internal/preflight"
)

func TestClusterThatGivesNoUsableAnswer(t *testing.T) {
	t.Parallel()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	closed := "https://" + listener.Addr().String()
	require.NoError(t, listener.Close())

	server := httptest.NewUnstartedServer(sound())
	server.Config.ErrorLog = log.New(io.Discard, "", 0) // handshakes fail on purpose
	server.StartTLS()
	t.Cleanup(server.Close)
	authority := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: server.Certificate().Raw})
	otherName := strings.Replace(server.URL, "127.0.0.1", "localhost", 1)
	web := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, "<html>welcome</html>") }))
	t.Cleanup(web.Close)
	lost, lostURL := start(t, &cluster{statuses: map[string]int{"/version": http.StatusNotFound}})
	unauthorized, unauthorizedURL := start(t, &cluster{statuses: map[string]int{"/version": http.StatusUnauthorized}})
	forbidden, forbiddenURL := start(t, &cluster{statuses: map[string]int{"/version": http.StatusForbidden}})
	exec := object{"exec": object{"apiVersion": "client.authentication.k8s.io/v1", "command": "no-such-login-program", "interactiveMode": "Never"}}
	for name, c := range map[string]struct {
		kubeconfig string
		want       []string
	}{
		"nobody listens":   {kubeconfigFor(t, closed, nil, object{}), []string{"the cluster at " + closed + " cannot be reached", "connection refused", "start it"}},
		"no such host":     {kubeconfigFor(t, "https://no-such-host.invalid", nil, object{}), []string{"https://no-such-host.invalid", "correct the address"}},
		"unknown issuer":   {kubeconfigFor(t, server.URL, nil, object{}), []string{"the certificate of " + server.URL + " is not trusted", "unknown authority"}},
		"another name":     {kubeconfigFor(t, otherName, authority, object{}), []string{"the certificate of " + otherName + " is for another name"}},
		"bad token":        {unauthorized, []string{unauthorizedURL + " does not accept the credentials (401)"}},
		"may do nothing":   {forbidden, []string{forbiddenURL + " does not let this user read its version (403)"}},
		"no login program": {kubeconfigFor(t, server.URL, authority, exec), []string{"the credentials for " + server.URL + " cannot be had", "no-such-login-program"}},
		"a web server":     {kubeconfigFor(t, web.URL, nil, object{}), []string{web.URL + " answers, but not as a Kubernetes API server"}},
		"another server":   {lost, []string{lostURL + " answers, but not as a Kubernetes API server"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			refused(t, preflight.Check(t.Context(), preflight.Target{Kubeconfig: c.kubeconfig}), 1, append(c.want, "kubernetes.context: ")...)
		})
	}
}

func TestSilentClusterIsGivenUp(t *testing.T) {
	t.Parallel()
	ended := make(chan struct{})
	server := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		select {
		case <-r.Context().Done():
		case <-ended:
		}
	}))
	t.Cleanup(server.Close)
	t.Cleanup(func() { close(ended) })
	kubeconfig := kubeconfigFor(t, server.URL, nil, object{})
	refused(t, preflight.Check(t.Context(), preflight.Target{Kubeconfig: kubeconfig}), 1, "the cluster at "+server.URL+" does not answer within 10s")

	short, cancel := context.WithTimeout(t.Context(), time.Millisecond)
	defer cancel()
	require.ErrorIs(t, preflight.Check(short, preflight.Target{Kubeconfig: kubeconfig}), context.DeadlineExceeded, "the caller's own deadline is not the cluster's fault")
}
