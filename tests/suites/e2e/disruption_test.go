package e2e_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	corev1 "k8s.io/api/core/v1"
	policyv1 "k8s.io/api/policy/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/api/resource"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
)

// settleLimit is how long servers may take to be as many as they should: a machine
// that others use takes its time.
const settleLimit = 2 * time.Minute

// settled says why the workloads are not complete, or which servers are still going.
func (p platform) settled(ctx context.Context) error {
	if err := p.checkWorkloads(ctx); err != nil {
		return err
	}
	return each(func(tenant string) error {
		servers, err := p.servers(ctx, tenant)
		if err != nil {
			return err
		}
		for _, pod := range servers {
			if pod.DeletionTimestamp != nil {
				return errors.New(pod.Name + " is going")
			}
		}
		return nil
	})
}

// testRollout restarts every server as `kubectl rollout restart` does.
func (p platform) testRollout(t *testing.T) {
	p.undisturbed(t, func() {
		patch := fmt.Appendf(nil, `{"spec":{"template":{"metadata":{"annotations":{"kubectl.kubernetes.io/restartedAt":%q}}}}}`, time.Now().Format(time.RFC3339))
		for tenant := range questions() {
			_, err := p.client.AppsV1().Deployments(tenant).Patch(t.Context(), "inference", types.StrategicMergePatchType, patch, metav1.PatchOptions{})
			require.NoError(t, err)
		}
		eventually(t, settleLimit, func() error { return p.settled(t.Context()) })
	})
}

// testDeletion deletes a server of each tenant, of tenant-b the only one.
func (p platform) testDeletion(t *testing.T) {
	p.withOneServer(t, func() {
		for tenant := range questions() {
			servers, err := p.servers(t.Context(), tenant)
			require.NoError(t, err)
			require.NotEmpty(t, servers)
			require.NoError(t, p.client.CoreV1().Pods(tenant).Delete(t.Context(), servers[0].Name, metav1.DeleteOptions{}))
		}
		eventually(t, settleLimit, func() error { return p.settled(t.Context()) })
	})
}

// testOutOfMemory lets a pod of a tenant take more memory than its limit.
func (p platform) testOutOfMemory(t *testing.T) {
	p.undisturbed(t, func() {
		pod := strictPod("eat")
		size := corev1.ResourceList{corev1.ResourceCPU: resource.MustParse("100m"), corev1.ResourceMemory: resource.MustParse("48Mi")}
		pod.Spec.Containers[0].Resources = corev1.ResourceRequirements{Requests: size, Limits: size}
		ended, _, err := p.finish(t.Context(), "tenant-a", pod)
		require.NoError(t, err)
		require.Len(t, ended.Status.ContainerStatuses, 1)
		require.NotNil(t, ended.Status.ContainerStatuses[0].State.Terminated)
		assert.Equal(t, "OOMKilled 137", fmt.Sprintf("%s %d",
			ended.Status.ContainerStatuses[0].State.Terminated.Reason, ended.Status.ContainerStatuses[0].State.Terminated.ExitCode))
		require.NoError(t, p.settled(t.Context()), "nobody else was killed")
	})
}

// testKilledServer kills a server without a word. Requests that it had are lost, and
// so are those that reach it until its readiness is seen to have ended: they are
// counted, and nothing promises that there are none.
func (p platform) testKilledServer(t *testing.T) {
	seen := p.during(t, func() {
		servers, err := p.servers(t.Context(), "tenant-a")
		require.NoError(t, err)
		require.NotEmpty(t, servers)
		before, err := p.restarts(t.Context(), "tenant-a")
		require.NoError(t, err)
		require.NoError(t, syscall.Kill(processOf(t, servers[0]), syscall.SIGKILL))
		eventually(t, settleLimit, func() error {
			after, err := p.restarts(t.Context(), "tenant-a")
			return errors.Join(err, equal(before+1, after))
		})
		eventually(t, settleLimit, func() error { return p.settled(t.Context()) })
	})
	t.Logf("kill -9 of one of two servers lost %d of %d requests", seen.lostCount(), seen.sent)
	assert.NoError(t, p.checkPredictions(t.Context()))
}

// processOf is the number of the first process of a pod's container, by its control group.
func processOf(t *testing.T, pod corev1.Pod) int {
	t.Helper()
	require.Len(t, pod.Status.ContainerStatuses, 1)
	_, id, _ := strings.Cut(pod.Status.ContainerStatuses[0].ContainerID, "://")
	require.NotEmpty(t, id)
	files, err := filepath.Glob("/proc/[0-9]*/cgroup")
	require.NoError(t, err)
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err == nil && strings.Contains(string(text), id) {
			pid, err := strconv.Atoi(filepath.Base(filepath.Dir(file)))
			require.NoError(t, err)
			return pid
		}
	}
	require.Fail(t, "no process is in the control group of "+pod.Name)
	return 0
}

// evict asks for the end of a pod as `kubectl drain` does.
func (p platform) evict(ctx context.Context, pod corev1.Pod) error {
	return p.client.PolicyV1().Evictions(pod.Namespace).Evict(ctx, &policyv1.Eviction{
		ObjectMeta: metav1.ObjectMeta{Name: pod.Name, Namespace: pod.Namespace},
	})
}

