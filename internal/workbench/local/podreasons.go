package local

import (
	"context"
	"fmt"
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/client-go/kubernetes"
)

// imageReasons are those of a container whose image its node cannot get.
var imageReasons = []string{"ErrImageNeverPull", "ErrImagePull", "ImagePullBackOff", "InvalidImageName", "ImageInspectError", "RegistryUnavailable"}

// starting are the reasons of a container that wait for nothing in particular.
var starting = []string{"ContainerCreating", "PodInitializing"}

// podReason is why a pod is not ready; empty while nothing is wrong with it.
func podReason(ctx context.Context, client kubernetes.Interface, pod corev1.Pod) (reason string, image bool, err error) {
	for _, c := range pod.Status.Conditions {
		if c.Type == corev1.PodScheduled && c.Status == corev1.ConditionFalse {
			return fmt.Sprintf("pod %s has no node: %s", pod.Name, c.Message), false, nil
		}
	}
	for _, status := range slices.Concat(pod.Status.InitContainerStatuses, pod.Status.ContainerStatuses) {
		if said, image := containerReason(ctx, client, pod, status); said != "" {
			return fmt.Sprintf("pod %s, container %s%s", pod.Name, status.Name, said), image, nil
		}
	}
	// A volume that is not there, a network that fails: only an event says so.
	warned, err := lastWarning(ctx, client, pod.Namespace, pod.Name)
	if err != nil || warned == "" {
		return "", false, err
	}
	return fmt.Sprintf("pod %s: %s", pod.Name, warned), false, nil
}

// containerReason is what is wrong with a container, as the end of a sentence.
func containerReason(ctx context.Context, client kubernetes.Interface, pod corev1.Pod, status corev1.ContainerStatus) (reason string, image bool) {
	state := status.State
	switch {
	case state.Waiting != nil:
		waits := state.Waiting
		if slices.Contains(starting, waits.Reason) {
			return "", false
		}
		if slices.Contains(imageReasons, waits.Reason) {
			return fmt.Sprintf(", image %s: %s: %s", status.Image, waits.Reason, waits.Message), true
		}
		return ": " + waits.Reason + lastLine(ctx, client, pod, status.Name, true), false
	case state.Terminated != nil && state.Terminated.ExitCode != 0:
		return fmt.Sprintf(": ended with code %d%s", state.Terminated.ExitCode, lastLine(ctx, client, pod, status.Name, false)), false
	case state.Running != nil && !status.Ready:
		if said := lastLine(ctx, client, pod, status.Name, false); said != "" {
			return ": runs and is not ready" + said, false
		}
	}
	return "", false
}

// lastLine is what a container said last, as the end of a sentence; empty when it
// said nothing or nobody can tell. previous is for one that is to start again.
func lastLine(ctx context.Context, client kubernetes.Interface, pod corev1.Pod, container string, previous bool) string {
	lines := int64(1)
	text, err := client.CoreV1().Pods(pod.Namespace).GetLogs(pod.Name, &corev1.PodLogOptions{
		Container: container, TailLines: &lines, Previous: previous,
	}).DoRaw(ctx)
	if said := strings.TrimSpace(string(text)); err == nil && said != "" {
		return "; its last line: " + said
	}
	return ""
}
