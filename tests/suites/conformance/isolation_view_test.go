package conformance_test

import (
	"cmp"
	"context"
	"errors"
	"net/netip"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	corev1 "k8s.io/api/core/v1"
	networkingv1 "k8s.io/api/networking/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/labels"

	"github.com/mlops-iac/mlops/components/addons/fluentbit"
	"github.com/mlops-iac/mlops/components/minio"
	"github.com/mlops-iac/mlops/components/postgresql"
	"github.com/mlops-iac/mlops/components/tenant"
	"github.com/mlops-iac/mlops/internal/settings"
	"github.com/mlops-iac/mlops/tests/suites/conformance/reach"
)

// view is who can be asked about, and the policies, at one moment.
type view struct {
	actors   map[string]actor
	order    []string
	policies []networkingv1.NetworkPolicy
	ports    []reach.Port
}

// look reads the policies and the pods of tenants and stores from the cluster.
func (p platform) look(t *testing.T, standIns []actor) view {
	t.Helper()
	list, err := p.Client.NetworkingV1().NetworkPolicies("").List(context.Background(), metav1.ListOptions{})
	require.NoError(t, err)
	v := view{actors: map[string]actor{}, policies: list.Items}
	v.ports, err = reach.Ports(list.Items)
	require.NoError(t, err)
	var all []actor
	for _, tenant := range p.definitions(t) {
		all = append(all, p.replicas(t, tenant.Name, min(tenant.Replicas.Min, 2))...)
	}
	if p.Settings.Substrate != settings.SubstrateAWS {
		all = append(all, p.running(t, minio.DefaultNamespace, minio.PodLabels(), 1, actor{role: roleObjectStore, Peer: reach.Peer{Group: "object store"}})...)
		all = append(all, p.running(t, postgresql.DefaultNamespace, postgresql.PodLabels(), 1, actor{role: roleMetadataStore, Peer: reach.Peer{Group: "metadata store"}})...)
	}
	all = append(all, p.running(t, fluentbit.DefaultNamespace, fluentbit.PodLabels(), 1, actor{role: roleLogs, Peer: reach.Peer{Group: "logs"}})...)
	all = append(append(all, standIns...), p.outside(t)...)
	// Tenants stand in front, each with its jobs.
	slices.SortStableFunc(all, func(a, b actor) int { return cmp.Compare(cmp.Or(a.tenant, "~"), cmp.Or(b.tenant, "~")) })
	for _, a := range all {
		require.NotContains(t, v.actors, a.Name)
		v.actors[a.Name], v.order = a, append(v.order, a.Name)
	}
	return v
}

func (p platform) replicas(t *testing.T, name string, least int) []actor {
	t.Helper()
	deployment, err := p.Client.AppsV1().Deployments(name).Get(context.Background(), tenant.InferenceName, metav1.GetOptions{})
	require.NoError(t, err)
	return p.running(t, name, deployment.Spec.Selector.MatchLabels, least, actor{role: roleInference, tenant: name})
}

// running waits for as many running pods with these labels and returns the
// oldest two, which the autoscaler is last to remove.
func (p platform) running(t *testing.T, namespace string, selector map[string]string, least int, as actor) []actor {
	t.Helper()
	var found []corev1.Pod
	p.Await(t, 30*time.Second, "pods run in "+namespace, func(ctx context.Context) error {
		list, err := p.Client.CoreV1().Pods(namespace).List(ctx, metav1.ListOptions{LabelSelector: labels.SelectorFromSet(selector).String()})
		if err != nil {
			return err
		}
		found = slices.DeleteFunc(list.Items, func(pod corev1.Pod) bool { return !podRuns(pod) })
		if len(found) < least {
			return errors.New("not all pods run yet")
		}
		return nil
	})
	slices.SortFunc(found, func(a, b corev1.Pod) int {
		return cmp.Or(a.CreationTimestamp.Compare(b.CreationTimestamp.Time), cmp.Compare(a.Name, b.Name))
	})
	var actors []actor
	for _, pod := range found[:min(len(found), 2)] {
		actors = append(actors, p.actor(t, pod, as))
	}
	return actors
}

func podRuns(pod corev1.Pod) bool {
	return pod.DeletionTimestamp == nil && pod.Status.Phase == corev1.PodRunning && pod.Status.PodIP != ""
}

// actor is a pod of the cluster in a role.
func (p platform) actor(t *testing.T, pod corev1.Pod, as actor) actor {
	t.Helper()
	namespace, err := p.Client.CoreV1().Namespaces().Get(context.Background(), pod.Namespace, metav1.GetOptions{})
	require.NoError(t, err)
	address, err := netip.ParseAddr(pod.Status.PodIP)
	require.NoError(t, err)
	as.Peer = reach.Peer{
		Name: pod.Namespace + "/" + pod.Name, Group: cmp.Or(as.Group, pod.Namespace+" "+string(as.role)), Address: address,
		Namespace: pod.Namespace, Labels: pod.Labels, NamespaceLabels: namespace.Labels,
	}
	as.pod = pod.Name
	return as
}

func (v view) peers() []reach.Peer {
	list := make([]reach.Peer, len(v.order))
	for i, name := range v.order {
		list[i] = v.actors[name].Peer
	}
	return list
}

// evaluate asks about every connection that a pod of the platform's is part of.
// Others, such as those of DNS to the internet, are not the platform's to decide.
func (v view) evaluate(policies []networkingv1.NetworkPolicy) reach.Matrix {
	return reach.Evaluate(policies, v.peers(), v.ports, func(from, to reach.Peer) bool {
		return v.actors[from.Name].guarded() || v.actors[to.Name].guarded()
	})
}

// gone returns a pod of the view that is no longer there; "" when all are.
func (p platform) gone(t *testing.T, v view) string {
	t.Helper()
	for _, a := range v.actors {
		if !a.IsPod() {
			continue
		}
		pod, err := p.Client.CoreV1().Pods(a.Namespace).Get(context.Background(), a.pod, metav1.GetOptions{})
		if apierrors.IsNotFound(err) || err == nil && !podRuns(*pod) {
			return a.Name
		}
		require.NoError(t, err)
	}
	return ""
}
