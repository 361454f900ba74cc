package fluentbit

import (
	"fmt"

	"github.com/pulumi/pulumi-kubernetes/sdk/v4/go/kubernetes"
	"github.com/pulumi/pulumi-kubernetes/sdk/v4/go/kubernetes/apiextensions"
	corev1 "github.com/pulumi/pulumi-kubernetes/sdk/v4/go/kubernetes/core/v1"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// metricsPath is where Fluent Bit answers Prometheus; version 2 has the metrics
// of the buffer as well.
const metricsPath = "/api/v2/metrics/prometheus"

// createMonitor makes what Prometheus finds the pods by. Among the metrics are
// fluentbit_output_dropped_records_total, what was lost, and
// fluentbit_output_retries_total, what is late.
func (b *builder) createMonitor() error {
	_, err := corev1.NewService(b.ctx, b.name+"-service", &corev1.ServiceArgs{
		Metadata: b.meta(app),
		Spec: corev1.ServiceSpecArgs{
			// Each pod is asked by itself.
			ClusterIP: pulumi.String("None"),
			Selector:  pulumi.ToStringMap(PodLabels()),
			Ports: corev1.ServicePortArray{corev1.ServicePortArgs{
				Name: pulumi.String(portName), Port: pulumi.Int(MetricsPort), TargetPort: pulumi.String(portName), Protocol: pulumi.String("TCP"),
			}},
		},
	}, b.inside()...)
	if err != nil {
		return fmt.Errorf("creating the service: %w", err)
	}
	if b.in.NoServiceMonitor {
		return nil
	}
	_, err = apiextensions.NewCustomResource(b.ctx, b.name+"-service-monitor", &apiextensions.CustomResourceArgs{
		ApiVersion: pulumi.String("monitoring.coreos.com/v1"),
		Kind:       pulumi.String("ServiceMonitor"),
		Metadata:   b.meta(app),
		OtherFields: kubernetes.UntypedArgs{"spec": map[string]any{
			"selector": map[string]any{"matchLabels": anyMap(PodLabels())},
			"endpoints": []any{map[string]any{
				"port": portName, "path": metricsPath, "interval": "60s", "scrapeTimeout": "10s",
			}},
		}},
		// The CustomResourceDefinition comes with the monitoring stack.
	}, b.inside(b.in.DependsOn...)...)
	if err != nil {
		return fmt.Errorf("creating the service monitor: %w", err)
	}
	return nil
}

func anyMap(texts map[string]string) map[string]any {
	converted := make(map[string]any, len(texts))
	for key, value := range texts {
		converted[key] = value
	}
	return converted
}
