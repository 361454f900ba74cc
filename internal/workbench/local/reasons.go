package local

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"

	appsv1 "k8s.io/api/apps/v1"
	batchv1 "k8s.io/api/batch/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/kubernetes"
)

// waiting is a workload that is not ready.
type waiting struct {
	// workload names it: "deployment tenant-a/inference".
	workload string
	// reason is what its pods, or those that should make them, say.
	reason string
	// image says that it waits for an image.
	image bool
}

func (w waiting) String() string { return w.workload + ": " + w.reason }

// workload is what all kinds of them have in common.
type workload struct {
	kind string
	metav1.ObjectMeta
	selector *metav1.LabelSelector
	// refused says why it can make no pods, where its own status knows.
	refused string
}

// reasons lists the workloads that are not ready and of which something says why.
func reasons(ctx context.Context, client kubernetes.Interface) ([]waiting, error) {
	unready, err := unreadyWorkloads(ctx, client)
	if err != nil {
		return nil, fmt.Errorf("looking for what is not ready: %w", err)
	}
	var found []waiting
	for _, w := range unready {
		reason, image, err := w.reason(ctx, client)
		if err != nil {
			return nil, fmt.Errorf("looking at %s %s/%s: %w", w.kind, w.Namespace, w.Name, err)
		}
		if reason != "" {
			found = append(found, waiting{workload: fmt.Sprintf("%s %s/%s", w.kind, w.Namespace, w.Name), reason: reason, image: image})
		}
	}
	slices.SortFunc(found, func(a, b waiting) int { return cmp.Compare(a.workload, b.workload) })
	return found, nil
}

func unreadyWorkloads(ctx context.Context, client kubernetes.Interface) ([]workload, error) {
	servers, err := unreadyServers(ctx, client)
	if err != nil {
		return nil, err
	}
	others, err := unreadyOthers(ctx, client)
	return append(servers, others...), err
}

// unreadyServers are the Deployments and StatefulSets that lack replicas.
func unreadyServers(ctx context.Context, client kubernetes.Interface) ([]workload, error) {
	deployments, err := client.AppsV1().Deployments(metav1.NamespaceAll).List(ctx, metav1.ListOptions{})
	if err != nil {
		return nil, err
	}
	sets, err := client.AppsV1().StatefulSets(metav1.NamespaceAll).List(ctx, metav1.ListOptions{})
	if err != nil {
		return nil, err
	}
	var unready []workload
	for _, d := range deployments.Items {
		if missing(d) > 0 {
			unready = append(unready, workload{"deployment", d.ObjectMeta, d.Spec.Selector, refusal(d)})
		}
	}
	for _, s := range sets.Items {
		if s.Spec.Replicas == nil || s.Status.ReadyReplicas < *s.Spec.Replicas {
			unready = append(unready, workload{kind: "statefulset", ObjectMeta: s.ObjectMeta, selector: s.Spec.Selector})
		}
	}
	return unready, nil
}

// unreadyOthers are the DaemonSets that lack pods and the Jobs that have not ended.
func unreadyOthers(ctx context.Context, client kubernetes.Interface) ([]workload, error) {
	daemons, err := client.AppsV1().DaemonSets(metav1.NamespaceAll).List(ctx, metav1.ListOptions{})
	if err != nil {
		return nil, err
	}
	jobs, err := client.BatchV1().Jobs(metav1.NamespaceAll).List(ctx, metav1.ListOptions{})
	if err != nil {
		return nil, err
	}
	var unready []workload
	for _, d := range daemons.Items {
		if d.Status.NumberReady < d.Status.DesiredNumberScheduled {
			unready = append(unready, workload{kind: "daemonset", ObjectMeta: d.ObjectMeta, selector: d.Spec.Selector})
		}
	}
	for _, j := range jobs.Items {
		if !jobEnded(j) {
			unready = append(unready, workload{kind: "job", ObjectMeta: j.ObjectMeta, selector: j.Spec.Selector})
		}
	}
	return unready, nil
}

// refusal is why a Deployment can make no pods: its quota, say.
func refusal(d appsv1.Deployment) string {
	for _, c := range d.Status.Conditions {
		if c.Type == appsv1.DeploymentReplicaFailure && c.Status == corev1.ConditionTrue {
			return c.Message
		}
	}
	return ""
}

func jobEnded(j batchv1.Job) bool {
	return slices.ContainsFunc(j.Status.Conditions, func(c batchv1.JobCondition) bool {
		return (c.Type == batchv1.JobComplete || c.Type == batchv1.JobFailed) && c.Status == corev1.ConditionTrue
	})
}

// reason is why a workload is not ready; empty while nothing is wrong with it.
func (w workload) reason(ctx context.Context, client kubernetes.Interface) (reason string, image bool, err error) {
	if w.refused != "" {
		return w.refused, false, nil
	}
	selector, err := metav1.LabelSelectorAsSelector(w.selector)
	if err != nil {
		return "", false, err
	}
	pods, err := client.CoreV1().Pods(w.Namespace).List(ctx, metav1.ListOptions{LabelSelector: selector.String()})
	if err != nil {
		return "", false, err
	}
	for _, pod := range ofNewest(pods.Items) {
		if pod.DeletionTimestamp != nil || isReady(pod) {
			continue
		}
		if reason, image, err = podReason(ctx, client, pod); err != nil || reason != "" {
			return reason, image, err
		}
	}
	reason, err = lastWarning(ctx, client, w.Namespace, w.Name)
	return reason, false, err
}

// ofNewest are the pods that were made like the newest one: those of an earlier template
// stay until the new ones are ready, whatever is wrong with them.
func ofNewest(pods []corev1.Pod) []corev1.Pod {
	if len(pods) == 0 {
		return nil
	}
	newest := slices.MaxFunc(pods, func(a, b corev1.Pod) int { return a.CreationTimestamp.Compare(b.CreationTimestamp.Time) })
	return slices.DeleteFunc(slices.Clone(pods), func(p corev1.Pod) bool {
		return p.Labels[appsv1.DefaultDeploymentUniqueLabelKey] != newest.Labels[appsv1.DefaultDeploymentUniqueLabelKey]
	})
}

// lastWarning is the newest warning about an object by its name.
func lastWarning(ctx context.Context, client kubernetes.Interface, namespace, name string) (string, error) {
	events, err := client.CoreV1().Events(namespace).List(ctx, metav1.ListOptions{
		FieldSelector: "type=" + corev1.EventTypeWarning + ",involvedObject.name=" + name,
	})
	if err != nil || len(events.Items) == 0 {
		return "", err
	}
	last := slices.MaxFunc(events.Items, func(a, b corev1.Event) int { return a.LastTimestamp.Compare(b.LastTimestamp.Time) })
	return fmt.Sprintf("%s: %s", last.Reason, strings.TrimSpace(last.Message)), nil
}
