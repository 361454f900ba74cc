package preflight_test

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/mlops-iac/mlops/internal/preflight"
)

type object = map[string]any

// cluster answers what preflight asks of an API server.
type cluster struct {
	version  any
	classes  []any
	sets     []any
	nodes    []any
	statuses map[string]int // by path, instead of an answer
}

const (
	classesPath = "/apis/storage.k8s.io/v1/storageclasses"
	setsPath    = "/apis/apps/v1/daemonsets"
	nodesPath   = "/api/v1/nodes"
)

func (c *cluster) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Content-Type", "application/json")
	if code, set := c.statuses[r.URL.Path]; set {
		w.WriteHeader(code)
		_ = json.NewEncoder(w).Encode(object{"kind": "Status", "apiVersion": "v1", "status": "Failure", "code": code, "message": "refused", "reason": http.StatusText(code)})
		return
	}
	switch r.URL.Path {
	case "/version":
		_ = json.NewEncoder(w).Encode(c.version)
	case classesPath:
		c.list(w, "storage.k8s.io/v1", "StorageClassList", c.classes)
	case setsPath:
		// Two pages, so that the second one is asked for.
		if r.URL.Query().Get("continue") == "" {
			_ = json.NewEncoder(w).Encode(object{"apiVersion": "apps/v1", "kind": "DaemonSetList", "metadata": object{"continue": "next"}, "items": []any{}})
			return
		}
		c.list(w, "apps/v1", "DaemonSetList", c.sets)
	case nodesPath:
		c.list(w, "v1", "NodeList", c.nodes)
	default:
		w.WriteHeader(http.StatusNotFound)
	}
}

func (c *cluster) list(w http.ResponseWriter, apiVersion, kind string, items []any) {
	_ = json.NewEncoder(w).Encode(object{"apiVersion": apiVersion, "kind": kind, "metadata": object{}, "items": items})
}

func class(name string, isDefault bool) object {
	return object{"metadata": object{"name": name, "annotations": object{"storageclass.kubernetes.io/is-default-class": fmt.Sprint(isDefault)}}}
}

func set(namespace, name, image string, ready int, args ...string) object {
	return object{
		"metadata": object{"namespace": namespace, "name": name},
		"spec":     object{"template": object{"spec": object{"containers": []any{object{"name": "sidecar", "image": "registry.example/sidecar:1"}, object{"name": "main", "image": image, "args": args}}}}},
		"status":   object{"numberReady": ready},
	}
}

func sound() *cluster {
	return &cluster{
		version: object{"major": "1", "minor": "35", "gitVersion": "v1.35.4"},
		classes: []any{class("standard", true), class("fast", false)},
		sets:    []any{set("kube-system", "calico-node", "docker.io/calico/node:v3.30.0", 1)},
	}
}

// kubeconfigFor writes a kubeconfig with the context "here".
func kubeconfigFor(t *testing.T, server string, authority []byte, user object) string {
	t.Helper()
	entry := object{"server": server}
	if authority != nil {
		entry["certificate-authority-data"] = base64.StdEncoding.EncodeToString(authority)
	}
	data, err := json.Marshal(object{
		"apiVersion": "v1", "kind": "Config", "current-context": "here",
		"clusters": []any{object{"name": "c", "cluster": entry}},
		"users":    []any{object{"name": "u", "user": user}},
		"contexts": []any{object{"name": "here", "context": object{"cluster": "c", "user": "u"}}, object{"name": "elsewhere", "context": object{"cluster": "c", "user": "u"}}},
	})
	require.NoError(t, err)
	path := filepath.Join(t.TempDir(), "kubeconfig")
	require.NoError(t, os.WriteFile(path, data, 0o600))
	return path
}

func start(t *testing.T, c *cluster) (kubeconfig, address string) {
	t.Helper()
	server := httptest.NewTLSServer(c)
	t.Cleanup(server.Close)
	authority := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: server.Certificate().Raw})
	return kubeconfigFor(t, server.URL, authority, object{"token": "t"}), server.URL
}

func TestSoundClusterPasses(t *testing.T) {
	t.Parallel()
	kubeconfig, _ := start(t, sound())
	require.NoError(t, preflight.Check(t.Context(), preflight.Target{Kubeconfig: kubeconfig}))
	require.NoError(t, preflight.Check(t.Context(), preflight.Target{Kubeconfig: kubeconfig, Context: "elsewhere", StorageClass: "fast"}))
}

