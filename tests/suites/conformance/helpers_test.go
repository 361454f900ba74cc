package conformance_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/api/resource"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"

	"github.com/mlops-iac/mlops/tenants"
	"github.com/mlops-iac/mlops/tests/suites/conformance/harness"
)

// patience is how long a controller may take on a machine that is busy.
const patience = time.Minute

// dryRun has the API server validate an object without keeping it.
var dryRun = metav1.CreateOptions{DryRun: []string{metav1.DryRunAll}}

// tenants are the definitions of the stack: what its tenants were promised.
func (p platform) tenants(t *testing.T) []tenants.Tenant {
	t.Helper()
	defined, err := tenants.Load(tenants.Definitions, p.Name)
	require.NoError(t, err)
	require.NotEmpty(t, defined)
	return defined
}

// decode turns an object into its Go type.
func decode[T any](t *testing.T, o *unstructured.Unstructured) T {
	t.Helper()
	var typed T
	require.NoError(t, runtime.DefaultUnstructuredConverter.FromUnstructured(o.Object, &typed), harness.Describe(o))
	return typed
}

// small is a pod that every namespace of a tenant takes: it meets the standard
// "restricted" and states resources, so that it depends on no defaults.
func small(name string) *corev1.Pod {
	yes, no, user := true, false, int64(65532)
	amounts := corev1.ResourceList{
		corev1.ResourceCPU: resource.MustParse("1m"), corev1.ResourceMemory: resource.MustParse("1Mi"),
	}
	return &corev1.Pod{
		ObjectMeta: metav1.ObjectMeta{Name: name},
		Spec: corev1.PodSpec{
			AutomountServiceAccountToken: &no,
			SecurityContext: &corev1.PodSecurityContext{
				RunAsNonRoot: &yes, RunAsUser: &user, SeccompProfile: &corev1.SeccompProfile{Type: corev1.SeccompProfileTypeRuntimeDefault},
			},
			Containers: []corev1.Container{{
				Name: "main", Image: "registry.example.com/none:1",
				Resources: corev1.ResourceRequirements{Requests: amounts, Limits: amounts.DeepCopy()},
				SecurityContext: &corev1.SecurityContext{
					AllowPrivilegeEscalation: &no, Capabilities: &corev1.Capabilities{Drop: []corev1.Capability{"ALL"}},
				},
			}},
		},
	}
}

// own is a small pod that a namespace takes: in that of a tenant, one with its image.
func (p platform) own(namespace, name string) *corev1.Pod {
	pod := small(name)
	for _, o := range p.Stack.Objects {
		if o.GetKind() == "Deployment" && o.GetNamespace() == namespace && o.GetName() == inference {
			pod.Spec.Containers[0].Image = imageOf(o)
		}
	}
	return pod
}

// imageOf is the image of the first container of an object with a pod template.
func imageOf(o *unstructured.Unstructured) string {
	containers, _, _ := unstructured.NestedSlice(o.Object, "spec", "template", "spec", "containers")
	image, _ := containers[0].(map[string]any)["image"].(string)
	return image
}

// tolerateAll lets a pod run on every node. Where pods may run is for the check
// of scheduling alone.
func tolerateAll(spec *corev1.PodSpec) {
	spec.Affinity, spec.NodeSelector = nil, nil
	spec.Tolerations = []corev1.Toleration{{Operator: corev1.TolerationOpExists}}
}

// remove deletes pods of a namespace by label at once and waits until they are gone.
func (p platform) remove(t *testing.T, namespace, selector string) {
	t.Helper()
	now := int64(0)
	pods := p.Client.CoreV1().Pods(namespace)
	listed := metav1.ListOptions{LabelSelector: selector}
	require.NoError(t, pods.DeleteCollection(context.Background(), metav1.DeleteOptions{GracePeriodSeconds: &now}, listed))
	p.Await(t, patience, "the pods "+selector+" are gone", func(ctx context.Context) error {
		left, err := pods.List(ctx, listed)
		if err == nil && len(left.Items) > 0 {
			err = errors.New(left.Items[0].Name + " is still there")
		}
		return err
	})
}

// gone returns nil when the error says that something does not exist.
func gone(err error) error {
	switch {
	case err == nil:
		return errors.New("it is still there")
	case apierrors.IsNotFound(err):
		return nil
	default:
		return err
	}
}
