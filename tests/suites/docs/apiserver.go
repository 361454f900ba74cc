package docs

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/yaml"

	"github.com/mlops-iac/mlops/internal/workbench/toolset"
)

// emptyCluster is an API server that has every kind of Kubernetes and of the
// platform and no object of any. It remembers what it was asked for.
type emptyCluster struct {
	*httptest.Server
	folder string                            // of the discovery documents
	extra  map[string]metav1.APIResourceList // of what they lack, by group and version
	groups []metav1.APIGroup

	mu    sync.Mutex
	asked []*http.Request
}

func newEmptyCluster(ctx context.Context, set *toolset.Set) (*emptyCluster, error) {
	folder, err := set.APIDiscovery(ctx)
	if err != nil {
		return nil, err
	}
	e := &emptyCluster{folder: folder, extra: map[string]metav1.APIResourceList{}}
	definitions, err := set.CRDs(ctx)
	if err != nil {
		return nil, err
	}
	for _, definition := range definitions {
		if err := e.define(definition); err != nil {
			return nil, err
		}
	}
	// What metrics-server adds, with which the cluster answers kubectl top.
	for _, kind := range []metav1.APIResource{
		{Name: "nodes", Kind: "NodeMetrics"}, {Name: "pods", Kind: "PodMetrics", Namespaced: true},
	} {
		kind.Verbs = metav1.Verbs{"get", "list"}
		e.add("metrics.k8s.io", "v1beta1", kind)
	}
	e.Server = httptest.NewServer(e)
	return e, nil
}

// define adds the kind of a CustomResourceDefinition.
func (e *emptyCluster) define(definition []byte) error {
	var crd struct {
		Spec struct {
			Group string `json:"group"`
			Names struct {
				Plural     string   `json:"plural"`
				Singular   string   `json:"singular"`
				Kind       string   `json:"kind"`
				ShortNames []string `json:"shortNames"`
			} `json:"names"`
			Versions []struct {
				Name string `json:"name"`
			} `json:"versions"`
		} `json:"spec"`
	}
	if err := yaml.Unmarshal(definition, &crd); err != nil {
		return fmt.Errorf("reading a CustomResourceDefinition: %w", err)
	}
	names := crd.Spec.Names
	for _, version := range crd.Spec.Versions {
		e.add(crd.Spec.Group, version.Name, metav1.APIResource{
			Name: names.Plural, SingularName: names.Singular, Kind: names.Kind, ShortNames: names.ShortNames, Namespaced: true,
			Verbs: metav1.Verbs{"create", "delete", "get", "list", "patch", "update", "watch"},
		})
	}
	return nil
}

func (e *emptyCluster) add(group, version string, resource metav1.APIResource) {
	at := group + "/" + version
	list, known := e.extra[at]
	if !known {
		list = metav1.APIResourceList{TypeMeta: metav1.TypeMeta{Kind: "APIResourceList", APIVersion: "v1"}, GroupVersion: at}
		versions := metav1.GroupVersionForDiscovery{GroupVersion: at, Version: version}
		e.groups = append(e.groups, metav1.APIGroup{Name: group, Versions: []metav1.GroupVersionForDiscovery{versions}, PreferredVersion: versions})
	}
	list.APIResources = append(list.APIResources, resource)
	e.extra[at] = list
}

// ServeHTTP answers questions about kinds, lists nothing, and has no object.
func (e *emptyCluster) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Content-Type", "application/json")
	path := strings.Trim(r.URL.Path, "/")
	if path == "apis" {
		e.serveGroups(w)
		return
	}
	if list, ok := e.extra[strings.TrimPrefix(path, "apis/")]; ok {
		write(w, list)
		return
	}
	if document, err := os.ReadFile(filepath.Join(e.folder, strings.ReplaceAll(path, "/", "__")+".json")); err == nil {
		_, _ = w.Write(document) // a client that is gone is no concern of the server
		return
	}
	e.mu.Lock()
	e.asked = append(e.asked, r.Clone(context.Background()))
	e.mu.Unlock()
	target := targetOf(r)
	switch {
	case r.URL.Query().Get("watch") == "true":
		// An answer that ends at once: nothing ever happens here.
	case target.resource != "" && target.name == "" && r.Method == http.MethodGet:
		write(w, e.emptyList(path, target.resource))
	default:
		w.WriteHeader(http.StatusNotFound)
		write(w, metav1.Status{
			TypeMeta: metav1.TypeMeta{Kind: "Status", APIVersion: "v1"}, Status: metav1.StatusFailure, Reason: metav1.StatusReasonNotFound,
			Code: http.StatusNotFound, Message: fmt.Sprintf("%s %q not found", target.resource, target.name),
			Details: &metav1.StatusDetails{Name: target.name, Kind: target.resource},
		})
	}
}

// emptyList is a list of the kind that a resource has.
func (e *emptyCluster) emptyList(path, resource string) map[string]any {
	version, depth := "v1", 2
	if strings.HasPrefix(path, "apis/") {
		version, depth = strings.Join(strings.Split(path, "/")[1:3], "/"), 3
	}
	list, ok := e.extra[version]
	if !ok {
		at := strings.Join(strings.Split(path, "/")[:depth], "__")
		if document, err := os.ReadFile(filepath.Join(e.folder, at+".json")); err == nil {
			_ = json.Unmarshal(document, &list) // a kind that stays empty fails the client
		}
	}
	kind := ""
	for _, known := range list.APIResources {
		if known.Name == resource {
			kind = known.Kind
		}
	}
	return map[string]any{
		"kind": kind + "List", "apiVersion": version, "metadata": map[string]any{"resourceVersion": "1"}, "items": []any{},
	}
}

func (e *emptyCluster) serveGroups(w http.ResponseWriter) {
	var list metav1.APIGroupList
	document, err := os.ReadFile(filepath.Join(e.folder, "apis.json"))
	if err == nil {
		err = json.Unmarshal(document, &list)
	}
	if err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	list.Groups = append(list.Groups, e.groups...)
	write(w, list)
}

// forget returns what was asked since the last call.
func (e *emptyCluster) forget() []*http.Request {
	e.mu.Lock()
	defer e.mu.Unlock()
	asked := e.asked
	e.asked = nil
	return asked
}

func write(w http.ResponseWriter, value any) {
	_ = json.NewEncoder(w).Encode(value) // a client that is gone is no concern of the server
}

// target is what a request is about.
type target struct{ namespace, resource, name string }

// targetOf reads /api/v1/namespaces/NAMESPACE/RESOURCE/NAME and its relatives.
func targetOf(r *http.Request) target {
	parts := strings.Split(strings.Trim(r.URL.Path, "/"), "/")
	if parts[0] == "api" && len(parts) >= 2 {
		parts = parts[2:]
	} else if parts[0] == "apis" && len(parts) >= 3 {
		parts = parts[3:]
	} else {
		return target{}
	}
	var t target
	if len(parts) > 2 && parts[0] == "namespaces" {
		t.namespace, parts = parts[1], parts[2:]
	}
	if len(parts) > 0 {
		t.resource = parts[0]
	}
	if len(parts) > 1 {
		t.name = parts[1]
	}
	return t
}
