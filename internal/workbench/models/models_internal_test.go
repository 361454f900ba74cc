package models

import (
	"testing"

	"github.com/stretchr/testify/assert"
	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/client-go/kubernetes/fake"
)

var labels = map[string]string{"app.kubernetes.io/component": "inference"}

// pod is one of tenant-a; change makes it another one than a ready replica.
func pod(name string, change func(*corev1.Pod)) *corev1.Pod {
	p := &corev1.Pod{
		ObjectMeta: metav1.ObjectMeta{Namespace: "tenant-a", Name: name, Labels: labels},
		Status: corev1.PodStatus{
			Conditions:        []corev1.PodCondition{{Type: corev1.PodReady, Status: corev1.ConditionTrue}},
			ContainerStatuses: []corev1.ContainerStatus{{Name: "inference", State: corev1.ContainerState{Running: &corev1.ContainerStateRunning{}}}},
		},
	}
	if change != nil {
		change(p)
	}
	return p
}

func TestReplica(t *testing.T) {
	t.Parallel()
	deployment := &appsv1.Deployment{
		ObjectMeta: metav1.ObjectMeta{Namespace: "tenant-a", Name: "inference"},
		Spec:       appsv1.DeploymentSpec{Selector: &metav1.LabelSelector{MatchLabels: labels}},
	}
	unready := func(p *corev1.Pod) { p.Status.Conditions[0].Status = corev1.ConditionFalse }
	for name, c := range map[string]struct {
		objects   []runtime.Object
		want, err string
	}{
		"the first that is ready": {objects: []runtime.Object{deployment, pod("a", unready), pod("b", nil), pod("c", nil)}, want: "b"},
		"one that is not ready": {objects: []runtime.Object{
			deployment, pod("a", func(p *corev1.Pod) { p.Labels = map[string]string{"app.kubernetes.io/component": "training"} }), pod("b", unready),
		}, want: "b"},
		"none that runs": {objects: []runtime.Object{
			deployment,
			pod("a", func(p *corev1.Pod) { p.Status.ContainerStatuses[0].State = corev1.ContainerState{} }),
			pod("b", func(p *corev1.Pod) { p.DeletionTimestamp = &metav1.Time{}; p.Finalizers = []string{"x"} }),
			pod("c", func(p *corev1.Pod) { p.Status.ContainerStatuses[0].Name = "sidecar" }),
		}, err: "no replica of tenant-a runs, of 3 pods: `kubectl --namespace tenant-a describe pods` says why"},
		"no tenant": {objects: []runtime.Object{pod("a", nil)}, err: "tenant-a is no tenant of this cluster: it has no Deployment inference"},
	} {
		got, err := replica(t.Context(), fake.NewClientset(c.objects...), "tenant-a")
		assert.Equal(t, c.want, got, name)
		if c.err == "" {
			assert.NoError(t, err, name)
		} else {
			assert.EqualError(t, err, c.err, name)
		}
	}
}
