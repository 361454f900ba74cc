package conformance_test

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"
)

// kind is a resource, or a part of it, that people can be given access to.
type kind struct {
	group, resource, subresource string
	namespaced                   bool
	// served are the verbs that the API server answers, asked those that the
	// suite asks about.
	served, asked []string
}

func (k kind) String() string {
	text := k.resource
	if k.subresource != "" {
		text += "/" + k.subresource
	}
	if k.group != "" {
		text += "." + k.group
	}
	return text
}

var (
	reading = []string{"get", "list", "watch"}
	writing = []string{"create", "update", "patch", "delete"}
	every   = slices.Concat(reading, writing, []string{"deletecollection"})
)

// kinds are all that the API server has, and the verbs without a resource of
// their own by which access is passed on.
func (p platform) kinds(t *testing.T) []kind {
	t.Helper()
	var lists []*metav1.APIResourceList
	p.Await(t, patience, "the API server lists every API", func(context.Context) error {
		var err error
		// The metrics API appears only once it has metrics.
		_, lists, err = p.Client.Discovery().ServerGroupsAndResources()
		return err
	})
	found := map[string]kind{}
	for _, list := range lists {
		version, err := schema.ParseGroupVersion(list.GroupVersion)
		require.NoError(t, err)
		for _, resource := range list.APIResources {
			name, part, _ := strings.Cut(resource.Name, "/")
			k := kind{group: version.Group, resource: name, subresource: part, namespaced: resource.Namespaced, served: resource.Verbs}
			k.asked = every
			if part != "" {
				k.asked = resource.Verbs
			}
			found[k.String()] = k
		}
	}
	kinds := []kind{
		{group: "", resource: "users", asked: []string{"impersonate"}},
		{group: "", resource: "groups", asked: []string{"impersonate"}},
		{group: "", resource: "serviceaccounts", namespaced: true, asked: []string{"impersonate"}},
		{group: "rbac.authorization.k8s.io", resource: "roles", namespaced: true, asked: []string{"escalate", "bind"}},
		{group: "rbac.authorization.k8s.io", resource: "clusterroles", asked: []string{"escalate", "bind"}},
		{group: "certificates.k8s.io", resource: "signers", asked: []string{"approve", "sign"}},
	}
	for _, k := range found {
		kinds = append(kinds, k)
	}
	slices.SortFunc(kinds, func(a, b kind) int { return cmp.Compare(a.String(), b.String()) })
	return kinds
}

// promise is what the platform says about access to a tenant.
type promise struct {
	// visible are the kinds that a tenant consists of.
	visible map[string]bool
}

// promise: whatever the platform puts into the namespace of a tenant, and
// whatever comes of it, its people can look at. Secrets they cannot.
func (p platform) promise(t *testing.T) promise {
	t.Helper()
	visible := map[string]bool{}
	for _, name := range []string{
		"events", "events.events.k8s.io", "replicasets.apps", "jobs.batch", "endpoints", "endpointslices.discovery.k8s.io",
		"pods", "pods/log", "pods/status", "pods.metrics.k8s.io", "ingresses.networking.k8s.io", "prometheusrules.monitoring.coreos.com",
	} {
		visible[name] = true
	}
	for _, tenant := range p.tenants(t) {
		for _, o := range p.Objects {
			if o.GetNamespace() != tenant.Name || o.GetKind() == "Secret" {
				continue
			}
			visible[p.kindOf(t, o)] = true
		}
	}
	return promise{visible}
}

// kindOf is the kind of an object as kind.String has it.
func (p platform) kindOf(t *testing.T, o *unstructured.Unstructured) string {
	t.Helper()
	mapping, err := p.Mapper.RESTMapping(o.GroupVersionKind().GroupKind())
	require.NoError(t, err)
	return kind{group: mapping.Resource.Group, resource: mapping.Resource.Resource}.String()
}

// allows states the promise, rule by rule. What no rule allows is refused.
func (r promise) allows(q question) bool {
	switch {
	case asksAboutSelf(q):
		return true
	case !q.own():
		return false // neither other tenants, nor the platform, nor the cluster
	case q.subject.role == workloadRole:
		return ownConfiguration(q)
	default:
		return r.looks(q) || q.subject.role == editorRole && edits(q)
	}
}

// ownConfiguration is all that pods may read.
func ownConfiguration(q question) bool {
	return q.kind.String() == "configmaps" && q.verb == "get" && (q.name == "inference" || q.name == "training")
}

// looks says what a viewer and an editor may look at: all that is visible, in
// every way in which it can be read.
func (r promise) looks(q question) bool {
	served := q.kind.served == nil || slices.Contains(q.kind.served, q.verb)
	return r.visible[q.kind.String()] && slices.Contains(reading, q.verb) && served
}

// asksAboutSelf is what Kubernetes lets everybody do: ask who they are and what
// they may do.
func asksAboutSelf(q question) bool {
	return q.verb == "create" && q.namespace == "" && strings.HasPrefix(q.kind.resource, "selfsubject")
}

// edits says what an editor may do beyond looking: run work, look into it, and
// restart the service. Not one of it widens access, lifts a limit or publishes
// the tenant, and nothing is deleted wholesale.
func edits(q question) bool {
	switch q.kind.String() {
	case "pods", "jobs.batch", "configmaps", "persistentvolumeclaims":
		return slices.Contains(writing, q.verb)
	case "pods/exec", "pods/attach", "pods/portforward":
		return q.verb == "get" || q.verb == "create"
	case "deployments.apps":
		return q.verb == "patch"
	default:
		return false
	}
}
