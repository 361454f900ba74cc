package harness

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/mlops-iac/mlops/components/monitoring/metrics"
	"github.com/mlops-iac/mlops/internal/workbench/process"
)

// Pod is a serving pod whose container is a process.
type Pod struct {
	Namespace, Name string

	ip, service, folder string
	port                *process.Port

	mu       sync.Mutex
	env      map[string]string
	process  *process.Process
	ready    bool
	restarts int32
	// usageSet says that a test decides what the pod uses.
	usageSet bool
	// ticks and at are the CPU time at the last look, and when that was.
	ticks float64
	at    time.Time
}

// URL of the service.
func (p *Pod) URL() string { return "http://" + p.port.Address() }

// Ready says whether the service said so at the last look.
func (p *Pod) Ready() bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.ready
}

// Kill ends the process as the kernel does it when memory is short.
func (p *Pod) Kill(t testing.TB) {
	t.Helper()
	p.mu.Lock()
	process := p.process
	p.mu.Unlock()
	require.NoError(t, syscall.Kill(process.PID(), syscall.SIGKILL))
	<-process.Ended()
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.process == process { // nobody has looked since
		p.ready = false
	}
}

// LoseModel starts the service anew with a model that is not there.
func (p *Pod) LoseModel(t testing.TB) {
	t.Helper()
	p.mu.Lock()
	p.env["MODEL_URI"] = "file://" + filepath.Join(p.folder, "no-model")
	p.mu.Unlock()
	p.Kill(t)
}

// LosePublished starts the service anew where nothing was ever published, and
// waits until it answers with the seed.
func (p *Pod) LosePublished(t testing.TB) {
	t.Helper()
	p.mu.Lock()
	p.env["MODEL_URI"], p.env["MODEL_SEED"] = "file://"+filepath.Join(p.folder, "nothing-published"), "true"
	p.mu.Unlock()
	p.Kill(t)
	p.awaitMetric(t, metrics.ModelSeed)
}

// RefuseModel starts the service of a pod anew with a model of its own, which then
// is published once more and is broken: the service keeps the one it has.
func (k *Kubelet) RefuseModel(t testing.TB, p *Pod) {
	t.Helper()
	folder := filepath.Join(p.folder, p.Name+"-model")
	require.NoError(t, os.CopyFS(folder, os.DirFS(k.options.Model)))
	p.mu.Lock()
	p.env["MODEL_URI"], p.env["MODEL_REFRESH"] = "file://"+folder, Time(30*time.Second).String()
	p.mu.Unlock()
	p.Kill(t)
	p.awaitMetric(t, metrics.ModelLoaded)
	require.NoError(t, os.WriteFile(filepath.Join(folder, "manifest.json"), []byte("{}"), 0o600))
}

// awaitMetric waits until the service says 1 of a metric without further labels.
func (p *Pod) awaitMetric(t testing.TB, metric string) {
	t.Helper()
	require.Eventually(t, func() bool {
		answer, err := client.Get(p.URL() + "/metrics")
		if err != nil {
			return false
		}
		defer answer.Body.Close()
		text, err := io.ReadAll(answer.Body)
		return err == nil && strings.Contains(string(text), metric+`{tenant="`+p.Namespace+`"} 1`)
	}, patience, lookEvery, metric+" of "+p.Name)
}

// SetFaults tells the service to misbehave: {"latency":"6s"} and the like.
func (p *Pod) SetFaults(t testing.TB, faults string) {
	t.Helper()
	answer, err := client.Post(p.URL()+"/-/faults", "application/json", strings.NewReader(faults))
	require.NoError(t, err)
	defer answer.Body.Close()
	text, err := io.ReadAll(answer.Body)
	require.NoError(t, err)
	require.Less(t, answer.StatusCode, 300, string(text))
}

func (p *Pod) start() error {
	p.mu.Lock()
	defer p.mu.Unlock()
	var env []string
	for name, value := range p.env {
		env = append(env, name+"="+value)
	}
	process, err := process.Start(process.Program{
		Name: p.Namespace + "-" + p.Name, Path: p.service, Args: []string{"serve"}, Env: env, Folder: p.folder,
	})
	if err != nil {
		return err
	}
	p.process, p.ready, p.ticks, p.at = process, false, 0, time.Now()
	return nil
}

