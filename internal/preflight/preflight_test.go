package preflight_test

import (
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

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
	pods     []any
	slices   []any
	statuses map[string]int // by path, instead of an answer
}

const (
	classesPath = "/apis/storage.k8s.io/v1/storageclasses"
	setsPath    = "/apis/apps/v1/daemonsets"
	nodesPath   = "/api/v1/nodes"
)

func podsPath(namespace string) string { return "/api/v1/namespaces/" + namespace + "/pods" }

func slicesPath(namespace string) string {
	return "/apis/discovery.k8s.io/v1/namespaces/" + namespace + "/endpointslices"
}

func (c *cluster) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Content-Type", "application/json")
	if code, set := c.statuses[r.URL.Path]; set {
		w.WriteHeader(code)
		_ = json.NewEncoder(w).Encode(object{"kind": "Status", "apiVersion": "v1", "status": "Failure", "code": code, "message": "refused", "reason": http.StatusText(code)})
		return
	}
	namespace, selector := "", r.URL.Query().Get("labelSelector")
	if parts := strings.Split(r.URL.Path, "/"); len(parts) > 2 && parts[len(parts)-3] == "namespaces" {
		namespace = parts[len(parts)-2]
	}
	switch r.URL.Path {
	case podsPath(namespace):
		c.list(w, "v1", "PodList", selected(c.pods, namespace, selector))
	case slicesPath(namespace):
		c.list(w, "discovery.k8s.io/v1", "EndpointSliceList", selected(c.slices, namespace, selector))
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
		pods:    []any{pod("kube-system", "coredns-x", "k8s-app", "kube-dns"), pod("kube-system", "other", "k8s-app", "other")},
		slices:  []any{slice("kube-system", "kube-dns", 53, "coredns-x")},
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

func TestEverythingInTheWayIsReportedTogether(t *testing.T) {
	t.Parallel()
	kubeconfig, _ := start(t, &cluster{version: object{"major": "1", "minor": "33+", "gitVersion": "v1.33.9-eks"}})
	refused(t, preflight.Check(t.Context(), preflight.Target{Kubeconfig: kubeconfig}), 4,
		"kubernetes.context: the cluster runs Kubernetes v1.33.9-eks and the platform needs 1.34 or newer",
		"kubernetes.storageClass: the cluster has no StorageClass",
		"kubernetes.networkPolicyEnforced: nothing that enforces network policies was recognised", "kubernetes.networkPolicyEnforced: true",
		"kubernetes.dns: namespace kube-system has no pod with the labels k8s-app=kube-dns")
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
		"one that says nothing":       {[]any{object{"metadata": object{"name": "slow"}}}, "", "has no default StorageClass; name one of slow"},
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
