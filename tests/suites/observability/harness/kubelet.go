package harness

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"os"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"

	"github.com/mlops-iac/mlops/components/tenant"
	"github.com/mlops-iac/mlops/components/tenant/spec"
	"github.com/mlops-iac/mlops/internal/workbench/process"
)

// servingPods selects the pods of inference services.
const servingPods = "app.kubernetes.io/component=" + tenant.InferenceName

// lookEvery is how often the kubelet looks at its pods.
const lookEvery = 250 * time.Millisecond

// Kubelet runs the serving pods of all tenants as processes of this machine, and
// tells the API server how they are. The simulated nodes give them addresses.
type Kubelet struct {
	harness *Harness
	options Options

	mu   sync.Mutex
	pods map[types.UID]*Pod
	// services are what the tenants' pods run instead of the options'.
	services map[string]string
}

func newKubelet(t testing.TB, s *Harness, options Options) *Kubelet {
	t.Helper()
	k := &Kubelet{
		harness: s, options: options, pods: map[types.UID]*Pod{}, services: map[string]string{},
	}
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		k.work(ctx)
	}()
	t.Cleanup(func() {
		cancel()
		<-ended
		for _, pod := range k.pods {
			pod.stop()
		}
	})
	return k
}

// Use makes the pods of a tenant that start from now on run another service.
func (k *Kubelet) Use(tenant, service string) {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.services[tenant] = service
}

// Pods are the serving pods of a tenant that run, by name.
func (k *Kubelet) Pods(tenant string) []*Pod {
	k.mu.Lock()
	defer k.mu.Unlock()
	var found []*Pod
	for _, pod := range k.pods {
		if pod.Namespace == tenant {
			found = append(found, pod)
		}
	}
	slices.SortFunc(found, func(a, b *Pod) int { return cmp.Compare(a.Name, b.Name) })
	return found
}

// AwaitReady waits until a tenant has pods and all of them answer.
func (k *Kubelet) AwaitReady(t testing.TB, tenant string) []*Pod {
	t.Helper()
	k.harness.Await(t, patience, "the pods of "+tenant+" are ready", func(context.Context) error {
		pods := k.Pods(tenant)
		if len(pods) == 0 {
			return fmt.Errorf("%s has no running pods", tenant)
		}
		for _, pod := range pods {
			if !pod.Ready() {
				return fmt.Errorf("pod %s/%s is not ready", pod.Namespace, pod.Name)
			}
		}
		return nil
	})
	return k.Pods(tenant)
}

// address is where the process of the pod with an address listens.
func (k *Kubelet) address(podIP string) (string, bool) {
	k.mu.Lock()
	defer k.mu.Unlock()
	for _, pod := range k.pods {
		if pod.ip == podIP {
			return pod.port.Address(), true
		}
	}
	return "", false
}

func (k *Kubelet) work(ctx context.Context) {
	ticker := time.NewTicker(lookEvery)
	defer ticker.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
			if err := k.look(ctx); err != nil && ctx.Err() == nil {
				fmt.Fprintln(os.Stderr, "kubelet:", err)
			}
		}
	}
}

// look starts what should run, ends what should not, and reports the rest.
func (k *Kubelet) look(ctx context.Context) error {
	list, err := k.harness.Client.CoreV1().Pods(metav1.NamespaceAll).List(ctx, metav1.ListOptions{LabelSelector: servingPods})
	if err != nil {
		return err
	}
	live := map[types.UID]bool{}
	for i := range list.Items {
		object := &list.Items[i]
		if object.Status.PodIP == "" || object.DeletionTimestamp != nil || object.Status.Phase != corev1.PodRunning {
			continue
		}
		live[object.UID] = true
		pod, err := k.ensure(ctx, object)
		if err != nil {
			return err
		}
		if err := pod.report(ctx, k.harness, object); err != nil {
			return err
		}
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	for uid, pod := range k.pods {
		if !live[uid] {
			pod.stop()
			delete(k.pods, uid)
		}
	}
	return nil
}

func (k *Kubelet) ensure(ctx context.Context, object *corev1.Pod) (*Pod, error) {
	k.mu.Lock()
	pod, known := k.pods[object.UID]
	service := cmp.Or(k.services[object.Namespace], k.options.Service)
	k.mu.Unlock()
	if known {
		return pod, pod.restartWhenEnded()
	}
	env, err := k.environment(ctx, object)
	if err != nil {
		return nil, err
	}
	pod = &Pod{Namespace: object.Namespace, Name: object.Name, ip: object.Status.PodIP, service: service, folder: k.harness.folder}
	pod.port, err = process.Reserve()
	if err != nil {
		return nil, err
	}
	maps.Copy(env, map[string]string{"HOST": loopback, "PORT": pod.port.String(), "FAULTS": "true"})
	// One published model of texts serves every tenant here, and only that one.
	maps.Copy(env, map[string]string{"MODEL_URI": "file://" + k.options.Model, "MODEL_KIND": string(spec.ModelSentiment), "MODEL_SEED": "false"})
	pod.env = env
	if err := pod.start(); err != nil {
		return nil, err
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	k.pods[object.UID] = pod
	return pod, nil
}

// environment is what the pod's container is told, from its own specification.
func (k *Kubelet) environment(ctx context.Context, object *corev1.Pod) (map[string]string, error) {
	env := map[string]string{"PATH": os.Getenv("PATH")}
	container := object.Spec.Containers[0]
	for _, from := range container.EnvFrom {
		config, err := k.harness.Client.CoreV1().ConfigMaps(object.Namespace).Get(ctx, from.ConfigMapRef.Name, metav1.GetOptions{})
		if err != nil {
			return nil, err
		}
		maps.Copy(env, config.Data)
	}
	for _, variable := range container.Env {
		if variable.ValueFrom == nil {
			env[variable.Name] = variable.Value
		}
	}
	return env, nil
}

// annotate sets annotations of a pod, which the simulated nodes read.
func (s *Harness) annotate(ctx context.Context, pod *Pod, values map[string]string) error {
	patch, err := json.Marshal(map[string]any{"metadata": map[string]any{"annotations": values}})
	if err != nil {
		return err
	}
	_, err = s.Client.CoreV1().Pods(pod.Namespace).Patch(ctx, pod.Name, types.MergePatchType, patch, metav1.PatchOptions{})
	return err
}

// SetUsage makes the simulated node report that a pod uses so much, as
// quantities.
func (s *Harness) SetUsage(t testing.TB, pod *Pod, cpu, memory string) {
	t.Helper()
	pod.mu.Lock()
	pod.usageSet = true
	pod.mu.Unlock()
	require.NoError(t, s.annotate(context.Background(), pod, usage(cpu, memory)))
}

func usage(cpu, memory string) map[string]string {
	return map[string]string{"kwok.x-k8s.io/usage-cpu": cpu, "kwok.x-k8s.io/usage-memory": memory}
}

// client gives up soon: a service that hangs is not ready.
var client = &http.Client{Timeout: 2 * time.Second}
