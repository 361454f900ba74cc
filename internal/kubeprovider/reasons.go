package kubeprovider

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/fields"
	"k8s.io/apimachinery/pkg/labels"
	"k8s.io/apimachinery/pkg/runtime/schema"
)

const (
	// maxReasons is how many pods and how many events an error names.
	maxReasons = 3
	// reasonTimeout bounds the search for reasons: the wait is already over.
	reasonTimeout = 10 * time.Second
)

var (
	podResource   = schema.GroupVersionResource{Version: "v1", Resource: "pods"}
	eventResource = schema.GroupVersionResource{Version: "v1", Resource: "events"}
)

// details says what is wrong behind an object that is not ready: its
// conditions, its pods and the warnings about them. What cannot be read is left
// out: the error itself is known already.
func (c *cluster) details(object *unstructured.Unstructured) []string {
	ctx, cancel := context.WithTimeout(context.Background(), reasonTimeout)
	defer cancel()
	var found []string
	for _, condition := range conditionsOf(object) {
		if troubling(condition) {
			found = append(found, fmt.Sprintf("condition %v is %v: %v", condition["type"], condition["status"], condition["message"]))
		}
	}
	for _, pod := range c.podsOf(ctx, object) {
		found = append(found, c.podDetails(ctx, pod)...)
	}
	return append(found, c.warnings(ctx, object.GetNamespace(), object.GetName(), object.GetKind())...)
}

// troubling picks the conditions that say what is wrong: most are good when
// true, those of failures are bad when true.
func troubling(condition map[string]any) bool {
	kind, _ := condition["type"].(string)
	bad := "False"
	if strings.Contains(kind, "Fail") {
		bad = "True"
	}
	message, _ := condition["message"].(string)
	return condition["status"] == bad && message != ""
}

func (c *cluster) podDetails(ctx context.Context, pod corev1.Pod) []string {
	found := []string{fmt.Sprintf("pod %s: %s", pod.Name, podReason(&pod))}
	return append(found, c.warnings(ctx, pod.Namespace, pod.Name, "Pod")...)
}

// podsOf returns the pods of a workload that are not ready, at most maxReasons.
func (c *cluster) podsOf(ctx context.Context, object *unstructured.Unstructured) []corev1.Pod {
	wanted, found, err := unstructured.NestedMap(object.Object, "spec", "selector")
	if err != nil || !found {
		return nil
	}
	var selector metav1.LabelSelector
	if decodeInto(&unstructured.Unstructured{Object: wanted}, &selector) != nil {
		return nil
	}
	matching, err := metav1.LabelSelectorAsSelector(&selector)
	if err != nil || matching.String() == labels.Everything().String() {
		return nil
	}
	list, err := c.client.Resource(podResource).Namespace(object.GetNamespace()).
		List(ctx, metav1.ListOptions{LabelSelector: matching.String()})
	if err != nil {
		return nil
	}
	var pods []corev1.Pod
	for i := range list.Items {
		var pod corev1.Pod
		if decodeInto(&list.Items[i], &pod) == nil && podReason(&pod) != "" && len(pods) < maxReasons {
			pods = append(pods, pod)
		}
	}
	return pods
}

// podReason says why a pod is not ready; empty when it is, or has succeeded.
func podReason(pod *corev1.Pod) string {
	if pod.Status.Phase == corev1.PodSucceeded {
		return ""
	}
	reasons := containerReasons(pod)
	for _, condition := range pod.Status.Conditions {
		switch {
		case condition.Type == corev1.PodReady && condition.Status == corev1.ConditionTrue:
			return ""
		case condition.Status == corev1.ConditionFalse && condition.Message != "":
			reasons = append(reasons, fmt.Sprintf("%s is false: %s", condition.Type, condition.Message))
		}
	}
	if len(reasons) == 0 {
		return strings.TrimSpace(fmt.Sprintf("its phase is %s %s", pod.Status.Phase, pod.Status.Message))
	}
	return strings.TrimSpace(strings.Join(reasons, "; "))
}

// containerReasons says which containers wait and which ended with an error.
func containerReasons(pod *corev1.Pod) []string {
	var reasons []string
	for _, container := range slices.Concat(pod.Status.InitContainerStatuses, pod.Status.ContainerStatuses) {
		switch state := container.State; {
		case state.Waiting != nil && state.Waiting.Reason != "PodInitializing":
			reasons = append(reasons, fmt.Sprintf("container %s waits: %s %s", container.Name, state.Waiting.Reason, state.Waiting.Message))
		case state.Terminated != nil && state.Terminated.ExitCode != 0:
			reasons = append(reasons, fmt.Sprintf("container %s ended with code %d: %s %s",
				container.Name, state.Terminated.ExitCode, state.Terminated.Reason, state.Terminated.Message))
		}
	}
	return reasons
}

// warnings returns the latest warnings about an object, at most maxReasons.
func (c *cluster) warnings(ctx context.Context, namespace, name, kind string) []string {
	if namespace == "" {
		return nil
	}
	list, err := c.client.Resource(eventResource).Namespace(namespace).List(ctx, metav1.ListOptions{
		FieldSelector: fields.Set{"involvedObject.name": name, "involvedObject.kind": kind, "type": corev1.EventTypeWarning}.String(),
	})
	if err != nil {
		return nil
	}
	var found []string
	for i := range list.Items {
		reason, _, _ := unstructured.NestedString(list.Items[i].Object, "reason")
		message, _, _ := unstructured.NestedString(list.Items[i].Object, "message")
		text := fmt.Sprintf("%s %s: %s: %s", kind, name, reason, message)
		if !slices.Contains(found, text) {
			found = append(found, text)
		}
	}
	return found[max(0, len(found)-maxReasons):]
}
