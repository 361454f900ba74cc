package harness

import (
	"context"
	"net/http/httptest"
	"sync"
	"testing"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/promhttp"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/mlops-iac/mlops/components/scheduling"
)

// serve exposes a collector for the length of a test and returns its address.
func serve(t testing.TB, collector prometheus.Collector) string {
	t.Helper()
	registry := prometheus.NewRegistry()
	registry.MustRegister(collector)
	server := httptest.NewServer(promhttp.HandlerFor(registry, promhttp.HandlerOpts{}))
	t.Cleanup(server.Close)
	return server.Listener.Addr().String()
}

// unchecked collectors decide at every scrape what they show.
type unchecked func(chan<- prometheus.Metric)

// Describe implements prometheus.Collector: it describes nothing in advance.
func (unchecked) Describe(chan<- *prometheus.Desc) {}

// Collect implements prometheus.Collector.
func (u unchecked) Collect(metrics chan<- prometheus.Metric) { u(metrics) }

func gauge(name string, value float64, labels prometheus.Labels) prometheus.Metric {
	description := prometheus.NewDesc(name, name, nil, labels)
	return prometheus.MustNewConstMetric(description, prometheus.GaugeValue, value)
}

// GPUs stands in for NVIDIA's DCGM exporter: one GPU per GPU of every node, held
// by the pod that the scheduler put there.
type GPUs struct {
	address string
	harness *Harness

	mu          sync.Mutex
	utilisation float64
	xid         float64
}

func newGPUs(t testing.TB, s *Harness) *GPUs {
	t.Helper()
	g := &GPUs{harness: s, utilisation: 80}
	g.address = serve(t, unchecked(g.collect))
	return g
}

// Set decides how busy every GPU is, in percent, and which XID error it shows; 0
// for none.
func (g *GPUs) Set(utilisation, xid float64) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.utilisation, g.xid = utilisation, xid
}

func (g *GPUs) collect(metrics chan<- prometheus.Metric) {
	g.mu.Lock()
	utilisation, xid := g.utilisation, g.xid
	g.mu.Unlock()
	pods, err := g.harness.Client.CoreV1().Pods(metav1.NamespaceAll).List(context.Background(), metav1.ListOptions{})
	if err != nil {
		return // the scrape shows nothing, as of an exporter that has lost its node
	}
	for i := range pods.Items {
		pod := &pods.Items[i]
		if pod.Status.Phase != corev1.PodRunning || !holdsGPU(pod) {
			continue
		}
		labels := prometheus.Labels{
			"gpu": "0", "UUID": "GPU-" + string(pod.UID), "device": "nvidia0", "modelName": "NVIDIA A10G",
			"Hostname": pod.Spec.NodeName, "namespace": pod.Namespace, "pod": pod.Name, "container": pod.Spec.Containers[0].Name,
		}
		for name, value := range map[string]float64{
			"DCGM_FI_DEV_GPU_UTIL": utilisation, "DCGM_FI_DEV_MEM_COPY_UTIL": utilisation / 2, "DCGM_FI_DEV_XID_ERRORS": xid,
			"DCGM_FI_DEV_FB_USED": 9000, "DCGM_FI_DEV_FB_FREE": 14000, "DCGM_FI_DEV_GPU_TEMP": 61, "DCGM_FI_DEV_POWER_USAGE": 180,
			"DCGM_FI_DEV_SM_CLOCK": 1710, "DCGM_FI_DEV_MEM_CLOCK": 6251,
		} {
			metrics <- gauge(name, value, labels)
		}
	}
}

func holdsGPU(pod *corev1.Pod) bool {
	for _, container := range pod.Spec.Containers {
		if quantity, asks := container.Resources.Requests[scheduling.GPUResource]; asks && !quantity.IsZero() {
			return true
		}
	}
	return false
}

// newVolumes stands in for what a kubelet tells of the volumes of its pods: every
// claim is a third full.
func newVolumes(t testing.TB, s *Harness) string {
	t.Helper()
	return serve(t, unchecked(func(metrics chan<- prometheus.Metric) {
		claims, err := s.Client.CoreV1().PersistentVolumeClaims(metav1.NamespaceAll).List(context.Background(), metav1.ListOptions{})
		if err != nil {
			return
		}
		for i := range claims.Items {
			claim := &claims.Items[i]
			labels := prometheus.Labels{"namespace": claim.Namespace, "persistentvolumeclaim": claim.Name}
			size := claim.Spec.Resources.Requests.Storage().AsApproximateFloat64()
			metrics <- gauge("kubelet_volume_stats_capacity_bytes", size, labels)
			metrics <- gauge("kubelet_volume_stats_used_bytes", size/3, labels)
		}
	}))
}
