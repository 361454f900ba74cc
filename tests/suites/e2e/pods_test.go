package e2e_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/resource"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/mlops-iac/mlops/internal/workbench/images"
	"github.com/mlops-iac/mlops/internal/workbench/nodes"
)

// probeImage is in the repository of both tenants, because they run images of no other.
const probeImage = "mlops.local/inference:e2e-probe-1"

// loadProbe builds the image of the probe and puts it on every node.
func (p platform) loadProbe(t *testing.T) {
	t.Helper()
	folder := t.TempDir()
	program, archive := filepath.Join(folder, "probe"), filepath.Join(folder, "probe.tar")
	require.NoError(t, images.Compile(t.Context(), images.Program{
		Folder: ".", Package: "./probe", Platform: images.Native(), Output: program,
	}))
	image, err := images.Build(images.Native(), images.Content{
		Layers: [][]images.File{{{Path: "/probe", Mode: 0o755, Source: program}}}, Entrypoint: []string{"/probe"},
	})
	require.NoError(t, err)
	file, err := os.Create(archive)
	require.NoError(t, err)
	require.NoError(t, images.WriteArchive(file, probeImage, images.Native(), image))
	require.NoError(t, file.Close())
	require.NoError(t, nodes.EachSocket(t.Context(), filepath.Join(p.folder, "nodes"), func(ctx context.Context, socket string) error {
		return images.ImportArchive(ctx, socket, archive)
	}))
}

// strictPod runs the probe with what Pod Security asks for and nothing else.
func strictPod(args ...string) *corev1.Pod {
	yes, no, user := true, false, int64(65532)
	size := corev1.ResourceList{corev1.ResourceCPU: resource.MustParse("50m"), corev1.ResourceMemory: resource.MustParse("64Mi")}
	return &corev1.Pod{
		ObjectMeta: metav1.ObjectMeta{GenerateName: "e2e-probe-"},
		Spec: corev1.PodSpec{
			RestartPolicy: corev1.RestartPolicyNever, AutomountServiceAccountToken: &no,
			SecurityContext: &corev1.PodSecurityContext{
				RunAsNonRoot: &yes, RunAsUser: &user, SeccompProfile: &corev1.SeccompProfile{Type: corev1.SeccompProfileTypeRuntimeDefault},
			},
			Containers: []corev1.Container{{
				Name: "probe", Image: probeImage, Args: args,
				Resources: corev1.ResourceRequirements{Requests: size, Limits: size},
				SecurityContext: &corev1.SecurityContext{
					AllowPrivilegeEscalation: &no, ReadOnlyRootFilesystem: &yes, Capabilities: &corev1.Capabilities{Drop: []corev1.Capability{"ALL"}},
				},
			}},
		},
	}
}

// serverPod runs the probe in the place of a tenant's server: with its account, its
// credentials, its volumes and its limits, and none of its requests.
func (p platform) serverPod(ctx context.Context, tenant string, args ...string) (*corev1.Pod, error) {
	deployment, err := p.client.AppsV1().Deployments(tenant).Get(ctx, "inference", metav1.GetOptions{})
	if err != nil {
		return nil, err
	}
	spec := deployment.Spec.Template.Spec
	spec.RestartPolicy, spec.Affinity, spec.TopologySpreadConstraints = corev1.RestartPolicyNever, nil, nil
	server := &spec.Containers[0]
	server.Name, server.Image, server.Command, server.Args = "probe", probeImage, nil, args
	server.Ports, server.Lifecycle, server.StartupProbe, server.LivenessProbe, server.ReadinessProbe = nil, nil, nil, nil, nil
	return &corev1.Pod{ObjectMeta: metav1.ObjectMeta{GenerateName: "e2e-probe-"}, Spec: spec}, nil
}

// probe runs the probe in a strict pod and returns what it printed.
func (p platform) probe(ctx context.Context, namespace string, args ...string) (string, error) {
	_, output, err := p.finish(ctx, namespace, strictPod(args...))
	return output, err
}

// probeAsServer runs the probe in the place of a tenant's server.
func (p platform) probeAsServer(ctx context.Context, tenant string, args ...string) (string, error) {
	pod, err := p.serverPod(ctx, tenant, args...)
	if err != nil {
		return "", err
	}
	_, output, err := p.finish(ctx, tenant, pod)
	return output, err
}

// finish runs a pod to its end, and returns that and what it printed.
func (p platform) finish(ctx context.Context, namespace string, pod *corev1.Pod) (ended *corev1.Pod, output string, err error) {
	pods := p.client.CoreV1().Pods(namespace)
	made, err := pods.Create(ctx, pod, metav1.CreateOptions{})
	if err != nil {
		return nil, "", err
	}
	defer func() {
		now := int64(0)
		err = errors.Join(err, pods.Delete(context.WithoutCancel(ctx), made.Name, metav1.DeleteOptions{GracePeriodSeconds: &now}))
	}()
	err = until(ctx, time.Minute, func() error {
		ended, err = pods.Get(ctx, made.Name, metav1.GetOptions{})
		if err == nil && ended.Status.Phase != corev1.PodSucceeded && ended.Status.Phase != corev1.PodFailed {
			err = fmt.Errorf("the pod is %s: %+v", ended.Status.Phase, ended.Status.ContainerStatuses)
		}
		return err
	})
	if err != nil {
		return nil, "", err
	}
	text, err := pods.GetLogs(made.Name, &corev1.PodLogOptions{}).DoRaw(ctx)
	return ended, string(text), err
}

// until waits until a check returns nil, and returns its last error when that takes
// too long.
func until(ctx context.Context, limit time.Duration, check func() error) error {
	deadline := time.Now().Add(limit)
	for {
		err := check()
		if err == nil {
			return nil
		}
		if time.Now().After(deadline) || ctx.Err() != nil {
			return fmt.Errorf("after %s: %w", limit, err)
		}
		time.Sleep(200 * time.Millisecond)
	}
}

// eventually is until for tests.
func eventually(t *testing.T, limit time.Duration, check func() error) {
	t.Helper()
	require.NoError(t, until(t.Context(), limit, check))
}
