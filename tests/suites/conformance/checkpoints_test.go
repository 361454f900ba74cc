package conformance_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	batchv1 "k8s.io/api/batch/v1"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/resource"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	component "github.com/mlops-iac/mlops/components/tenant"
	"github.com/mlops-iac/mlops/components/tenant/spec"
	"github.com/mlops-iac/mlops/internal/workbench/localcluster"
	"github.com/mlops-iac/mlops/tests/suites/conformance/harness"
)

// heldByOnePod is what the scheduler says of a node on which a pod has the volume.
const heldByOnePod = "0/1 nodes are available: 1 node(s) unavailable due to PersistentVolumeClaim with ReadWriteOncePod access mode already in-use by another pod"

// TestI7CheckpointsOfOneJob starts two training jobs of a tenant at a time, for each
// access mode of the checkpoints. There is one node, so that nothing but the mode can
// keep them apart, and it runs no pods: none of them ends by itself.
//
// Proves I7 by the real server: with ReadWriteOncePod the scheduler lets a job that is made
// beside another wait for the checkpoints until the other is gone; with ReadWriteOnce both
// have them.
func TestI7CheckpointsOfOneJob(t *testing.T) {
	t.Parallel()
	definitions := map[string]string{}
	for tenant, mode := range map[string]spec.AccessMode{"once": spec.ReadWriteOnce, "once-pod": spec.ReadWriteOncePod} {
		definitions[tenant] = strings.Replace(fmt.Sprintf(harness.Newcomer, tenant),
			"checkpointStorage: 1Gi", "checkpointStorage: 1Gi, checkpointAccessMode: "+string(mode), 1)
	}
	stack := harness.Load(t, "local", harness.WithTenants(t, definitions))
	p := platform{Stack: stack, Cluster: harness.Start(t, localcluster.Options{Nodes: []localcluster.Node{}})}
	p.addIdleNode(t)

	t.Run("ReadWriteOnce", func(t *testing.T) {
		p.applyTraining(t, "once")
		for _, name := range []string{"first", "second"} {
			p.startTraining(t, "once", name)
			p.awaitVerdict(t, "once", name, verdict{node: idle})
		}
	})
	t.Run("ReadWriteOncePod", func(t *testing.T) {
		p.applyTraining(t, "once-pod")
		p.startTraining(t, "once-pod", "first")
		p.awaitVerdict(t, "once-pod", "first", verdict{node: idle})
		p.startTraining(t, "once-pod", "second")
		p.awaitVerdict(t, "once-pod", "second", verdict{waits: heldByOnePod})

		background := metav1.DeletePropagationBackground
		require.NoError(t, p.Client.BatchV1().Jobs("once-pod").Delete(t.Context(), "first", metav1.DeleteOptions{PropagationPolicy: &background}))
		p.remove(t, "once-pod", batchv1.JobNameLabel+"=first")
		p.awaitVerdict(t, "once-pod", "second", verdict{node: idle})
	})
}

// idle is a node that nothing runs the pods of.
const idle = "idle"

func (p platform) addIdleNode(t *testing.T) {
	t.Helper()
	room := corev1.ResourceList{
		corev1.ResourceCPU: resource.MustParse("32"), corev1.ResourceMemory: resource.MustParse("128Gi"),
		corev1.ResourceEphemeralStorage: resource.MustParse("500Gi"), corev1.ResourcePods: resource.MustParse("110"),
	}
	_, err := p.Client.CoreV1().Nodes().Create(t.Context(), &corev1.Node{
		ObjectMeta: metav1.ObjectMeta{Name: idle, Labels: map[string]string{
			corev1.LabelHostname: idle, corev1.LabelTopologyZone: "local-1a",
		}},
		Status: corev1.NodeStatus{Capacity: room, Allocatable: room},
	}, metav1.CreateOptions{})
	require.NoError(t, err)
}

// applyTraining applies what the training of a tenant consists of.
func (p platform) applyTraining(t *testing.T, tenant string) {
	t.Helper()
	kinds := []string{"ResourceQuota", "LimitRange", "ServiceAccount", "ConfigMap", "PersistentVolumeClaim", "CronJob"}
	for _, o := range p.Objects {
		if o.GetKind() == "Namespace" && o.GetName() == tenant || o.GetNamespace() == tenant && slices.Contains(kinds, o.GetKind()) {
			p.MustApply(t, o)
		}
	}
}

// startTraining makes a job of the tenant's CronJob, as `kubectl create job --from` does.
func (p platform) startTraining(t *testing.T, tenant, name string) {
	t.Helper()
	cron, err := p.Client.BatchV1().CronJobs(tenant).Get(t.Context(), component.TrainingName, metav1.GetOptions{})
	require.NoError(t, err)
	job := &batchv1.Job{
		ObjectMeta: *cron.Spec.JobTemplate.ObjectMeta.DeepCopy(),
		Spec:       *cron.Spec.JobTemplate.Spec.DeepCopy(),
	}
	job.Name = name
	tolerateAll(&job.Spec.Template.Spec)
	_, err = p.Client.BatchV1().Jobs(tenant).Create(t.Context(), job, metav1.CreateOptions{})
	require.NoError(t, err)
}

// verdict is what the scheduler decided about a pod: its node, or why it waits.
type verdict struct{ node, waits string }

// awaitVerdict waits for a verdict about the pod of a job.
func (p platform) awaitVerdict(t *testing.T, tenant, job string, want verdict) {
	t.Helper()
	p.Await(t, patience, "the scheduler has decided on job "+job, func(ctx context.Context) error {
		pod, err := p.podOf(ctx, tenant, job)
		if err != nil {
			return err
		}
		got := verdict{node: pod.Spec.NodeName}
		for _, condition := range pod.Status.Conditions {
			if condition.Type == corev1.PodScheduled && condition.Reason == corev1.PodReasonUnschedulable {
				// What follows is about pods that could be pushed out.
				got.waits, _, _ = strings.Cut(condition.Message, ". ")
			}
		}
		if got != want {
			return fmt.Errorf("%s/%s: %+v instead of %+v", tenant, job, got, want)
		}
		return nil
	})
}

// podOf is the pod of a job.
func (p platform) podOf(ctx context.Context, tenant, job string) (corev1.Pod, error) {
	pods, err := p.Client.CoreV1().Pods(tenant).List(ctx, metav1.ListOptions{LabelSelector: batchv1.JobNameLabel + "=" + job})
	if err != nil {
		return corev1.Pod{}, err
	}
	if len(pods.Items) != 1 {
		return corev1.Pod{}, fmt.Errorf("job %s has %d pods", job, len(pods.Items))
	}
	return pods.Items[0], nil
}
