package harness

import (
	"context"
	"encoding/json"
	"maps"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"
)

// Snapshot holds what the platform has put into a cluster: every object that Pulumi's
// provider owns fields of, by kind and name, as text without what the cluster itself
// adds to it.
type Snapshot map[string]string

// Snapshot reads every kind of object the API server has.
func (c *Cluster) Snapshot(t testing.TB) Snapshot {
	t.Helper()
	lists, err := c.Client.Discovery().ServerPreferredResources()
	require.NoError(t, err)
	found := Snapshot{}
	for _, list := range lists {
		version, err := schema.ParseGroupVersion(list.GroupVersion)
		require.NoError(t, err)
		for _, resource := range list.APIResources {
			if slices.Contains(resource.Verbs, "list") && slices.Contains(resource.Verbs, "patch") {
				c.addTo(t, found, version.WithResource(resource.Name))
			}
		}
	}
	return found
}

func (c *Cluster) addTo(t testing.TB, found Snapshot, resource schema.GroupVersionResource) {
	t.Helper()
	list, err := c.Dynamic.Resource(resource).List(context.Background(), metav1.ListOptions{})
	if apierrors.IsNotFound(err) || apierrors.IsMethodNotSupported(err) {
		return
	}
	require.NoError(t, err, resource.String())
	for _, item := range list.Items {
		if slices.ContainsFunc(item.GetManagedFields(), func(f metav1.ManagedFieldsEntry) bool {
			return strings.HasPrefix(f.Manager, "pulumi-kubernetes-")
		}) {
			found[Describe(&item)] = essence(t, &item)
		}
	}
}

// essence is an object without its status, its identity and its history, and
// without the number of replicas, which autoscalers own.
func essence(t testing.TB, o *unstructured.Unstructured) string {
	t.Helper()
	kept := o.DeepCopy().Object
	delete(kept, "status")
	metadata, _ := kept["metadata"].(map[string]any)
	for _, key := range []string{"managedFields", "resourceVersion", "uid", "creationTimestamp", "generation"} {
		delete(metadata, key)
	}
	unstructured.RemoveNestedField(kept, "spec", "replicas")
	text, err := json.Marshal(kept)
	require.NoError(t, err)
	return string(text)
}

// Differences are the objects that only one of two snapshots has, or that are
// not the same in both; each begins with the kind and name.
func Differences(before, after Snapshot) []string {
	var found []string
	for _, name := range slices.Sorted(maps.Keys(before)) {
		text, kept := after[name]
		switch {
		case !kept:
			found = append(found, name+" is gone")
		case text != before[name]:
			found = append(found, name+" has changed:\n"+before[name]+"\n"+text)
		}
	}
	for _, name := range slices.Sorted(maps.Keys(after)) {
		if _, had := before[name]; !had {
			found = append(found, name+" is new")
		}
	}
	return found
}

// digest ends the name of a Job that is made anew when its secret changes.
var digest = regexp.MustCompile(`-[0-9a-f]{8}$`)

// Names are the kinds and names of the objects, sorted, without the digests of
// secrets, which differ between clusters.
func (s Snapshot) Names() []string {
	names := make([]string, 0, len(s))
	for name := range s {
		names = append(names, digest.ReplaceAllString(name, ""))
	}
	slices.Sort(names)
	return names
}
