package monitors

import (
	"context"
	_ "embed" // for the objects below
	"errors"
	"fmt"
	"strings"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/client-go/dynamic"
	"k8s.io/client-go/kubernetes"

	"github.com/mlops-iac/mlops/components/monitoring"
	"github.com/mlops-iac/mlops/internal/workbench/manifest"
)

// PrometheusService is the Service of Prometheus, as the chart names it.
const PrometheusService = monitoring.Chart + "-prometheus"

// PrometheusPort is the port of that Service.
const PrometheusPort = 9090

const alertmanagerName = monitoring.Chart + "-alertmanager"

//go:embed objects.yaml
var objects string

// Images are those that the pods run. Those of Prometheus and Alertmanager are the
// operator's to name, by the version.
type Images struct {
	// Operator, Reloader and KubeStateMetrics are whole references.
	Operator, Reloader, KubeStateMetrics string
	// Prometheus and Alertmanager are versions with a leading "v".
	Prometheus, Alertmanager string
}

// Kinds are the CustomResourceDefinitions that the operator wants beside those of
// ServiceMonitors and PrometheusRules.
func Kinds() []string {
	return []string{
		"prometheuses", "prometheusagents", "alertmanagers", "alertmanagerconfigs", "podmonitors", "probes", "scrapeconfigs", "thanosrulers",
	}
}

// Cluster are clients of the cluster that is watched.
type Cluster struct {
	Client  kubernetes.Interface
	Dynamic dynamic.Interface
}

// Install applies everything into the namespace of a release, whose values are those
// that the program has for the chart. It does not wait for pods.
func Install(ctx context.Context, c Cluster, namespace string, values map[string]any, images Images) error {
	own, err := fixed(namespace, values, images)
	if err != nil {
		return err
	}
	prometheus, err := prometheusOf(namespace, values, images)
	if err != nil {
		return err
	}
	alertmanager, err := alertmanagerOf(namespace, values, images)
	if err != nil {
		return err
	}
	nodes, err := c.Client.CoreV1().Nodes().List(ctx, metav1.ListOptions{})
	if err != nil {
		return fmt.Errorf("listing the nodes: %w", err)
	}
	return manifest.Apply(ctx, c.Dynamic, append(own, kubelets(nodes.Items), prometheus, alertmanager)...)
}

// Installed says whether Helm has installed the chart.
func Installed(ctx context.Context, client kubernetes.Interface, namespace string) (bool, error) {
	releases, err := client.CoreV1().Secrets(namespace).List(ctx, metav1.ListOptions{LabelSelector: "owner=helm,name=" + monitoring.Chart})
	if err != nil {
		return false, fmt.Errorf("looking for a release of %s: %w", monitoring.Chart, err)
	}
	return len(releases.Items) > 0, nil
}

// fixed are the objects that depend on few of the values.
func fixed(namespace string, values map[string]any, images Images) ([]*unstructured.Unstructured, error) {
	labels, _, err := unstructured.NestedStringSlice(values, "kube-state-metrics", "metricLabelsAllowlist")
	if err != nil {
		return nil, err
	}
	account, _, accountErr := unstructured.NestedString(values, "alertmanager", "serviceAccount", "name")
	interval, _, intervalErr := unstructured.NestedString(values, "kubelet", "serviceMonitor", "cAdvisorInterval")
	if err := errors.Join(accountErr, intervalErr); err != nil {
		return nil, err
	}
	return manifest.Read([]byte(strings.NewReplacer(
		"$(namespace)", namespace, "$(operator)", images.Operator, "$(reloader)", images.Reloader,
		"$(kubeStateMetrics)", images.KubeStateMetrics, "$(metricLabels)", strings.Join(labels, ","),
		"$(alertmanagerAccount)", account, "$(cadvisorInterval)", interval,
	).Replace(objects)))
}

// kubelets are the addresses of the Service of the kubelets. The operator would take
// all of them to listen on one port.
func kubelets(nodes []corev1.Node) *unstructured.Unstructured {
	var subsets []any
	for _, node := range nodes {
		for _, address := range node.Status.Addresses {
			if address.Type != corev1.NodeInternalIP {
				continue
			}
			subsets = append(subsets, map[string]any{
				"addresses": []any{map[string]any{
					"ip": address.Address, "targetRef": map[string]any{"kind": "Node", "name": node.Name, "uid": string(node.UID)},
				}},
				"ports": []any{map[string]any{
					"name": "https-metrics", "port": int64(node.Status.DaemonEndpoints.KubeletEndpoint.Port), "protocol": "TCP",
				}},
			})
		}
	}
	return &unstructured.Unstructured{Object: map[string]any{
		"apiVersion": "v1", "kind": "Endpoints", "subsets": subsets,
		"metadata": map[string]any{
			"name": monitoring.Chart + "-kubelet", "namespace": metav1.NamespaceSystem, "labels": map[string]any{"k8s-app": "kubelet"},
		},
	}}
}
