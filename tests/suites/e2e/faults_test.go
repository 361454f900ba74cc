package e2e_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// killProgram kills the program of the platform whose command line has all of some texts.
func (p platform) killProgram(t *testing.T, texts ...string) {
	t.Helper()
	var found []int
	files, err := filepath.Glob("/proc/[0-9]*/cmdline")
	require.NoError(t, err)
	for _, file := range files {
		data, err := os.ReadFile(file)
		program, _, _ := strings.Cut(string(data), "\x00")
		if err == nil && filepath.Base(program) == texts[0] && containsAll(string(data), append(texts[1:], p.folder)) {
			var pid int
			_, err := fmt.Sscanf(file, "/proc/%d/cmdline", &pid)
			require.NoError(t, err)
			found = append(found, pid)
		}
	}
	require.Len(t, found, 1, "processes of %v", texts)
	require.NoError(t, syscall.Kill(found[0], syscall.SIGKILL))
}

func containsAll(text string, parts []string) bool {
	return !slices.ContainsFunc(parts, func(part string) bool { return !strings.Contains(text, part) })
}

// testKilledAPIServer sees predictions go on without one, and everything there when it
// is back.
func (p platform) testKilledAPIServer(t *testing.T) {
	want := p.resources(t)
	p.undisturbed(t, func() {
		p.killProgram(t, "kube-apiserver")
		eventually(t, settleLimit, func() error {
			_, err := p.client.CoreV1().Namespaces().List(t.Context(), metav1.ListOptions{})
			return err
		})
		eventually(t, settleLimit, func() error { return errors.Join(p.checkNodes(t.Context()), p.settled(t.Context())) })
	})
	eventually(t, settleLimit, func() error { return p.hasResources(t.Context(), want) })
}

// testKilledKubelet sees the pods of its node go on, and taken up by the next one.
func (p platform) testKilledKubelet(t *testing.T) {
	want := p.containers(t)
	p.undisturbed(t, func() {
		began := time.Now().Truncate(time.Second)
		p.killProgram(t, "kubelet", "--hostname-override=node-1")
		eventually(t, settleLimit, func() error { return p.reportedSince(t.Context(), "node-1", began) })
		eventually(t, settleLimit, func() error { return errors.Join(p.checkNodes(t.Context()), p.settled(t.Context())) })
	})
	assert.Equal(t, want, p.containers(t), "no container was started again")
}

// reportedSince says whether a kubelet has told that it starts.
func (p platform) reportedSince(ctx context.Context, node string, since time.Time) error {
	events, err := p.client.CoreV1().Events("default").List(ctx, metav1.ListOptions{FieldSelector: "reason=Starting,involvedObject.name=" + node})
	if err != nil {
		return err
	}
	for _, event := range events.Items {
		if !event.LastTimestamp.Time.Before(since) {
			return nil
		}
	}
	return fmt.Errorf("the kubelet of %s has not started again", node)
}

// containers are the running containers of tenants and stores.
func (p platform) containers(t *testing.T) map[string]string {
	t.Helper()
	pods, err := p.client.CoreV1().Pods("").List(t.Context(), metav1.ListOptions{FieldSelector: "status.phase=Running"})
	require.NoError(t, err)
	found := map[string]string{}
	for _, pod := range pods.Items {
		for _, container := range pod.Status.ContainerStatuses {
			found[pod.Namespace+"/"+pod.Name+"/"+container.Name] = container.ContainerID
		}
	}
	return found
}

// testKilledStore kills the object store: models are in memory, so predictions go on;
// what was stored is there again with it.
func (p platform) testKilledStore(t *testing.T) {
	succeeded, output := p.train(t, "e2e-before")
	require.True(t, succeeded, output)
	manifest, err := p.manifest(t.Context())
	require.NoError(t, err)
	p.put(t, "raw", dataFolder+"kept.csv", sample(t, func(int) bool { return false }))
	p.undisturbed(t, func() {
		pod, err := p.client.CoreV1().Pods("object-store").Get(t.Context(), "minio-0", metav1.GetOptions{})
		require.NoError(t, err)
		require.NoError(t, syscall.Kill(processOf(t, *pod), syscall.SIGKILL))
		eventually(t, settleLimit, func() error { return p.startedAgain(t.Context(), *pod) })
		eventually(t, settleLimit, func() error { return p.settled(t.Context()) })
	})
	after, err := p.manifest(t.Context())
	require.NoError(t, err)
	assert.Equal(t, manifest, after)
	succeeded, output = p.train(t, "e2e-after", "--data=kept.csv")
	assert.True(t, succeeded, output)
}

func (p platform) startedAgain(ctx context.Context, before corev1.Pod) error {
	now, err := p.client.CoreV1().Pods(before.Namespace).Get(ctx, before.Name, metav1.GetOptions{})
	if err != nil {
		return err
	}
	if now.Status.ContainerStatuses[0].RestartCount == before.Status.ContainerStatuses[0].RestartCount {
		return errors.New("it was not started again")
	}
	return nil
}
