package conformance_test

import (
	"context"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/types"

	"github.com/mlops-iac/mlops/components/tenant/spec"
	"github.com/mlops-iac/mlops/internal/workbench/localcluster"
	"github.com/mlops-iac/mlops/tests/suites/conformance/harness"
)

const (
	someDigest  = "sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
	policyKind  = "ValidatingAdmissionPolicy"
	onlyOwn     = "tenant %s runs images of its own repositories only, and not %s"
	onlyDigests = "images are named by their digest in this cluster, unlike %s"
)

// images shows that a tenant runs images of its own repositories and no others,
// whichever container asks for them and however they are spelt.
func (p platform) images(t *testing.T) {
	for _, tenant := range p.tenants(t) {
		t.Run(tenant.Name, func(t *testing.T) {
			p.policyCompiles(t, tenant.Name)
			own := spec.RepositoryOf(p.own(tenant.Name, "").Spec.Containers[0].Image)
			for _, image := range []string{own, own + ":2.0.0", own + "@" + someDigest, own + ":2.0.0@" + someDigest} {
				require.NoError(t, p.tryImage(tenant.Name, inContainers, image), image)
			}
			for _, image := range []string{
				"docker.io/library/busybox:1", "busybox", own + "-copy:1", own + "/below:1", own + ":5000/other:1",
				"example.com/" + own + ":1", own + ":",
			} {
				for name, place := range places() {
					p.refusesImage(t, tenant.Name, place, image, onlyOwn, name)
				}
			}
			p.livesOn(t, tenant.Name)
		})
	}
}

// places are where a pod names images.
func places() map[string]func(*corev1.Pod, string) {
	return map[string]func(*corev1.Pod, string){
		"containers": inContainers,
		"initContainers": func(pod *corev1.Pod, image string) {
			init := *pod.Spec.Containers[0].DeepCopy()
			init.Name, init.Image = "init", image
			pod.Spec.InitContainers = []corev1.Container{init}
		},
	}
}

func inContainers(pod *corev1.Pod, image string) { pod.Spec.Containers[0].Image = image }

// tryImage asks for a pod with an image.
func (p platform) tryImage(namespace string, place func(*corev1.Pod, string), image string) error {
	pod := p.own(namespace, "images")
	place(pod, image)
	_, err := p.Client.CoreV1().Pods(namespace).Create(context.Background(), pod, dryRun)
	return err
}

func (p platform) refusesImage(t *testing.T, namespace string, place func(*corev1.Pod, string), image, rule, what string) {
	t.Helper()
	refuses(t, p.tryImage(namespace, place, image), namespace, fmt.Sprintf(rule, ruled(rule, namespace, image)...), what)
}

// ruled are the parts of a rule's message.
func ruled(rule, namespace, image string) []any {
	if rule == onlyDigests {
		return []any{image}
	}
	return []any{namespace, image}
}

// refuses asserts that the tenant's policy refused a pod, with a message and no other.
func refuses(t *testing.T, err error, namespace, message, what string) {
	t.Helper()
	require.True(t, apierrors.IsForbidden(err), "%s: %v", what, err)
	assert.EqualError(t, err, fmt.Sprintf(`pods "images" is forbidden: %[1]s 'images.%[2]s.mlops.io' with binding `+
		`'images.%[2]s.mlops.io' denied request: %[3]s`, policyKind, namespace, message), what)
}

// policyCompiles waits for the controller that types the expressions of policies.
func (p platform) policyCompiles(t *testing.T, tenant string) {
	t.Helper()
	policies := p.Client.AdmissionregistrationV1().ValidatingAdmissionPolicies()
	p.Await(t, patience, "the policy of "+tenant+" is typed", func(ctx context.Context) error {
		policy, err := policies.Get(ctx, "images."+tenant+".mlops.io", metav1.GetOptions{})
		if err != nil {
			return err
		}
		if policy.Status.ObservedGeneration != policy.Generation || policy.Status.TypeChecking == nil {
			return fmt.Errorf("generation %d of %d", policy.Status.ObservedGeneration, policy.Generation)
		}
		assert.Empty(t, policy.Status.TypeChecking.ExpressionWarnings)
		return nil
	})
}

