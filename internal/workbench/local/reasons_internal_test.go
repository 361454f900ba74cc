package local

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	appsv1 "k8s.io/api/apps/v1"
	batchv1 "k8s.io/api/batch/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/client-go/kubernetes/fake"
)

// waitingPod is a pod of the workload with a name, in a state.
func waitingPod(name string, status corev1.PodStatus) *corev1.Pod {
	return &corev1.Pod{ObjectMeta: metav1.ObjectMeta{Namespace: "tenant-a", Name: name + "-0", Labels: map[string]string{"app": name}}, Status: status}
}

// inContainer is the status of a pod whose container is in a state.
func inContainer(state corev1.ContainerState) corev1.PodStatus {
	return corev1.PodStatus{ContainerStatuses: []corev1.ContainerStatus{{Name: "main", Image: "example.com/app:1", State: state}}}
}

func metaOf(name string) metav1.ObjectMeta {
	return metav1.ObjectMeta{Namespace: "tenant-a", Name: name}
}

func selectorOf(name string) *metav1.LabelSelector {
	return &metav1.LabelSelector{MatchLabels: map[string]string{"app": name}}
}

func deploymentOf(name string, conditions ...appsv1.DeploymentCondition) *appsv1.Deployment {
	return &appsv1.Deployment{
		ObjectMeta: metaOf(name), Spec: appsv1.DeploymentSpec{Selector: selectorOf(name)}, Status: appsv1.DeploymentStatus{Conditions: conditions},
	}
}

func waits(reason, message string) corev1.ContainerState {
	return corev1.ContainerState{Waiting: &corev1.ContainerStateWaiting{Reason: reason, Message: message}}
}

func TestReasonsOfDeployments(t *testing.T) {
	t.Parallel()
	replicaFailure := appsv1.DeploymentCondition{Type: appsv1.DeploymentReplicaFailure, Status: corev1.ConditionTrue, Message: "exceeded quota: tenant"}
	unschedulable := corev1.PodStatus{Conditions: []corev1.PodCondition{
		{Type: corev1.PodScheduled, Status: corev1.ConditionFalse, Message: "0/2 nodes are available"},
	}}
	for name, c := range map[string]struct {
		objects []runtime.Object
		want    waiting
	}{
		"quota": {[]runtime.Object{deploymentOf("app", replicaFailure)}, waiting{reason: "exceeded quota: tenant"}},
		"image": {
			[]runtime.Object{deploymentOf("app"), waitingPod("app", inContainer(waits("ErrImageNeverPull", "not present")))},
			waiting{reason: "pod app-0, container main, image example.com/app:1: ErrImageNeverPull: not present", image: true},
		},
		"no node": {[]runtime.Object{deploymentOf("app"), waitingPod("app", unschedulable)}, waiting{reason: "pod app-0 has no node: 0/2 nodes are available"}},
		"model": {
			[]runtime.Object{deploymentOf("app"), waitingPod("app", inContainer(corev1.ContainerState{Running: &corev1.ContainerStateRunning{}}))},
			waiting{reason: "pod app-0, container main: runs and is not ready; its last line: fake logs"},
		},
		"crash loop": {
			[]runtime.Object{deploymentOf("app"), waitingPod("app", inContainer(waits("CrashLoopBackOff", "back-off 10s")))},
			waiting{reason: "pod app-0, container main: CrashLoopBackOff; its last line: fake logs"},
		},
		"ended": {
			[]runtime.Object{deploymentOf("app"), waitingPod("app", inContainer(corev1.ContainerState{Terminated: &corev1.ContainerStateTerminated{ExitCode: 3}}))},
			waiting{reason: "pod app-0, container main: ended with code 3; its last line: fake logs"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			found, err := reasons(t.Context(), fake.NewClientset(c.objects...))
			require.NoError(t, err)
			c.want.workload = "deployment tenant-a/app"
			assert.Equal(t, []waiting{c.want}, found)
		})
	}
}

