package localcluster

import (
	"context"
	_ "embed" // for the usage below
	"errors"
	"fmt"
	"os"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"
)

//go:embed usage.yaml
var usage []byte

func writeUsage(path string) error { return os.WriteFile(path, usage, 0o600) }

// scrapeSeconds is the shortest interval metrics-server takes.
const scrapeSeconds = 10

// startMetrics starts metrics-server on the simulated kubelets and registers it
// with the API. It needs two scrapes before it answers, which nothing waits for.
func (c *Cluster) startMetrics(ctx context.Context) error {
	_, err := c.run("metrics-server", c.options.Tools.MetricsServer,
		"--kubeconfig="+c.keys.kubeconfig, "--authentication-kubeconfig="+c.keys.kubeconfig, "--authorization-kubeconfig="+c.keys.kubeconfig,
		"--bind-address="+loopback, "--secure-port="+c.ports.metricsServer.String(),
		"--tls-cert-file="+c.keys.metricsServer.cert, "--tls-private-key-file="+c.keys.metricsServer.key,
		"--kubelet-use-node-status-port", "--kubelet-certificate-authority="+c.keys.authority,
		"--kubelet-preferred-address-types=InternalIP",
		fmt.Sprintf("--metric-resolution=%ds", scrapeSeconds), fmt.Sprintf("--kubelet-request-timeout=%ds", scrapeSeconds/2))
	if err != nil {
		return err
	}
	service := object("v1", "Service", "metrics-server", map[string]any{"type": "ExternalName", "externalName": "localhost"})
	service.SetNamespace(metav1.NamespaceSystem)
	api := object("apiregistration.k8s.io/v1", "APIService", "v1beta1.metrics.k8s.io", map[string]any{
		"group": "metrics.k8s.io", "version": "v1beta1", "groupPriorityMinimum": int64(100), "versionPriority": int64(100),
		"insecureSkipTLSVerify": true, // its name in the cluster is not the one it is reached by
		"service": map[string]any{
			"namespace": metav1.NamespaceSystem, "name": "metrics-server", "port": int64(c.ports.metricsServer.Number),
		},
	})
	services := schema.GroupVersionResource{Version: "v1", Resource: "services"}
	apis := schema.GroupVersionResource{Group: "apiregistration.k8s.io", Version: "v1", Resource: "apiservices"}
	options := metav1.ApplyOptions{FieldManager: "mlops-embedded", Force: true}
	_, serviceErr := c.client.Resource(services).Namespace(metav1.NamespaceSystem).Apply(ctx, service.GetName(), service, options)
	_, apiErr := c.client.Resource(apis).Apply(ctx, api.GetName(), api, options)
	if err := errors.Join(serviceErr, apiErr); err != nil {
		return fmt.Errorf("registering the metrics API: %w", err)
	}
	return nil
}

func object(apiVersion, kind, name string, spec map[string]any) *unstructured.Unstructured {
	return &unstructured.Unstructured{Object: map[string]any{
		"apiVersion": apiVersion, "kind": kind, "metadata": map[string]any{"name": name}, "spec": spec,
	}}
}
