package kubeprovider

import (
	"context"
	"fmt"

	appsv1 "k8s.io/api/apps/v1"
	batchv1 "k8s.io/api/batch/v1"
	corev1 "k8s.io/api/core/v1"
	storagev1 "k8s.io/api/storage/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"
)

const notSeen = "its controller has not seen it yet"

func judgeDeployment(object *unstructured.Unstructured) (verdict, error) {
	var d appsv1.Deployment
	if err := decodeInto(object, &d); err != nil {
		return verdict{}, err
	}
	s, wanted := d.Status, countOf(d.Spec.Replicas)
	for _, condition := range s.Conditions {
		if condition.Type == appsv1.DeploymentProgressing && condition.Reason == "ProgressDeadlineExceeded" && s.ObservedGeneration >= d.Generation {
			return verdict{failed: true, reason: condition.Message}, nil
		}
	}
	switch {
	case s.ObservedGeneration < d.Generation:
		return waitingFor(notSeen), nil
	case d.Spec.Paused:
		return verdict{ready: true}, nil
	case s.UpdatedReplicas < wanted:
		return waitingFor("%d of %d pods are of the new version", s.UpdatedReplicas, wanted), nil
	case s.Replicas > s.UpdatedReplicas:
		return waitingFor("%d pods of the old version are still there", s.Replicas-s.UpdatedReplicas), nil
	case s.AvailableReplicas < wanted:
		return waitingFor("%d of %d pods are available", s.AvailableReplicas, wanted), nil
	}
	return verdict{ready: true}, nil
}

func judgeStatefulSet(object *unstructured.Unstructured) (verdict, error) {
	var set appsv1.StatefulSet
	if err := decodeInto(object, &set); err != nil {
		return verdict{}, err
	}
	s, wanted := set.Status, countOf(set.Spec.Replicas)
	rolls := set.Spec.UpdateStrategy.Type != appsv1.OnDeleteStatefulSetStrategyType
	updated := wanted
	if rolling := set.Spec.UpdateStrategy.RollingUpdate; rolls && rolling != nil && rolling.Partition != nil {
		updated = max(0, wanted-*rolling.Partition)
	}
	switch {
	case s.ObservedGeneration < set.Generation:
		return waitingFor(notSeen), nil
	case rolls && s.UpdatedReplicas < updated:
		return waitingFor("%d of %d pods are of the new version", s.UpdatedReplicas, updated), nil
	case s.Replicas > wanted:
		return waitingFor("%d pods are to go", s.Replicas-wanted), nil
	case s.AvailableReplicas < wanted:
		return waitingFor("%d of %d pods are available", s.AvailableReplicas, wanted), nil
	}
	return verdict{ready: true}, nil
}

func judgeDaemonSet(object *unstructured.Unstructured) (verdict, error) {
	var set appsv1.DaemonSet
	if err := decodeInto(object, &set); err != nil {
		return verdict{}, err
	}
	s := set.Status
	switch {
	case s.ObservedGeneration < set.Generation:
		return waitingFor(notSeen), nil
	case set.Spec.UpdateStrategy.Type != appsv1.OnDeleteDaemonSetStrategyType && s.UpdatedNumberScheduled < s.DesiredNumberScheduled:
		return waitingFor("%d of %d pods are of the new version", s.UpdatedNumberScheduled, s.DesiredNumberScheduled), nil
	case s.NumberAvailable < s.DesiredNumberScheduled:
		return waitingFor("%d of %d pods are available", s.NumberAvailable, s.DesiredNumberScheduled), nil
	}
	return verdict{ready: true}, nil
}

func judgeJob(object *unstructured.Unstructured) (verdict, error) {
	var job batchv1.Job
	if err := decodeInto(object, &job); err != nil {
		return verdict{}, err
	}
	for _, condition := range job.Status.Conditions {
		if condition.Status != corev1.ConditionTrue {
			continue
		}
		switch condition.Type {
		case batchv1.JobComplete:
			return verdict{ready: true}, nil
		case batchv1.JobFailed:
			return verdict{failed: true, reason: condition.Reason + ": " + condition.Message}, nil
		}
	}
	if job.Spec.Suspend != nil && *job.Spec.Suspend {
		return verdict{ready: true}, nil
	}
	return waitingFor("%d pods are running, %d failed", job.Status.Active, job.Status.Failed), nil
}

func judgePod(object *unstructured.Unstructured) (verdict, error) {
	var pod corev1.Pod
	if err := decodeInto(object, &pod); err != nil {
		return verdict{}, err
	}
	reason := podReason(&pod)
	return verdict{ready: reason == "", failed: pod.Status.Phase == corev1.PodFailed, reason: reason}, nil
}

// judgeService does not wait for endpoints: the pods are waited for where they
// are made, and a Service may come before them.
func judgeService(object *unstructured.Unstructured) (verdict, error) {
	var service corev1.Service
	if err := decodeInto(object, &service); err != nil {
		return verdict{}, err
	}
	if service.Spec.Type == corev1.ServiceTypeLoadBalancer && len(service.Status.LoadBalancer.Ingress) == 0 {
		return waitingFor("its load balancer has no address"), nil
	}
	return verdict{ready: true}, nil
}