func (p *Pod) stop() {
	p.mu.Lock()
	defer p.mu.Unlock()
	_ = p.process.Stop() // a test may have killed it
	_ = p.port.Release()
}

func (p *Pod) restartWhenEnded() error {
	select {
	case <-p.process.Ended():
		p.restarts++
		return p.start()
	default:
		return nil
	}
}

// report tells the API server how the pod is, and its simulated node what the
// process uses.
func (p *Pod) report(ctx context.Context, s *Harness, object *corev1.Pod) error {
	p.mu.Lock()
	p.ready = p.answers(ctx)
	ready, usageSet := p.ready, p.usageSet
	p.mu.Unlock()
	if status, changed := p.status(object.Status, ready); changed {
		patch, err := json.Marshal(map[string]any{"status": map[string]any{
			"conditions": status.Conditions, "containerStatuses": status.ContainerStatuses,
		}})
		if err != nil {
			return err
		}
		_, err = s.Client.CoreV1().Pods(p.Namespace).Patch(ctx, p.Name, "application/strategic-merge-patch+json", patch, metav1.PatchOptions{}, "status")
		if err != nil {
			return err
		}
	}
	if usageSet || time.Since(p.at) < time.Second {
		return nil
	}
	measured, err := p.measure()
	if err != nil {
		return nil //nolint:nilerr // it has just ended; the next look starts it again
	}
	return s.annotate(ctx, p, measured)
}

// status is what the status of the pod should be, and whether it is not.
func (p *Pod) status(now corev1.PodStatus, ready bool) (corev1.PodStatus, bool) {
	want := corev1.ConditionFalse
	if ready {
		want = corev1.ConditionTrue
	}
	changed := false
	for i, condition := range now.Conditions {
		isReadiness := condition.Type == corev1.PodReady || condition.Type == corev1.ContainersReady
		if isReadiness && condition.Status != want {
			now.Conditions[i].Status, now.Conditions[i].LastTransitionTime, changed = want, metav1.Now(), true
		}
	}
	for i, container := range now.ContainerStatuses {
		if container.Ready != ready || container.RestartCount != p.restarts {
			now.ContainerStatuses[i].Ready, now.ContainerStatuses[i].RestartCount, changed = ready, p.restarts, true
		}
	}
	return now, changed
}

func (p *Pod) answers(ctx context.Context) bool {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, p.URL()+"/ready", http.NoBody)
	if err != nil {
		return false
	}
	answer, err := client.Do(request)
	if err != nil {
		return false
	}
	defer answer.Body.Close()
	return answer.StatusCode == http.StatusOK
}

// measure is what the process uses, as the annotations of its simulated node.
func (p *Pod) measure() (map[string]string, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	ticks, pages, err := processUsage(p.process.PID())
	if err != nil {
		return nil, err
	}
	now := time.Now()
	// The kernel counts CPU time in hundredths of a second.
	cores := (ticks - p.ticks) / 100 / now.Sub(p.at).Seconds()
	p.ticks, p.at = ticks, now
	return usage(fmt.Sprintf("%dm", max(1, int(cores*1000))), strconv.Itoa(pages*os.Getpagesize())), nil
}

// processUsage reads the CPU time, in clock ticks, and the resident pages of a
// process; proc(5) has the fields.
func processUsage(pid int) (ticks float64, pages int, err error) {
	text, err := os.ReadFile(filepath.Join("/proc", strconv.Itoa(pid), "stat"))
	if err != nil {
		return 0, 0, err
	}
	// The second field, the name, may hold anything but a closing bracket.
	fields := bytes.Fields(text[bytes.LastIndexByte(text, ')')+1:])
	if len(fields) < 22 {
		return 0, 0, fmt.Errorf("reading the usage of process %d: %d fields", pid, len(fields))
	}
	user, userErr := strconv.ParseFloat(string(fields[11]), 64)
	system, systemErr := strconv.ParseFloat(string(fields[12]), 64)
	pages, pagesErr := strconv.Atoi(string(fields[21]))
	for _, err := range []error{userErr, systemErr, pagesErr} {
		if err != nil {
			return 0, 0, fmt.Errorf("reading the usage of process %d: %w", pid, err)
		}
	}
	return user + system, pages, nil
}
