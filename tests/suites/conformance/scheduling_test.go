package conformance_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"

	"github.com/mlops-iac/mlops/components/scheduling"
	"github.com/mlops-iac/mlops/internal/workbench/localcluster"
	"github.com/mlops-iac/mlops/tests/suites/conformance/harness"
)

// scratch is a namespace without quotas, in which copies of the tenants' pods
// are placed.
const scratch = "scheduling"

// scheduling shows on which nodes the scheduler puts every kind of pod, first
// one by one on each role of nodes, then many at a time.
func (p platform) scheduling(t *testing.T) {
	p.openScratch(t)
	kinds := p.workloads(t)
	t.Run("placement", func(t *testing.T) {
		t.Run("matrix", func(t *testing.T) { p.placementMatrix(t, kinds) })
		t.Run("crowd", func(t *testing.T) { p.crowd(t, kinds) })
	})
	t.Run("spread", func(t *testing.T) { p.spread(t) })
}

// TestWithoutExtendedResourceToleration shows that the GPU work of tenants does
// not depend on an admission plugin that a cluster may lack: it tolerates the
// taint of GPU nodes by itself, and a pod that does not stays off them.
func TestWithoutExtendedResourceToleration(t *testing.T) {
	t.Parallel()
	stack := harness.Load(t, "dev", nil)
	p := platform{Stack: stack, Cluster: harness.Start(t, localcluster.Options{Nodes: harness.Nodes(stack.Settings)})}
	p.openScratch(t)
	for _, kind := range p.workloads(t) {
		if !kind.gpu {
			continue
		}
		if !kind.tolerates {
			kind.roles = nil
		}
		t.Run(kind.name, func(t *testing.T) {
			assert.Equal(t, kind.roles, p.rolesOf(t, kind))
		})
	}
}

func (p platform) openScratch(t *testing.T) {
	ctx := context.Background()
	namespaces := p.Client.CoreV1().Namespaces()
	_, err := namespaces.Create(ctx, &corev1.Namespace{ObjectMeta: metav1.ObjectMeta{Name: scratch}}, metav1.CreateOptions{})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, namespaces.Delete(ctx, scratch, metav1.DeleteOptions{})) })
	// Right after the start of the cluster nodes are still tainted as not ready.
	p.Await(t, patience, "every node takes pods", func(ctx context.Context) error {
		nodes, err := p.Client.CoreV1().Nodes().List(ctx, metav1.ListOptions{})
		if err != nil {
			return err
		}
		for _, node := range nodes.Items {
			for _, taint := range node.Spec.Taints {
				if taint.Key == corev1.TaintNodeNotReady {
					return errors.New(node.Name + " is not ready")
				}
			}
		}
		return nil
	})
	p.Await(t, patience, "the namespace has its service account", func(ctx context.Context) error {
		_, err := p.Client.CoreV1().ServiceAccounts(scratch).Get(ctx, "default", metav1.GetOptions{})
		return err
	})
}

// placementMatrix pins a pod of each kind to the nodes of each role.
func (p platform) placementMatrix(t *testing.T, kinds []workload) {
	var table strings.Builder
	fmt.Fprintf(&table, "nodes that take a pod, stack %s\n%-28s", p.Name, "")
	for _, role := range scheduling.Roles() {
		fmt.Fprintf(&table, "%8s", role)
	}
	for _, kind := range kinds {
		got := p.rolesOf(t, kind)
		assert.Equal(t, kind.roles, got, kind.name)
		fmt.Fprintf(&table, "\n%-28s", kind.name)
		for _, role := range scheduling.Roles() {
			fmt.Fprintf(&table, "%8s", map[bool]string{true: "yes", false: "-"}[slices.Contains(got, role)])
		}
	}
	t.Log(table.String())
}

// rolesOf returns the roles of nodes that take a pod of a kind, in the order of
// scheduling.Roles.
func (p platform) rolesOf(t *testing.T, kind workload) []scheduling.Role {
	t.Helper()
	var taken []scheduling.Role
	for _, role := range scheduling.Roles() {
		pod := kind.pod(fmt.Sprintf("%s-%s", kind.name, role))
		pod.Spec.NodeSelector = map[string]string{scheduling.RoleLabel: string(role)}
		// One after the other: a stack may have a single GPU.
		if p.place(t, pod)[pod.Name] != "" {
			taken = append(taken, role)
		}
	}
	return taken
}

// crowd places many pods of every kind together: where the right nodes are full,
// a pod waits rather than take a wrong one.
func (p platform) crowd(t *testing.T, kinds []workload) {
	const each = 12
	roles := p.nodeRoles(t)
	for _, gpu := range []bool{false, true} {
		var pods []*corev1.Pod
		allowed := map[string][]scheduling.Role{}
		for _, kind := range kinds {
			if kind.gpu != gpu {
				continue
			}
			for i := range each {
				pod := kind.pod(fmt.Sprintf("%s-%d", kind.name, i))
				pods, allowed[pod.Name] = append(pods, pod), kind.roles
			}
		}
		placed := 0
		for name, node := range p.place(t, pods...) {
			if node != "" {
				placed++
				assert.Contains(t, allowed[name], roles[node], "%s is on %s", name, node)
			}
		}
		assert.NotZero(t, placed)
		if !gpu {
			assert.Equal(t, len(pods), placed, "pods without GPUs found no room")
		}
	}
}

func (p platform) nodeRoles(t *testing.T) map[string]scheduling.Role {
	t.Helper()
	nodes, err := p.Client.CoreV1().Nodes().List(context.Background(), metav1.ListOptions{})
	require.NoError(t, err)
	roles := map[string]scheduling.Role{}
	for _, node := range nodes.Items {
		roles[node.Name] = scheduling.Role(node.Labels[scheduling.RoleLabel])
	}
	return roles
}