func TestKubeconfigThatCannotBeUsed(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	write := func(name, content string) string {
		path := filepath.Join(folder, name)
		require.NoError(t, os.WriteFile(path, []byte(content), 0o600))
		return path
	}
	missing := filepath.Join(folder, "missing")
	broken := write("broken", "contexts: {")
	empty := write("empty", `{"apiVersion":"v1","kind":"Config"}`)
	current := write("current", `{"apiVersion":"v1","kind":"Config","contexts":[{"name":"b","context":{}},{"name":"a","context":{}}]}`)
	dangling := write("dangling", `{"apiVersion":"v1","kind":"Config","contexts":[{"name":"a","context":{"cluster":"gone","user":"gone"}}]}`)
	for name, c := range map[string]struct {
		target preflight.Target
		want   []string
	}{
		"missing":          {preflight.Target{Kubeconfig: missing}, []string{"kubernetes.kubeconfig: there is no file " + missing}},
		"folder":           {preflight.Target{Kubeconfig: folder}, []string{"kubernetes.kubeconfig: " + folder + " is a folder"}},
		"not a kubeconfig": {preflight.Target{Kubeconfig: broken}, []string{"kubernetes.kubeconfig: " + broken + " cannot be read as a kubeconfig"}},
		"no context":       {preflight.Target{Kubeconfig: empty}, []string{"kubernetes.kubeconfig: " + empty + " holds no context"}},
		"no current one":   {preflight.Target{Kubeconfig: current}, []string{"kubernetes.context: " + current + " has no current context; name one of a, b"}},
		"another context":  {preflight.Target{Kubeconfig: current, Context: "c"}, []string{`has no context "c"; name one of a, b`}},
		"no such cluster":  {preflight.Target{Kubeconfig: dangling, Context: "a"}, []string{`kubernetes.context: context "a"`, `names the cluster "gone", which is not in it`}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			refused(t, preflight.Check(t.Context(), c.target), 1, c.want...)
		})
	}
}

// refused asserts the number of lines of an error and what they contain.
func refused(t *testing.T, err error, lines int, want ...string) {
	t.Helper()
	require.Error(t, err)
	assert.Len(t, strings.Split(err.Error(), "\n"), lines, err.Error())
	for _, text := range want {
		assert.ErrorContains(t, err, text)
	}
}

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

func TestEverythingInTheWayIsReportedTogether(t *testing.T) {
	t.Parallel()
	kubeconfig, _ := start(t, &cluster{version: object{"major": "1", "minor": "33+", "gitVersion": "v1.33.9-eks"}})
	refused(t, preflight.Check(t.Context(), preflight.Target{Kubeconfig: kubeconfig}), 3,
		"kubernetes.context: the cluster runs Kubernetes v1.33.9-eks and the platform needs 1.34 or newer",
		"kubernetes.storageClass: the cluster has no StorageClass",
		"kubernetes.networkPolicyEnforced: nothing that enforces network policies was recognised", "kubernetes.networkPolicyEnforced: true")
}

func TestVersions(t *testing.T) {
	t.Parallel()
	for version, c := range map[[2]string]struct {
		minimum int
		want    string
	}{
		{"1", "34"}:   {0, ""},
		{"1", "34+"}:  {34, ""},
		{"1", "33"}:   {33, ""},
		{"1", "35"}:   {36, "needs 1.36 or newer"},
		{"2", "0"}:    {0, ""},
		{"1", "next"}: {0, `reports the version "1"."next"`},
	} {
		found := sound()
		found.version = object{"major": version[0], "minor": version[1], "gitVersion": "v" + version[0] + "." + version[1]}
		kubeconfig, _ := start(t, found)
		err := preflight.Check(t.Context(), preflight.Target{Kubeconfig: kubeconfig, MinimumMinor: c.minimum})
		if c.want == "" {
			assert.NoError(t, err, version)
			continue
		}
		refused(t, err, 1, c.want)
	}
}

func TestStorageClasses(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		classes []any
		named   string
		want    string
	}{
		"named one missing":           {[]any{class("standard", true), class("fast", false)}, "gp3", `has no StorageClass "gp3"; name one of fast, standard`},
		"named one missing, no other": {nil, "gp3", `has no StorageClass "gp3"; there is no other either; install a storage provisioner`},
		"no default":                  {[]any{class("slow", false), class("fast", false)}, "", "has no default StorageClass; name one of fast, slow"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			found := sound()
			found.classes = c.classes
			kubeconfig, _ := start(t, found)
			refused(t, preflight.Check(t.Context(), preflight.Target{Kubeconfig: kubeconfig, StorageClass: c.named}), 1, "kubernetes.storageClass: ", c.want)
		})
	}
}

