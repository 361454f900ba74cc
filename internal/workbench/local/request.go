package local

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/resource"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/kubernetes"

	"github.com/mlops-iac/mlops/components/tenant"
	"github.com/mlops-iac/mlops/internal/workbench/images"
	"github.com/mlops-iac/mlops/internal/workbench/nodes"
)

// requestLimit bounds how long the pod of a request may take.
const requestLimit = time.Minute

// Request has a pod of one tenant ask the inference services of its own tenant and of
// another one, and writes what came back. It is an error when the other one answers:
// nothing keeps the two apart then.
func Request(ctx context.Context, folder, from, to string, out io.Writer) error {
	instance, err := Open(folder)
	if err != nil {
		return err
	}
	target, _, err := instance.real(ctx, from, to)
	if err != nil {
		return err
	}
	if from == to {
		return fmt.Errorf("--from and --to are both %s: name two tenants", from)
	}
	lines, err := runRequest(ctx, target.client, from, to)
	if err != nil {
		return err
	}
	return evaluate(out, from, to, lines)
}

// runRequest runs the pod and returns a line for each of the two requests.
func runRequest(ctx context.Context, client kubernetes.Interface, from, to string) ([]string, error) {
	ctx, cancel := context.WithTimeoutCause(ctx, requestLimit, fmt.Errorf("the pod in %s has not ended within %s", from, requestLimit))
	defer cancel()
	pods := client.CoreV1().Pods(from)
	made, err := pods.Create(ctx, requestPod(from, to), metav1.CreateOptions{})
	if err != nil {
		return nil, fmt.Errorf("starting a pod in %s: %w", from, err)
	}
	defer func() {
		now := int64(0)
		_ = pods.Delete(context.WithoutCancel(ctx), made.Name, metav1.DeleteOptions{GracePeriodSeconds: &now}) // it has ended
	}()
	for !ended(made) {
		select {
		case <-ctx.Done():
			return nil, context.Cause(ctx)
		case <-time.After(250 * time.Millisecond):
		}
		if made, err = pods.Get(ctx, made.Name, metav1.GetOptions{}); err != nil {
			return nil, fmt.Errorf("waiting for the pod in %s: %w", from, errors.Join(err, context.Cause(ctx)))
		}
	}
	text, err := pods.GetLogs(made.Name, &corev1.PodLogOptions{}).DoRaw(ctx)
	if err != nil {
		return nil, fmt.Errorf("reading what the pod in %s has seen: %w", from, err)
	}
	return strings.Split(strings.TrimSpace(string(text)), "\n"), nil
}

func ended(pod *corev1.Pod) bool {
	return pod.Status.Phase == corev1.PodSucceeded || pod.Status.Phase == corev1.PodFailed
}

// readyURL is an address that every tenant's inference service answers.
func readyURL(name string) string {
	return "http://" + tenant.InferenceName + "." + name + ".svc.cluster.local/ready"
}

// requestPod asks both, as a pod that the tenant's namespace admits.
func requestPod(from, to string) *corev1.Pod {
	yes, no, user := true, false, int64(images.UserID)
	size := corev1.ResourceList{corev1.ResourceCPU: resource.MustParse("50m"), corev1.ResourceMemory: resource.MustParse("32Mi")}
	return &corev1.Pod{
		ObjectMeta: metav1.ObjectMeta{GenerateName: "request-"},
		Spec: corev1.PodSpec{
			RestartPolicy: corev1.RestartPolicyNever, AutomountServiceAccountToken: &no,
			SecurityContext: &corev1.PodSecurityContext{
				RunAsNonRoot: &yes, RunAsUser: &user, SeccompProfile: &corev1.SeccompProfile{Type: corev1.SeccompProfileTypeRuntimeDefault},
			},
			Containers: []corev1.Container{{
				Name: "request", Image: nodes.RequestReference(), Args: []string{readyURL(from), readyURL(to)},
				Resources: corev1.ResourceRequirements{Requests: size, Limits: size},
				SecurityContext: &corev1.SecurityContext{
					AllowPrivilegeEscalation: &no, ReadOnlyRootFilesystem: &yes, Capabilities: &corev1.Capabilities{Drop: []corev1.Capability{"ALL"}},
				},
			}},
		},
	}
}

// failed begins what the pod says when it has no answer.
const failed = "error: "

// evaluate writes what both requests came to.
func evaluate(out io.Writer, from, to string, lines []string) error {
	if len(lines) != 2 {
		return fmt.Errorf("the pod in %s has seen %q, not two answers", from, lines)
	}
	for i, name := range []string{from, to} {
		result := "answers: "
		if strings.HasPrefix(lines[i], failed) {
			result = "does not answer: "
		}
		if _, err := fmt.Fprintf(out, "A pod of %s asks %s\n  %s %s%s\n", from, readyURL(name), name, result, strings.TrimSpace(strings.TrimPrefix(lines[i], failed))); err != nil {
			return err
		}
	}
	if strings.HasPrefix(lines[0], failed) {
		return fmt.Errorf("%s does not reach its own service: this says nothing about %s", from, to)
	}
	if !strings.HasPrefix(lines[1], failed) {
		return fmt.Errorf("%s was answered by %s: no NetworkPolicy keeps them apart", from, to)
	}
	_, err := fmt.Fprintf(out, "The NetworkPolicies of both let a pod reach its own tenant only: docs/architecture.md\n")
	return err
}
