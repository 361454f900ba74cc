package local

import (
	"context"
	"fmt"
	"slices"

	appsv1 "k8s.io/api/apps/v1"
	autoscalingv2 "k8s.io/api/autoscaling/v2"
	corev1 "k8s.io/api/core/v1"
	networkingv1 "k8s.io/api/networking/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/kubernetes"

	"github.com/mlops-iac/mlops/components/tenant"
)

// survey is what is seen of the tenants in a cluster at one moment.
type survey struct {
	tenants []tenantState
	// others are the pods outside of tenants' namespaces.
	others podCount
}

// tenantState is one tenant.
type tenantState struct {
	name string
	pods podCount
	// unavailable counts replicas that a Deployment wants and does not have.
	unavailable int32
	deployments int
	scaling     []autoscalingv2.HorizontalPodAutoscaler
	quotas      []corev1.ResourceQuota
	policies    []networkingv1.NetworkPolicy
}

// podCount counts pods that should be ready.
type podCount struct{ ready, all int }

// look surveys every tenant of the cluster.
func look(ctx context.Context, client kubernetes.Interface) (survey, error) {
	namespaces, err := client.CoreV1().Namespaces().List(ctx, metav1.ListOptions{LabelSelector: tenant.TenantLabel})
	if err != nil {
		return survey{}, fmt.Errorf("listing the tenants: %w", err)
	}
	var s survey
	for _, namespace := range namespaces.Items {
		if namespace.DeletionTimestamp != nil {
			continue
		}
		state, err := lookAt(ctx, client, namespace.Name)
		if err != nil {
			return survey{}, fmt.Errorf("looking at tenant %s: %w", namespace.Name, err)
		}
		s.tenants = append(s.tenants, state)
	}
	pods, err := client.CoreV1().Pods(metav1.NamespaceAll).List(ctx, metav1.ListOptions{})
	if err != nil {
		return survey{}, fmt.Errorf("listing pods: %w", err)
	}
	outside := slices.DeleteFunc(pods.Items, func(p corev1.Pod) bool {
		return slices.ContainsFunc(s.tenants, func(t tenantState) bool { return t.name == p.Namespace })
	})
	s.others = countPods(outside)
	return s, nil
}

func lookAt(ctx context.Context, client kubernetes.Interface, namespace string) (tenantState, error) {
	state := tenantState{name: namespace}
	all := metav1.ListOptions{}
	pods, err := client.CoreV1().Pods(namespace).List(ctx, all)
	if err != nil {
		return state, err
	}
	deployments, err := client.AppsV1().Deployments(namespace).List(ctx, all)
	if err != nil {
		return state, err
	}
	scaling, err := client.AutoscalingV2().HorizontalPodAutoscalers(namespace).List(ctx, all)
	if err != nil {
		return state, err
	}
	quotas, err := client.CoreV1().ResourceQuotas(namespace).List(ctx, all)
	if err != nil {
		return state, err
	}
	policies, err := client.NetworkingV1().NetworkPolicies(namespace).List(ctx, all)
	if err != nil {
		return state, err
	}
	state.pods = countPods(pods.Items)
	state.deployments = len(deployments.Items)
	for _, d := range deployments.Items {
		state.unavailable += missing(d)
	}
	state.scaling, state.quotas, state.policies = scaling.Items, quotas.Items, policies.Items
	return state, nil
}

// missing is how many replicas a Deployment wants and does not have; at least
// one while its controller has not seen it.
func missing(d appsv1.Deployment) int32 {
	if d.Status.ObservedGeneration < d.Generation {
		return 1
	}
	wanted := int32(1)
	if d.Spec.Replicas != nil {
		wanted = *d.Spec.Replicas
	}
	return max(0, wanted-d.Status.AvailableReplicas)
}

// countPods leaves out pods that have ended, whether their work is done or not, and
// those that go: a failed pod of a job is kept for its log, and another one takes
// its place.
func countPods(pods []corev1.Pod) podCount {
	var count podCount
	for _, p := range pods {
		if p.DeletionTimestamp != nil || p.Status.Phase == corev1.PodSucceeded || p.Status.Phase == corev1.PodFailed {
			continue
		}
		count.all++
		if isReady(p) {
			count.ready++
		}
	}
	return count
}

func isReady(p corev1.Pod) bool {
	return slices.ContainsFunc(p.Status.Conditions, func(c corev1.PodCondition) bool {
		return c.Type == corev1.PodReady && c.Status == corev1.ConditionTrue
	})
}

// settled says whether every tenant has what its Deployments and autoscalers want.
func (s survey) settled() bool {
	for _, t := range s.tenants {
		if t.deployments == 0 || t.unavailable > 0 || t.pods.ready < t.pods.all {
			return false
		}
		for _, a := range t.scaling {
			if disabled(a) {
				continue
			}
			least := int32(1)
			if a.Spec.MinReplicas != nil {
				least = *a.Spec.MinReplicas
			}
			if a.Status.CurrentReplicas < least {
				return false
			}
		}
	}
	return len(s.tenants) > 0 && s.others.ready == s.others.all
}

// measured says whether every autoscaler knows the load of its pods.
func (s survey) measured() bool {
	for _, t := range s.tenants {
		for _, a := range t.scaling {
			if present, _ := usageOf(a); present == unknown && !disabled(a) {
				return false
			}
		}
	}
	return true
}

// disabled says whether an autoscaler leaves its Deployment alone, because somebody
// has scaled it to zero.
func disabled(a autoscalingv2.HorizontalPodAutoscaler) bool {
	return slices.ContainsFunc(a.Status.Conditions, func(c autoscalingv2.HorizontalPodAutoscalerCondition) bool {
		return c.Type == autoscalingv2.ScalingActive && c.Reason == "ScalingDisabled"
	})
}

// names are those of the tenants.
func (s survey) names() []string {
	list := make([]string, len(s.tenants))
	for i, t := range s.tenants {
		list[i] = t.name
	}
	return list
}