func judgeNamespace(object *unstructured.Unstructured) (verdict, error) {
	var namespace corev1.Namespace
	if err := decodeInto(object, &namespace); err != nil {
		return verdict{}, err
	}
	if namespace.DeletionTimestamp != nil {
		return verdict{failed: true, reason: "it is being deleted" + remaining(object)}, nil
	}
	return verdict{ready: namespace.Status.Phase == corev1.NamespaceActive, reason: "its phase is not Active"}, nil
}

var (
	classes     = schema.GroupVersionResource{Group: "storage.k8s.io", Version: "v1", Resource: "storageclasses"}
	isDefault   = "storageclass.kubernetes.io/is-default-class"
	established = "Established"
)

// judgeClaim does not wait for a volume that is only made for the first pod
// that uses it.
func (c *cluster) judgeClaim(ctx context.Context, object *unstructured.Unstructured) (verdict, error) {
	var claim corev1.PersistentVolumeClaim
	if err := decodeInto(object, &claim); err != nil {
		return verdict{}, fmt.Errorf("reading its status: %w", err)
	}
	switch claim.Status.Phase {
	case corev1.ClaimBound:
		return verdict{ready: true}, nil
	case corev1.ClaimLost:
		return verdict{failed: true, reason: "its volume is lost"}, nil
	}
	class, err := c.classOf(ctx, claim.Spec.StorageClassName)
	if err != nil {
		return verdict{}, err
	}
	if class == nil {
		return waitingFor("no volume is bound, and there is no StorageClass to make one"), nil
	}
	if mode := class.VolumeBindingMode; mode != nil && *mode == storagev1.VolumeBindingWaitForFirstConsumer {
		return verdict{ready: true}, nil
	}
	return waitingFor("StorageClass %s has not bound a volume", class.Name), nil
}

// classOf finds a claim's StorageClass, or the default one; nil when there is none.
func (c *cluster) classOf(ctx context.Context, name *string) (*storagev1.StorageClass, error) {
	list, err := c.client.Resource(classes).List(ctx, metav1.ListOptions{})
	if err != nil {
		return nil, fmt.Errorf("listing storage classes: %w", err)
	}
	for i := range list.Items {
		item := &list.Items[i]
		if name != nil && item.GetName() != *name || name == nil && item.GetAnnotations()[isDefault] != "true" {
			continue
		}
		class := &storagev1.StorageClass{}
		return class, decodeInto(item, class)
	}
	return nil, nil //nolint:nilnil // no class is an answer, not an error
}

// judgeDefinition waits until the kind is established and its objects are served.
func (c *cluster) judgeDefinition(ctx context.Context, object *unstructured.Unstructured) (verdict, error) {
	state := waitingFor("it is not established")
	for _, condition := range conditionsOf(object) {
		switch {
		case condition["type"] == established && condition["status"] == "True":
			return c.served(ctx, object)
		case condition["type"] == "NamesAccepted" && condition["status"] == "False":
			state.reason = fmt.Sprint(condition["message"])
		}
	}
	return state, nil
}

func (c *cluster) served(ctx context.Context, object *unstructured.Unstructured) (verdict, error) {
	kind := schema.GroupVersionKind{}
	kind.Group, _, _ = unstructured.NestedString(object.Object, "spec", "group")
	kind.Kind, _, _ = unstructured.NestedString(object.Object, "spec", "names", "kind")
	versions, _, _ := unstructured.NestedSlice(object.Object, "spec", "versions")
	for _, version := range versions {
		described, _ := version.(map[string]any)
		if described["served"] != true {
			continue
		}
		kind.Version, _ = described["name"].(string)
		mapping, err := c.mapping(kind)
		if meta.IsNoMatchError(err) {
			return waitingFor("%s is not served yet", kindName(kind)), nil
		}
		if err != nil {
			return verdict{}, err
		}
		_, err = c.client.Resource(mapping.Resource).List(ctx, metav1.ListOptions{Limit: 1})
		if apierrors.IsNotFound(err) || apierrors.IsServiceUnavailable(err) {
			return waitingFor("%s is not served yet", kindName(kind)), nil
		}
		if err != nil {
			return verdict{}, err
		}
	}
	return verdict{ready: true}, nil
}

func conditionsOf(object *unstructured.Unstructured) []map[string]any {
	list, _, _ := unstructured.NestedSlice(object.Object, "status", "conditions")
	conditions := make([]map[string]any, 0, len(list))
	for _, item := range list {
		if condition, ok := item.(map[string]any); ok {
			conditions = append(conditions, condition)
		}
	}
	return conditions
}

// countOf is the number of replicas; Kubernetes makes one where none is given.
func countOf(replicas *int32) int32 {
	if replicas == nil {
		return 1
	}
	return *replicas
}
