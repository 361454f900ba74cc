package e2e_test

import (
	"context"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/client-go/dynamic"
)

// resources are what an `up` has made, as the engine knows it and as the API server
// does; sorted.
type resources struct{ engine, objects []string }

// passing are kinds whose objects come and go by themselves, or have a name that
// nobody chose.
func passing() []string {
	return []string{
		"componentstatuses", "controllerrevisions", "csinodes", "endpoints", "endpointslices", "events", "ipaddresses",
		"leases", "nodes", "persistentvolumes", "pods", "replicasets", "volumeattachments",
	}
}

// chosen ends the name of a job with a digest of the passwords that it sets.
var chosen = regexp.MustCompile(`-[0-9a-f]{8}$`)

func (p platform) resources(t *testing.T) resources {
	t.Helper()
	found, err := p.listResources(t.Context())
	require.NoError(t, err)
	return found
}

// hasResources says whether they are just those. An API server that has started serves
// the kinds of CustomResourceDefinitions some seconds later than its own.
func (p platform) hasResources(ctx context.Context, want resources) error {
	found, err := p.listResources(ctx)
	if err != nil {
		return err
	}
	return errors.Join(differ(want.engine, found.engine), differ(want.objects, found.objects))
}

// differ names what one sorted list has and the other has not.
func differ(want, got []string) error {
	if slices.Equal(want, got) {
		return nil
	}
	return fmt.Errorf("missing: %q; there, and not wanted: %q", without(want, got), without(got, want))
}

// without are the texts of a list that another has not as often.
func without(list, other []string) []string {
	left := slices.Clone(list)
	for _, text := range other {
		if at := slices.Index(left, text); at >= 0 {
			left = slices.Delete(left, at, at+1)
		}
	}
	return left
}

func (p platform) listResources(ctx context.Context) (resources, error) {
	client, err := dynamic.NewForConfig(p.config)
	if err != nil {
		return resources{}, err
	}
	lists, err := p.client.Discovery().ServerPreferredResources()
	if err != nil {
		return resources{}, err
	}
	found := resources{engine: recorded(p.folder)}
	for _, list := range lists {
		names, err := namesOf(ctx, client, list)
		if err != nil {
			return resources{}, err
		}
		found.objects = append(found.objects, names...)
	}
	slices.Sort(found.engine)
	slices.Sort(found.objects)
	return found, nil
}

// namesOf are the kind, namespace and name of every object of one version of a group.
func namesOf(ctx context.Context, client dynamic.Interface, list *metav1.APIResourceList) ([]string, error) {
	version, err := schema.ParseGroupVersion(list.GroupVersion)
	if err != nil {
		return nil, err
	}
	var names []string
	for _, kind := range list.APIResources {
		if !slices.Contains(kind.Verbs, "list") || slices.Contains(passing(), kind.Name) || strings.HasPrefix(version.Group, "metrics.") {
			continue
		}
		objects, err := client.Resource(version.WithResource(kind.Name)).List(ctx, metav1.ListOptions{})
		if err != nil {
			return nil, fmt.Errorf("%s: %w", kind.Name, err)
		}
		for _, object := range objects.Items {
			names = append(names, kind.Name+" "+object.GetNamespace()+"/"+chosen.ReplaceAllString(object.GetName(), ""))
		}
	}
	return names, nil
}