// cordon closes a node to new pods, or opens it.
func (p platform) cordon(ctx context.Context, node string, closed bool) error {
	patch := fmt.Appendf(nil, `{"spec":{"unschedulable":%t}}`, closed)
	_, err := p.client.CoreV1().Nodes().Patch(ctx, node, types.StrategicMergePatchType, patch, metav1.PatchOptions{})
	return err
}

// evictable are the pods that a drain of a node evicts: all but those of DaemonSets.
func (p platform) evictable(ctx context.Context, node string) ([]corev1.Pod, error) {
	list, err := p.client.CoreV1().Pods("").List(ctx, metav1.ListOptions{FieldSelector: "spec.nodeName=" + node})
	if err != nil {
		return nil, err
	}
	var found []corev1.Pod
	for _, pod := range list.Items {
		owner := metav1.GetControllerOf(&pod)
		if (owner == nil || owner.Kind != "DaemonSet") && pod.Status.Phase == corev1.PodRunning {
			found = append(found, pod)
		}
	}
	return found, nil
}

// testDrain empties a node. One of tenant-a's two servers is evicted with it; meanwhile
// the other one may not go.
func (p platform) testDrain(t *testing.T) {
	node := p.nodeWithoutStore(t)
	least, stop := p.watchAvailable(t.Context(), "tenant-a")
	p.withOneServer(t, func() {
		require.NoError(t, p.cordon(t.Context(), node, true))
		defer func() { require.NoError(t, p.cordon(context.WithoutCancel(t.Context()), node, false)) }()
		p.refuseSecond(t, node)
		eventually(t, settleLimit, func() error { return p.drain(t.Context(), node) })
		require.NoError(t, p.cordon(t.Context(), node, false))
		eventually(t, settleLimit, func() error { return p.settled(t.Context()) })
	})
	stop()
	assert.Equal(t, int32(1), *least, "available servers of tenant-a never fell below what the budget keeps, and to that")
}

// drain evicts what is left on a node, and says what is.
func (p platform) drain(ctx context.Context, node string) error {
	left, err := p.evictable(ctx, node)
	if err != nil || len(left) == 0 {
		return err
	}
	var names []string
	for _, pod := range left {
		names = append(names, pod.Namespace+"/"+pod.Name)
		err := p.evict(ctx, pod)
		if err != nil && !apierrors.IsTooManyRequests(err) && !apierrors.IsNotFound(err) {
			return err
		}
	}
	return fmt.Errorf("on %s are still %v", node, names)
}

// refuseSecond evicts the server of tenant-a on the node, and then asks for the other.
func (p platform) refuseSecond(t *testing.T, node string) {
	t.Helper()
	servers, err := p.servers(t.Context(), "tenant-a")
	require.NoError(t, err)
	require.Len(t, servers, 2)
	first, second := servers[0], servers[1]
	if second.Spec.NodeName == node {
		first, second = second, first
	}
	require.NoError(t, p.evict(t.Context(), first))
	err = p.evict(t.Context(), second)
	require.True(t, apierrors.IsTooManyRequests(err), "%v", err)
	assert.Equal(t, "Cannot evict pod as it would violate the pod's disruption budget.", err.Error())
}

// nodeWithoutStore is one that the object store is not on: its volume is on one node,
// and without it new servers wait.
func (p platform) nodeWithoutStore(t *testing.T) string {
	t.Helper()
	return map[string]string{"node-1": "node-2", "node-2": "node-1"}[p.nodeWithStore(t)]
}

func (p platform) nodeWithStore(t *testing.T) string {
	t.Helper()
	store, err := p.client.CoreV1().Pods("object-store").Get(t.Context(), "minio-0", metav1.GetOptions{})
	require.NoError(t, err)
	return store.Spec.NodeName
}

// watchAvailable notes the least number of available servers until it is stopped.
func (p platform) watchAvailable(ctx context.Context, tenant string) (least *int32, stop func()) {
	ctx, cancel := context.WithCancel(ctx)
	least, done := new(int32), make(chan struct{})
	*least = 1 << 30
	go func() {
		defer close(done)
		for ticker := time.Tick(100 * time.Millisecond); ctx.Err() == nil; <-ticker {
			deployment, err := p.client.AppsV1().Deployments(tenant).Get(ctx, "inference", metav1.GetOptions{})
			if err == nil {
				*least = min(*least, deployment.Status.AvailableReplicas)
			}
		}
	}()
	return least, func() {
		cancel()
		<-done
	}
}

// testSpread sees replicas on both nodes after the first `up`.
func (p platform) testSpread(t *testing.T) {
	servers, err := p.servers(t.Context(), "tenant-a")
	require.NoError(t, err)
	used := map[string]int{}
	for _, pod := range servers {
		used[pod.Spec.NodeName]++
	}
	assert.Equal(t, map[string]int{"node-1": 1, "node-2": 1}, used)
}
