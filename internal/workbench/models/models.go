// Package models runs the commands about the versions of a tenant's model in one of the
// tenant's own replicas, which has the settings, the credentials and the network for it.
// Whoever asks needs no right to the tenant's bucket, only to run commands in its pods.
package models

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/kubernetes/scheme"
	"k8s.io/client-go/rest"
	"k8s.io/client-go/tools/clientcmd"
	"k8s.io/client-go/tools/remotecommand"

	"github.com/mlops-iac/mlops/components/tenant"
	"github.com/mlops-iac/mlops/internal/workbench/images"
)

// Options say what is run and where. All are required.
type Options struct {
	// Config is the cluster, and who asks.
	Config *rest.Config
	// Tenant is whose model it is about.
	Tenant string
	// Command is that of the inference service behind "models", such as "list".
	Command []string
	// Out receives what it writes.
	Out io.Writer
}

// Load reads who asks which cluster, as kubectl does it: from a kubeconfig, or without one
// from KUBECONFIG or the home folder; by a context of it, or its current one.
func Load(kubeconfig, context string) (*rest.Config, error) {
	rules := clientcmd.NewDefaultClientConfigLoadingRules()
	rules.ExplicitPath = kubeconfig
	config, err := clientcmd.NewNonInteractiveDeferredLoadingClientConfig(rules, &clientcmd.ConfigOverrides{CurrentContext: context}).ClientConfig()
	if clientcmd.IsEmptyConfig(err) {
		return nil, errors.New("there is no kubeconfig: name one with --kubeconfig, or the platform on this machine with --embedded")
	}
	return config, err
}

// Run runs one command. It is an error when no replica runs, when the replica runs another
// program than the inference service, and what the command says when it fails.
func Run(ctx context.Context, o Options) error {
	client, err := kubernetes.NewForConfig(o.Config)
	if err != nil {
		return fmt.Errorf("connecting to the cluster: %w", err)
	}
	pod, err := replica(ctx, client, o.Tenant)
	if err != nil {
		return err
	}
	request := client.CoreV1().RESTClient().Post().Namespace(o.Tenant).Resource("pods").Name(pod).SubResource("exec").
		VersionedParams(&corev1.PodExecOptions{
			Container: tenant.InferenceName, Command: append([]string{images.InferenceProgram, "models"}, o.Command...),
			Stdout: true, Stderr: true,
		}, scheme.ParameterCodec)
	remote, err := remotecommand.NewWebSocketExecutor(o.Config, "GET", request.URL().String())
	if err != nil {
		return fmt.Errorf("connecting to %s of %s: %w", pod, o.Tenant, err)
	}
	var said bytes.Buffer
	err = remote.StreamWithContext(ctx, remotecommand.StreamOptions{Stdout: o.Out, Stderr: &said})
	if reason := strings.TrimSpace(strings.TrimPrefix(said.String(), "inference: ")); err != nil && reason != "" {
		return fmt.Errorf("%s: %s", o.Tenant, reason)
	}
	if err != nil {
		return fmt.Errorf("running %s in %s of %s: %w", images.InferenceProgram, pod, o.Tenant, err)
	}
	return nil
}

// replica returns a pod of the tenant's inference service whose container runs; one that
// is ready, if there is.
func replica(ctx context.Context, client kubernetes.Interface, name string) (string, error) {
	deployment, err := client.AppsV1().Deployments(name).Get(ctx, tenant.InferenceName, metav1.GetOptions{})
	if apierrors.IsNotFound(err) {
		return "", fmt.Errorf("%s is no tenant of this cluster: it has no Deployment %s", name, tenant.InferenceName)
	}
	if err != nil {
		return "", fmt.Errorf("looking for a replica of %s: %w", name, err)
	}
	list, err := client.CoreV1().Pods(name).List(ctx, metav1.ListOptions{LabelSelector: metav1.FormatLabelSelector(deployment.Spec.Selector)})
	if err != nil {
		return "", fmt.Errorf("looking for a replica of %s: %w", name, err)
	}
	running := slices.DeleteFunc(list.Items, func(pod corev1.Pod) bool { return pod.DeletionTimestamp != nil || !runs(pod) })
	if len(running) == 0 {
		return "", fmt.Errorf("no replica of %s runs, of %d pods: `kubectl --namespace %[1]s describe pods` says why", name, len(list.Items))
	}
	slices.SortStableFunc(running, func(a, b corev1.Pod) int { return cmp.Compare(place(a), place(b)) })
	return running[0].Name, nil
}

func runs(pod corev1.Pod) bool {
	return slices.ContainsFunc(pod.Status.ContainerStatuses, func(c corev1.ContainerStatus) bool {
		return c.Name == tenant.InferenceName && c.State.Running != nil
	})
}

// place puts pods that are ready first.
func place(pod corev1.Pod) int {
	if slices.ContainsFunc(pod.Status.Conditions, func(c corev1.PodCondition) bool {
		return c.Type == corev1.PodReady && c.Status == corev1.ConditionTrue
	}) {
		return 0
	}
	return 1
}