// livesOn shows that a pod takes no other image later, neither as its own nor in a
// debug container, and that one with an image that is not allowed any more can be
// labelled and ended.
func (p platform) livesOn(t *testing.T, namespace string) {
	t.Helper()
	pods, ctx := p.Client.CoreV1().Pods(namespace), t.Context()
	pod := p.own(namespace, "images")
	pod.Spec.SchedulingGates = []corev1.PodSchedulingGate{{Name: "conformance.example.com/never"}}
	_, err := pods.Create(ctx, pod, metav1.CreateOptions{})
	require.NoError(t, err)
	t.Cleanup(func() {
		require.NoError(t, pods.Delete(context.Background(), pod.Name, metav1.DeleteOptions{}))
	})
	patch := func(text string) error {
		_, err := pods.Patch(ctx, pod.Name, types.StrategicMergePatchType, []byte(text), metav1.PatchOptions{})
		return err
	}
	require.NoError(t, patch(`{"metadata": {"labels": {"conformance": "images"}}}`))
	refuses(t, patch(`{"spec": {"containers": [{"name": "main", "image": "busybox:2"}]}}`), namespace, fmt.Sprintf(onlyOwn, namespace, "busybox:2"), "a new image")
	live, err := pods.Get(ctx, pod.Name, metav1.GetOptions{})
	require.NoError(t, err)
	live.Spec.EphemeralContainers = []corev1.EphemeralContainer{{EphemeralContainerCommon: corev1.EphemeralContainerCommon{
		Name: "debug", Image: "busybox:3", SecurityContext: live.Spec.Containers[0].SecurityContext,
	}}}
	_, err = pods.UpdateEphemeralContainers(ctx, pod.Name, live, metav1.UpdateOptions{})
	refuses(t, err, namespace, fmt.Sprintf(onlyOwn, namespace, "busybox:3"), "a debug container")
}

// TestI3StrictImages puts the policy of a stack that demands digests, and has a
// registry for everybody, onto a control plane.
//
// Proves I3 by the real server: pods of a tenant run images of its repositories and of
// those the stack opens, by digest where the stack asks, and others are refused; a pod
// that was there before a rule may be labelled and ended.
func TestI3StrictImages(t *testing.T) {
	t.Parallel()
	const tenant, own = "tenant-c", "ghcr.io/example/server"
	definition := fmt.Sprintf(`name: %s
owners: [newcomer@example.com]
costCenter: cc-1
image: {repository: %s, digest: %q}
`, tenant, own, someDigest)
	stack := harness.Load(t, "local", harness.WithTenants(t, map[string]string{tenant: definition}), func(settings map[string]any) {
		settings["tenants"] = map[string]any{"only": []string{tenant}}
		settings["admission"] = map[string]any{"requireDigests": true, "repositories": []string{"mirror.example.com:5000/", "ghcr.io/example/sidecar"}}
	})
	p := platform{Stack: stack, Cluster: harness.Start(t, localcluster.Options{})}
	_, err := p.Client.CoreV1().Namespaces().Create(t.Context(), &corev1.Namespace{ObjectMeta: metav1.ObjectMeta{Name: tenant}}, metav1.CreateOptions{})
	require.NoError(t, err)
	before := p.own(tenant, "before")
	before.Spec.Containers[0].Image = "busybox:1"
	pods := p.Client.CoreV1().Pods(tenant)
	before.Finalizers = []string{"conformance.example.com/kept"}
	p.Await(t, patience, "a pod is taken", func(ctx context.Context) error {
		_, err := pods.Create(ctx, before, metav1.CreateOptions{})
		return err
	})
	p.applyTwice(t, policiesOf(stack, tenant))
	p.Await(t, 30*time.Second, "the policy is in force", func(context.Context) error {
		if err := p.tryImage(tenant, inContainers, "busybox:1"); !apierrors.IsForbidden(err) {
			return fmt.Errorf("not refused: %w", err)
		}
		return nil
	})
	p.policyCompiles(t, tenant)

	for _, repository := range []string{own, "ghcr.io/example/sidecar", "mirror.example.com:5000/a", "mirror.example.com:5000/a/b-c"} {
		require.NoError(t, p.tryImage(tenant, inContainers, repository+"@"+someDigest))
		require.NoError(t, p.tryImage(tenant, inContainers, repository+":1@"+someDigest))
		p.refusesImage(t, tenant, inContainers, repository+":1", onlyDigests, repository)
	}
	for _, image := range []string{
		"mlops.local/inference@" + someDigest, "ghcr.io/example/sidecar/b@" + someDigest, "mirror.example.com/a@" + someDigest,
		"mirror.example.com:5000/@" + someDigest, "mirror.example.com:5000/a:1:2@" + someDigest,
	} {
		p.refusesImage(t, tenant, inContainers, image, onlyOwn, image)
	}
	for _, text := range []string{`{"metadata": {"labels": {"conformance": "images"}}}`, `{"metadata": {"finalizers": null}}`} {
		_, err := pods.Patch(t.Context(), before.Name, types.MergePatchType, []byte(text), metav1.PatchOptions{})
		require.NoError(t, err, text)
	}
	require.NoError(t, pods.Delete(t.Context(), before.Name, metav1.DeleteOptions{}))
}

// policiesOf are the admission policies of a tenant and their bindings.
func policiesOf(stack harness.Stack, tenant string) []*unstructured.Unstructured {
	return slices.DeleteFunc(slices.Clone(stack.Objects), func(o *unstructured.Unstructured) bool {
		return o.GroupVersionKind().Group != "admissionregistration.k8s.io" || o.GetName() != "images."+tenant+".mlops.io"
	})
}
