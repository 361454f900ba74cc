package local

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	appsv1 "k8s.io/api/apps/v1"
	autoscalingv2 "k8s.io/api/autoscaling/v2"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/client-go/kubernetes/fake"

	"github.com/mlops-iac/mlops/components/tenant"
)

// cluster is one with a tenant whose Deployment wants and has some replicas.
func cluster(wanted, available int32, more ...runtime.Object) []runtime.Object {
	return append([]runtime.Object{
		&corev1.Namespace{ObjectMeta: metav1.ObjectMeta{Name: "texts", Labels: map[string]string{tenant.TenantLabel: "texts"}}},
		&appsv1.Deployment{
			ObjectMeta: metav1.ObjectMeta{Name: "inference", Namespace: "texts"},
			Spec:       appsv1.DeploymentSpec{Replicas: &wanted}, Status: appsv1.DeploymentStatus{AvailableReplicas: available},
		},
	}, more...)
}

func podOf(namespace, name string, phase corev1.PodPhase, ready corev1.ConditionStatus) *corev1.Pod {
	return &corev1.Pod{
		ObjectMeta: metav1.ObjectMeta{Name: name, Namespace: namespace},
		Status:     corev1.PodStatus{Phase: phase, Conditions: []corev1.PodCondition{{Type: corev1.PodReady, Status: ready}}},
	}
}

func autoscaler(current int32, reason string) *autoscalingv2.HorizontalPodAutoscaler {
	least := int32(2)
	return &autoscalingv2.HorizontalPodAutoscaler{
		ObjectMeta: metav1.ObjectMeta{Name: "inference", Namespace: "texts"},
		Spec:       autoscalingv2.HorizontalPodAutoscalerSpec{MinReplicas: &least, MaxReplicas: 3},
		Status: autoscalingv2.HorizontalPodAutoscalerStatus{
			CurrentReplicas: current,
			Conditions:      []autoscalingv2.HorizontalPodAutoscalerCondition{{Type: autoscalingv2.ScalingActive, Reason: reason}},
		},
	}
}

// TestSettled is about when `up` may end.
func TestSettled(t *testing.T) {
	t.Parallel()
	const yes, no = corev1.ConditionTrue, corev1.ConditionFalse
	running := podOf("texts", "one", corev1.PodRunning, yes)
	for name, c := range map[string]struct {
		objects []runtime.Object
		settled bool
		line    string
	}{
		"no tenant":                      {nil, false, "platform 0 of 0 ready"},
		"all ready":                      {cluster(1, 1, running), true, "texts 1 of 1 ready, platform 0 of 0 ready"},
		"running is not ready":           {cluster(1, 1, podOf("texts", "one", corev1.PodRunning, no)), false, "texts 0 of 1 ready, platform 0 of 0 ready"},
		"a replica is missing":           {cluster(2, 1, running), false, "texts 1 of 1 ready, platform 0 of 0 ready"},
		"a failed job keeps its pod":     {cluster(1, 1, running, podOf("texts", "job", corev1.PodFailed, no)), true, "texts 1 of 1 ready, platform 0 of 0 ready"},
		"a store's job keeps its pod":    {cluster(1, 1, running, podOf("stores", "job", corev1.PodFailed, no)), true, "texts 1 of 1 ready, platform 0 of 0 ready"},
		"a store starts":                 {cluster(1, 1, running, podOf("stores", "store", corev1.PodPending, no)), false, "texts 1 of 1 ready, platform 0 of 1 ready"},
		"its autoscaler has yet to act":  {cluster(1, 1, running, autoscaler(1, "ValidMetricFound")), false, "texts 1 of 1 ready, platform 0 of 0 ready"},
		"somebody has scaled it to zero": {cluster(0, 0, autoscaler(0, "ScalingDisabled")), true, "texts 0 of 0 ready, platform 0 of 0 ready"},
	} {
		seen, err := look(t.Context(), fake.NewClientset(c.objects...))
		require.NoError(t, err)
		assert.Equal(t, c.line, seen.line(), name)
		assert.Equal(t, c.settled, seen.settled(), name)
	}
}

func TestMeasured(t *testing.T) {
	t.Parallel()
	for reason, want := range map[string]bool{"FailedGetResourceMetric": false, "ScalingDisabled": true} {
		seen, err := look(t.Context(), fake.NewClientset(cluster(0, 0, autoscaler(0, reason))...))
		require.NoError(t, err)
		assert.Equal(t, want, seen.measured(), reason)
	}
}
