package kubeprovider

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"sync"
	"time"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/client-go/discovery"
	"k8s.io/client-go/discovery/cached/memory"
	"k8s.io/client-go/dynamic"
	"k8s.io/client-go/rest"
	"k8s.io/client-go/restmapper"
	"k8s.io/client-go/util/retry"
)

// fieldManager owns the fields that the program sets.
const fieldManager = "pulumi-mlops"

// cluster is the API server the provider is configured for.
type cluster struct {
	client    dynamic.Interface
	mapper    *restmapper.DeferredDiscoveryRESTMapper
	namespace string // for objects that name none
	// namespaces are those that were seen to exist.
	namespaces sync.Map
}

var namespaces = schema.GroupVersionResource{Version: "v1", Resource: "namespaces"}

// location is an object's place in the cluster.
type location struct {
	mapping   *meta.RESTMapping
	namespace string // empty for a kind without namespaces
	name      string
}

func connect(settings map[string]any) (*cluster, error) {
	c, err := connectionOf(settings)
	if err != nil {
		return nil, err
	}
	loader, err := c.clientConfig()
	if err != nil {
		return nil, err
	}
	namespace, _, err := loader.Namespace()
	if err != nil {
		return nil, fmt.Errorf("reading the kubeconfig: %w", err)
	}
	config, err := loader.ClientConfig()
	if err != nil {
		return nil, fmt.Errorf("reading the kubeconfig: %w", err)
	}
	config.QPS, config.Burst = c.Client.QPS, c.Client.Burst
	config.Timeout = time.Duration(c.Client.Timeout) * time.Second
	config.UserAgent = fieldManager
	// The program's output belongs to the engine.
	config.WarningHandler = rest.NoWarnings{}
	client, err := dynamic.NewForConfig(config)
	if err != nil {
		return nil, fmt.Errorf("making a Kubernetes client: %w", err)
	}
	discovered, err := discovery.NewDiscoveryClientForConfig(config)
	if err != nil {
		return nil, fmt.Errorf("making a Kubernetes client: %w", err)
	}
	mapper := restmapper.NewDeferredDiscoveryRESTMapper(memory.NewMemCacheClient(discovered))
	return &cluster{client: client, mapper: mapper, namespace: namespace}, nil
}

// mapping finds the resource behind a kind. What the cluster did not have a
// moment ago is looked up again: a definition may have been added since.
func (c *cluster) mapping(kind schema.GroupVersionKind) (*meta.RESTMapping, error) {
	mapping, err := c.mapper.RESTMapping(kind.GroupKind(), kind.Version)
	if meta.IsNoMatchError(err) {
		c.mapper.Reset()
		mapping, err = c.mapper.RESTMapping(kind.GroupKind(), kind.Version)
	}
	if err != nil {
		return nil, fmt.Errorf("looking up %s in the cluster: %w", kindName(kind), err)
	}
	return mapping, nil
}

func kindName(kind schema.GroupVersionKind) string {
	return kind.GroupVersion().String() + " " + kind.Kind
}

func (c *cluster) locate(object *unstructured.Unstructured) (location, error) {
	mapping, err := c.mapping(object.GroupVersionKind())
	if err != nil {
		return location{}, err
	}
	l := location{mapping: mapping, name: object.GetName()}
	if namespaced(mapping) {
		l.namespace = object.GetNamespace()
		if l.namespace == "" {
			l.namespace = c.namespace
		}
	}
	return l, nil
}

// locateID finds the object of an id: "namespace/name", or "name".
func (c *cluster) locateID(kind schema.GroupVersionKind, id string) (location, error) {
	mapping, err := c.mapping(kind)
	if err != nil {
		return location{}, err
	}
	l := location{mapping: mapping, name: id}
	if !namespaced(mapping) {
		return l, nil
	}
	l.namespace = c.namespace
	if before, after, found := strings.Cut(id, "/"); found {
		l.namespace, l.name = before, after
	}
	return l, nil
}

func namespaced(mapping *meta.RESTMapping) bool {
	return mapping.Scope.Name() == meta.RESTScopeNameNamespace
}

func (l location) id() string {
	if l.namespace == "" {
		return l.name
	}
	return l.namespace + "/" + l.name
}

func (c *cluster) at(l location) dynamic.ResourceInterface {
	if l.namespace == "" {
		return c.client.Resource(l.mapping.Resource)
	}
	return c.client.Resource(l.mapping.Resource).Namespace(l.namespace)
}

func (c *cluster) get(ctx context.Context, l location) (*unstructured.Unstructured, error) {
	return c.at(l).Get(ctx, l.name, metav1.GetOptions{})
}

// apply writes the object with server-side apply; a dry run writes nothing.
func (c *cluster) apply(ctx context.Context, l location, object map[string]any, dryRun bool) (*unstructured.Unstructured, error) {
	data, err := json.Marshal(object)
	if err != nil {
		return nil, fmt.Errorf("writing %s as JSON: %w", l.id(), err)
	}
	force := true
	options := metav1.PatchOptions{FieldManager: fieldManager, Force: &force, FieldValidation: metav1.FieldValidationStrict}
	if dryRun {
		options.DryRun = []string{metav1.DryRunAll}
	}
	var applied *unstructured.Unstructured
	// Objects made at the same time compete for the counters of their quota.
	var last error
	err = retry.OnError(retry.DefaultBackoff, transient, func() error {
		applied, last = c.at(l).Patch(ctx, l.name, types.ApplyPatchType, data, options)
		return last
	})
	if err == nil {
		err = last // OnError takes the end of a context for the end of its own waiting
	}
	return applied, err
}

func transient(err error) bool {
	return apierrors.IsConflict(err) || apierrors.IsServerTimeout(err) || apierrors.IsServiceUnavailable(err)
}

// tryCreate asks whether the API server would accept the object as a new one.
func (c *cluster) tryCreate(ctx context.Context, l location, object map[string]any) error {
	_, err := c.at(l).Create(ctx, &unstructured.Unstructured{Object: object}, metav1.CreateOptions{
		DryRun: []string{metav1.DryRunAll}, FieldManager: fieldManager, FieldValidation: metav1.FieldValidationStrict,
	})
	return err
}
