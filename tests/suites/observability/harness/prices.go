package harness

import (
	"context"
	"sync"
	"testing"

	"github.com/prometheus/client_golang/prometheus"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/mlops-iac/mlops/components/scheduling"
)

// gibibyte is the unit of prices of memory and volumes.
const gibibyte = 1 << 30

// Prices stands in for OpenCost: made-up prices of the nodes and volumes there
// are, and what pods have reserved of them.
type Prices struct {
	address string
	harness *Harness

	mu     sync.Mutex
	factor float64
}

func newPrices(t testing.TB, s *Harness) *Prices {
	t.Helper()
	p := &Prices{harness: s, factor: 1}
	p.address = serve(t, unchecked(p.collect))
	return p
}

// Multiply makes every price so many times what it was at first.
func (p *Prices) Multiply(factor float64) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.factor = factor
}

func (p *Prices) collect(metrics chan<- prometheus.Metric) {
	p.mu.Lock()
	factor := p.factor
	p.mu.Unlock()
	ctx, core := context.Background(), p.harness.Client.CoreV1()
	nodes, nodesErr := core.Nodes().List(ctx, metav1.ListOptions{})
	pods, podsErr := core.Pods(metav1.NamespaceAll).List(ctx, metav1.ListOptions{})
	volumes, volumesErr := core.PersistentVolumes().List(ctx, metav1.ListOptions{})
	if nodesErr != nil || podsErr != nil || volumesErr != nil {
		return // the scrape shows nothing, as of an exporter that has lost the API
	}
	for i := range nodes.Items {
		pricesOf(&nodes.Items[i], factor, metrics)
	}
	for i := range pods.Items {
		reserved(&pods.Items[i], metrics)
	}
	for i := range volumes.Items {
		volume := &volumes.Items[i]
		metrics <- gauge("pv_hourly_cost", 0.0001*factor, prometheus.Labels{
			"persistentvolume": volume.Name, "volumename": volume.Name, "provider_id": volume.Name,
		})
	}
	metrics <- gauge("kubecost_load_balancer_cost", 0.025*factor, prometheus.Labels{
		"namespace": "tenant-a", "service_name": "inference", "ingress_ip": "198.51.100.7",
	})
}

// pricesOf shows what OpenCost shows of a node, at round prices per hour: 0.03
// for a core, 0.004 for a GiB, 0.7 for a GPU.
func pricesOf(node *corev1.Node, factor float64, metrics chan<- prometheus.Metric) {
	core, gib, gpu := 0.03*factor, 0.004*factor, 0.7*factor
	labels := prometheus.Labels{
		"node": node.Name, "instance": node.Name, "instance_type": node.Labels[corev1.LabelInstanceTypeStable],
		"provider_id": "aws:///" + node.Name, "region": "eu-west-1", "arch": "amd64", "uid": string(node.UID),
	}
	gpus := quantity(node.Status.Capacity, scheduling.GPUResource)
	for name, value := range map[string]float64{
		"node_cpu_hourly_cost": core, "node_ram_hourly_cost": gib, "node_gpu_hourly_cost": gpu, "node_gpu_count": gpus,
		"node_total_hourly_cost": quantity(node.Status.Capacity, corev1.ResourceCPU)*core +
			quantity(node.Status.Capacity, corev1.ResourceMemory)/gibibyte*gib + gpus*gpu,
	} {
		metrics <- gauge(name, value, labels)
	}
}

// reserved shows what the containers of a running pod have reserved of its node.
func reserved(pod *corev1.Pod, metrics chan<- prometheus.Metric) {
	if pod.Status.Phase != corev1.PodRunning {
		return
	}
	for _, container := range pod.Spec.Containers {
		labels := prometheus.Labels{
			"namespace": pod.Namespace, "pod": pod.Name, "container": container.Name, "node": pod.Spec.NodeName, "instance": pod.Spec.NodeName,
		}
		for name, resource := range map[string]corev1.ResourceName{
			"container_cpu_allocation":          corev1.ResourceCPU,
			"container_memory_allocation_bytes": corev1.ResourceMemory,
			"container_gpu_allocation":          scheduling.GPUResource,
		} {
			metrics <- gauge(name, quantity(container.Resources.Requests, resource), labels)
		}
	}
}

func quantity(list corev1.ResourceList, name corev1.ResourceName) float64 {
	amount := list[name]
	return amount.AsApproximateFloat64()
}