func TestWhatMayNotBeReadIsNamed(t *testing.T) {
	t.Parallel()
	found := sound()
	found.sets = nil
	found.statuses = map[string]int{classesPath: http.StatusForbidden, nodesPath: http.StatusForbidden}
	kubeconfig, _ := start(t, found)
	refused(t, preflight.Check(t.Context(), preflight.Target{Kubeconfig: kubeconfig}), 2, "may not list storage classes (403)", "may not list nodes (403)")

	found.statuses = map[string]int{setsPath: http.StatusInternalServerError}
	refused(t, preflight.Check(t.Context(), preflight.Target{Kubeconfig: kubeconfig}), 1, "listing daemon sets: ")
	require.NoError(t, preflight.Check(t.Context(), preflight.Target{Kubeconfig: kubeconfig, NetworkPolicyEnforced: true}), "what is asserted is not looked for")
}

func TestEnforcersOfNetworkPolicies(t *testing.T) {
	t.Parallel()
	const none = "nothing that enforces network policies was recognised"
	node := func(version, args string) object {
		return object{"metadata": object{"name": "n", "annotations": object{"k3s.io/node-args": args}}, "status": object{"nodeInfo": object{"kubeletVersion": version}}}
	}
	for name, c := range map[string]struct {
		set  object
		node object
		want string // empty: enforced
	}{
		"calico":                   {set: set("calico-system", "calico-node", "quay.io/calico/node:v3.30.0", 3)},
		"calico of RKE2":           {set: set("kube-system", "rke2-canal", "rancher/hardened-calico:v3.30.0-build1", 1)},
		"calico that does not run": {set: set("calico-system", "calico-node", "quay.io/calico/node:v3.30.0", 0), want: "Calico is installed and no pod of it is ready"},
		"cilium with a digest":     {set: set("kube-system", "cilium", "quay.io/cilium/cilium:v1.18.0@sha256:0123456789abcdef", 1)},
		"kindnet of kind 0.24":     {set: set("kube-system", "kindnet", "docker.io/kindest/kindnetd:v20240813-c6f155d6", 1)},
		"kindnet of kind 0.23":     {set: set("kube-system", "kindnet", "docker.io/kindest/kindnetd:v20240513-cd2ac642", 1), want: none},
		"kube-network-policies":    {set: set("kube-system", "policies", "registry.k8s.io/networking/kube-network-policies:v1.0.0", 1)},
		"kube-router":              {set: set("kube-system", "kube-router", "docker.io/cloudnativelabs/kube-router:v2.5.0", 1, "--run-firewall=true")},
		"kube-router, routes only": {set: set("kube-system", "kube-router", "docker.io/cloudnativelabs/kube-router:v2.5.0", 1, "--run-firewall=false"), want: none},
		"antrea":                   {set: set("kube-system", "antrea-agent", "registry.example:5000/antrea/antrea-agent-ubuntu:v2.3.0", 1)},
		"weave":                    {set: set("kube-system", "weave-net", "weaveworks/weave-npc:2.8.1", 1)},
		"EKS, switched on":         {set: set("kube-system", "aws-node", "602401143452.dkr.ecr.eu-west-1.amazonaws.com/amazon/aws-network-policy-agent:v1.2.0", 2, "--enable-network-policy=true")},
		"EKS, as it comes":         {set: set("kube-system", "aws-node", "602401143452.dkr.ecr.eu-west-1.amazonaws.com/amazon/aws-network-policy-agent:v1.2.0", 2, "--enable-network-policy=false"), want: none},
		"GKE Dataplane V2":         {set: set("kube-system", "anetd", "gke.gcr.io/some/image:1", 1)},
		"anetd of someone else":    {set: set("team-a", "anetd", "registry.example/anetd:1", 1), want: none},
		"Azure":                    {set: set("kube-system", "azure-npm", "mcr.microsoft.com/containernetworking/azure-npm:v1.5.0", 1)},
		"OpenShift":                {set: set("openshift-ovn-kubernetes", "ovnkube-node", "quay.io/openshift@sha256:0123456789abcdef", 1)},
		"flannel":                  {set: set("kube-flannel", "kube-flannel-ds", "ghcr.io/flannel-io/flannel:v0.27.0", 1), want: none},
		"k3s":                      {node: node("v1.35.1+k3s1", `["server"]`)},
		"k3s, switched off":        {node: node("v1.35.1+k3s1", `["server","--disable-network-policy"]`), want: none},
		"nothing":                  {want: none},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			found := sound()
			found.sets, found.nodes = nil, nil
			if c.set != nil {
				found.sets = []any{c.set}
			}
			if c.node != nil {
				found.nodes = []any{c.node}
			}
			kubeconfig, _ := start(t, found)
			err := preflight.Check(t.Context(), preflight.Target{Kubeconfig: kubeconfig})
			if c.want == "" {
				require.NoError(t, err)
				return
			}
			refused(t, err, 1, "kubernetes.networkPolicyEnforced: ", c.want)
		})
	}
}