// TestReasonsAreThoseOfTheNewestPods has a Deployment whose image was missing and is
// mended: its old pod stays until the new one is ready.
func TestReasonsAreThoseOfTheNewestPods(t *testing.T) {
	t.Parallel()
	old, mended := waitingPod("app", inContainer(waits("ImagePullBackOff", "not present"))), waitingPod("app", inContainer(waits("CreateContainerConfigError", "no secret")))
	old.Labels[appsv1.DefaultDeploymentUniqueLabelKey], old.CreationTimestamp = "old", metav1.Unix(1000, 0)
	mended.Labels[appsv1.DefaultDeploymentUniqueLabelKey], mended.CreationTimestamp = "new", metav1.Unix(2000, 0)
	mended.Name = "app-1"
	seen, err := reasons(t.Context(), fake.NewClientset(deploymentOf("app"), old, mended))
	require.NoError(t, err)
	assert.Equal(t, []waiting{{
		workload: "deployment tenant-a/app", reason: "pod app-1, container main: CreateContainerConfigError; its last line: fake logs",
	}}, seen)
}

func TestReasonsOfWhatStarts(t *testing.T) {
	t.Parallel()
	ready := waitingPod("app", corev1.PodStatus{Conditions: []corev1.PodCondition{{Type: corev1.PodReady, Status: corev1.ConditionTrue}}})
	starting := waitingPod("app", inContainer(waits("ContainerCreating", "")))
	starting.Name = "app-1"
	client := fake.NewClientset(deploymentOf("app"), ready, starting)
	found, err := reasons(t.Context(), client)
	require.NoError(t, err)
	assert.Empty(t, found, "a pod that starts is no reason")
	one := int32(1)
	available := deploymentOf("other")
	available.Status.AvailableReplicas = one
	found, err = reasons(t.Context(), fake.NewClientset(available, waitingPod("other", inContainer(waits("ErrImageNeverPull", "")))))
	require.NoError(t, err)
	assert.Empty(t, found, "what has what it wants waits for nothing")
}

func TestReasonsOfOtherWorkloads(t *testing.T) {
	t.Parallel()
	warning := func(name string, minute int, message string) *corev1.Event {
		return &corev1.Event{
			ObjectMeta: metav1.ObjectMeta{Namespace: "tenant-a", Name: name + message}, InvolvedObject: corev1.ObjectReference{Name: name},
			Type: corev1.EventTypeWarning, Reason: "FailedCreate", Message: message, LastTimestamp: metav1.NewTime(time.Unix(int64(60*minute), 0)),
		}
	}
	image := inContainer(waits("ImagePullBackOff", "no such host"))
	done := &batchv1.Job{ObjectMeta: metaOf("done"), Status: batchv1.JobStatus{Conditions: []batchv1.JobCondition{{Type: batchv1.JobComplete, Status: corev1.ConditionTrue}}}}
	for name, c := range map[string]struct {
		objects []runtime.Object
		want    []waiting
	}{
		"statefulset": {
			[]runtime.Object{&appsv1.StatefulSet{ObjectMeta: metaOf("store"), Spec: appsv1.StatefulSetSpec{Selector: selectorOf("store")}}, warning("store", 2, "quota"), warning("store", 1, "old")},
			[]waiting{{workload: "statefulset tenant-a/store", reason: "FailedCreate: quota"}},
		},
		"daemonset": {
			[]runtime.Object{&appsv1.DaemonSet{ObjectMeta: metaOf("agent"), Spec: appsv1.DaemonSetSpec{Selector: selectorOf("agent")}, Status: appsv1.DaemonSetStatus{DesiredNumberScheduled: 1}}, waitingPod("agent", image)},
			[]waiting{{workload: "daemonset tenant-a/agent", reason: "pod agent-0, container main, image example.com/app:1: ImagePullBackOff: no such host", image: true}},
		},
		"jobs": {
			[]runtime.Object{&batchv1.Job{ObjectMeta: metaOf("seed"), Spec: batchv1.JobSpec{Selector: selectorOf("seed")}}, waitingPod("seed", corev1.PodStatus{}), warning("seed-0", 1, "no volume"), done},
			[]waiting{{workload: "job tenant-a/seed", reason: "pod seed-0: FailedCreate: no volume"}},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			found, err := reasons(t.Context(), fake.NewClientset(c.objects...))
			require.NoError(t, err)
			assert.Equal(t, c.want, found)
		})
	}
}
