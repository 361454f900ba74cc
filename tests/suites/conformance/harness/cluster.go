package harness

import (
	"context"
	"fmt"
	"io"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/client-go/discovery/cached/memory"
	"k8s.io/client-go/dynamic"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/rest"
	"k8s.io/client-go/restmapper"
	"sigs.k8s.io/yaml"

	"github.com/mlops-iac/mlops/internal/workbench/localcluster"
	"github.com/mlops-iac/mlops/internal/workbench/toolset"
)

// Cluster is a control plane with clients.
type Cluster struct {
	*localcluster.Cluster
	Config  *rest.Config
	Client  kubernetes.Interface
	Dynamic dynamic.Interface
	Mapper  *restmapper.DeferredDiscoveryRESTMapper
}

// Toolset finds the programs of the embedded cluster and builds those that are
// not there.
func Toolset(t testing.TB) *toolset.Set {
	t.Helper()
	set, err := toolset.New(Root, t.Logf)
	require.NoError(t, err)
	return set
}

// Start runs a control plane for the length of a test. It has the
// CustomResourceDefinitions that the platform's own objects need, and those of
// more kinds of the Prometheus operator.
func Start(t testing.TB, options localcluster.Options, kinds ...string) *Cluster {
	t.Helper()
	set := Toolset(t)
	var err error
	options.Tools, err = set.Kube(context.Background())
	require.NoError(t, err)
	options.Folder = t.TempDir()
	started, err := localcluster.Start(context.Background(), options)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, started.Stop()) })
	c := &Cluster{Cluster: started}
	c.connect(t)
	documents, err := set.CRDs(context.Background(), kinds...)
	require.NoError(t, err)
	var served []schema.GroupKind
	for _, document := range documents {
		crd := &unstructured.Unstructured{}
		require.NoError(t, yaml.Unmarshal(document, &crd.Object))
		c.MustApply(t, crd)
		group, _, err := unstructured.NestedString(crd.Object, "spec", "group")
		require.NoError(t, err)
		kind, _, err := unstructured.NestedString(crd.Object, "spec", "names", "kind")
		require.NoError(t, err)
		served = append(served, schema.GroupKind{Group: group, Kind: kind})
	}
	c.Await(t, 30*time.Second, "the CustomResourceDefinitions are served", func(context.Context) error {
		c.Mapper.Reset()
		for _, kind := range served {
			if _, err := c.Mapper.RESTMapping(kind); err != nil {
				return err
			}
		}
		return nil
	})
	return c
}

func (c *Cluster) connect(t testing.TB) {
	t.Helper()
	var err error
	c.Config, err = c.RESTConfig()
	require.NoError(t, err)
	c.Config.WarningHandler = rest.NewWarningWriter(io.Discard, rest.WarningWriterOptions{})
	client, err := kubernetes.NewForConfig(c.Config)
	require.NoError(t, err)
	c.Client = client
	c.Dynamic, err = dynamic.NewForConfig(c.Config)
	require.NoError(t, err)
	c.Mapper = restmapper.NewDeferredDiscoveryRESTMapper(memory.NewMemCacheClient(client.Discovery()))
}

// FieldManager is whom the suite applies as.
const FieldManager = "pulumi-mlops"

// Apply applies an object strictly: an unknown or doubled field is an error.
func (c *Cluster) Apply(ctx context.Context, o *unstructured.Unstructured) (*unstructured.Unstructured, error) {
	resource, err := c.Resource(o)
	if err != nil {
		return nil, err
	}
	data, err := o.MarshalJSON()
	if err != nil {
		return nil, err
	}
	force := true
	return resource.Patch(ctx, o.GetName(), "application/apply-patch+yaml", data,
		metav1.PatchOptions{FieldManager: FieldManager, Force: &force, FieldValidation: metav1.FieldValidationStrict})
}

// MustApply fails the test when the object is refused.
func (c *Cluster) MustApply(t testing.TB, o *unstructured.Unstructured) *unstructured.Unstructured {
	t.Helper()
	live, err := c.Apply(context.Background(), o)
	require.NoError(t, err, Describe(o))
	return live
}

// Resource is the client of an object's kind in its namespace.
func (c *Cluster) Resource(o *unstructured.Unstructured) (dynamic.ResourceInterface, error) {
	kind := o.GroupVersionKind()
	mapping, err := c.Mapper.RESTMapping(kind.GroupKind(), kind.Version)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", Describe(o), err)
	}
	if mapping.Scope.Name() == meta.RESTScopeNameRoot {
		return c.Dynamic.Resource(mapping.Resource), nil
	}
	namespace := o.GetNamespace()
	if namespace == "" {
		namespace = metav1.NamespaceDefault
	}
	return c.Dynamic.Resource(mapping.Resource).Namespace(namespace), nil
}

// Describe names an object for a reader.
func Describe(o *unstructured.Unstructured) string {
	name := o.GetName()
	if o.GetNamespace() != "" {
		name = o.GetNamespace() + "/" + name
	}
	return o.GetKind() + " " + name
}

// Await calls done until it returns nil and fails the test with its last error
// when that takes longer than limit.
func (c *Cluster) Await(t testing.TB, limit time.Duration, what string, done func(context.Context) error) {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), limit)
	defer cancel()
	for {
		err := done(ctx)
		if err == nil {
			return
		}
		select {
		case <-ctx.Done():
			require.NoError(t, err, "waited %s until %s", limit, what)
		case <-time.After(100 * time.Millisecond):
		}
	}
}