// place makes pods, waits until the scheduler has decided on each, removes them
// and returns the node of each, "" for those that have to wait.
func (p platform) place(t *testing.T, pods ...*corev1.Pod) map[string]string {
	t.Helper()
	client := p.Client.CoreV1().Pods(scratch)
	defer p.remove(t, scratch, "conformance=scheduling")
	for _, pod := range pods {
		_, err := client.Create(context.Background(), pod, metav1.CreateOptions{})
		require.NoError(t, err)
	}
	placed := map[string]string{}
	p.Await(t, patience, "the scheduler has decided", func(ctx context.Context) error {
		live, err := client.List(ctx, metav1.ListOptions{LabelSelector: "conformance=scheduling"})
		if err != nil {
			return err
		}
		for _, pod := range live.Items {
			if pod.Spec.NodeName == "" && !waits(pod) {
				return errors.New(pod.Name + " has neither a node nor a verdict")
			}
			placed[pod.Name] = pod.Spec.NodeName
		}
		return nil
	})
	return placed
}

// waits says that the scheduler found no node for a pod. One that is pinned to
// GPU nodes may have to wait for the GPU of the pod before it, which is no verdict.
func waits(pod corev1.Pod) bool {
	pinned := pod.Spec.NodeSelector[scheduling.RoleLabel] == string(scheduling.RoleGPU)
	for _, condition := range pod.Status.Conditions {
		if condition.Type == corev1.PodScheduled && condition.Reason == corev1.PodReasonUnschedulable {
			return !pinned || !strings.Contains(condition.Message, "Insufficient")
		}
	}
	return false
}

// spread shows that the replicas of every inference service are spread as evenly
// over zones as its template says.
func (p platform) spread(t *testing.T) {
	zones := p.zones(t)
	for _, o := range p.Objects {
		if o.GetKind() != "Deployment" || o.GetName() != "inference" {
			continue
		}
		t.Run(o.GetNamespace(), func(t *testing.T) {
			skew := p.zoneSkew(t, o)
			count := map[string]int{}
			for _, node := range p.replicate(t, o, 7) {
				count[zones[node]]++
			}
			for _, zone := range zones {
				count[zone] += 0
			}
			fewest, most := 7, 0
			for _, n := range count {
				fewest, most = min(fewest, n), max(most, n)
			}
			t.Log(o.GetNamespace(), count)
			assert.LessOrEqual(t, most-fewest, skew, "%v", count)
		})
	}
}

// zones are those of the nodes that inference may run on, by node.
func (p platform) zones(t *testing.T) map[string]string {
	t.Helper()
	nodes, err := p.Client.CoreV1().Nodes().List(context.Background(), metav1.ListOptions{
		LabelSelector: scheduling.RoleLabel + "=" + string(scheduling.RoleCPU),
	})
	require.NoError(t, err)
	zones := map[string]string{}
	for _, node := range nodes.Items {
		zones[node.Name] = node.Labels[scheduling.ZoneLabel]
	}
	return zones
}

func (p platform) zoneSkew(t *testing.T, o *unstructured.Unstructured) int {
	t.Helper()
	constraints := templateOf(t, o).Spec.TopologySpreadConstraints
	i := slices.IndexFunc(constraints, func(c corev1.TopologySpreadConstraint) bool { return c.TopologyKey == scheduling.ZoneLabel })
	require.GreaterOrEqual(t, i, 0, "no spread over zones is asked for")
	return int(constraints[i].MaxSkew)
}

// replicate runs a copy of a Deployment with a number of replicas and returns
// the node of each.
func (p platform) replicate(t *testing.T, o *unstructured.Unstructured, replicas int) []string {
	t.Helper()
	ctx := context.Background()
	duplicate := o.DeepCopy()
	duplicate.SetNamespace(scratch)
	duplicate.SetName(o.GetNamespace())
	require.NoError(t, unstructured.SetNestedField(duplicate.Object, int64(replicas), "spec", "replicas"))
	unstructured.RemoveNestedField(duplicate.Object, "spec", "template", "spec", "serviceAccountName")
	// On which nodes it may run is for the check of placement alone.
	unstructured.RemoveNestedField(duplicate.Object, "spec", "template", "spec", "affinity")
	require.NoError(t, unstructured.SetNestedStringMap(duplicate.Object,
		map[string]string{scheduling.RoleLabel: string(scheduling.RoleCPU)}, "spec", "template", "spec", "nodeSelector"))
	resource, err := p.Resource(duplicate)
	require.NoError(t, err)
	_, err = resource.Create(ctx, duplicate, metav1.CreateOptions{})
	require.NoError(t, err)
	t.Cleanup(func() {
		now, foreground := int64(0), metav1.DeletePropagationForeground
		err := resource.Delete(ctx, duplicate.GetName(), metav1.DeleteOptions{GracePeriodSeconds: &now, PropagationPolicy: &foreground})
		require.True(t, err == nil || apierrors.IsNotFound(err), "%v", err)
	})
	selector := metav1.FormatLabelSelector(&metav1.LabelSelector{MatchLabels: templateOf(t, o).Labels})
	var nodes []string
	p.Await(t, patience, "every replica has a node", func(ctx context.Context) error {
		pods, err := p.Client.CoreV1().Pods(scratch).List(ctx, metav1.ListOptions{LabelSelector: selector})
		if err != nil {
			return err
		}
		nodes = nil
		for _, pod := range pods.Items {
			if pod.Spec.NodeName != "" {
				nodes = append(nodes, pod.Spec.NodeName)
			}
		}
		if len(nodes) != replicas {
			return fmt.Errorf("%d of %d have", len(nodes), replicas)
		}
		return nil
	})
	return nodes
}
