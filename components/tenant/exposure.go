package tenant

import (
	"encoding/json"
	"fmt"
	"maps"

	monitoringv1 "github.com/prometheus-operator/prometheus-operator/pkg/apis/monitoring/v1"
	"github.com/pulumi/pulumi-kubernetes/sdk/v4/go/kubernetes"
	"github.com/pulumi/pulumi-kubernetes/sdk/v4/go/kubernetes/apiextensions"
	corev1 "github.com/pulumi/pulumi-kubernetes/sdk/v4/go/kubernetes/core/v1"
	networkingv1 "github.com/pulumi/pulumi-kubernetes/sdk/v4/go/kubernetes/networking/v1"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	k8smetav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/mlops-iac/mlops/components/monitoring/rules"
	"github.com/mlops-iac/mlops/components/tenant/spec"
)

func (b *builder) createServiceMonitor() error {
	if b.in.NoServiceMonitor {
		return nil
	}
	spec, err := toMap(b.monitorSpec())
	if err != nil {
		return fmt.Errorf("writing the service monitor: %w", err)
	}
	meta := b.meta(InferenceName, InferenceName)
	labels := b.labels(InferenceName)
	maps.Copy(labels, b.in.Metadata.MonitorLabels)
	meta.Labels = pulumi.ToStringMap(labels)
	_, err = apiextensions.NewCustomResource(b.ctx, b.name+"-service-monitor", &apiextensions.CustomResourceArgs{
		ApiVersion:  pulumi.String(monitoringv1.SchemeGroupVersion.String()),
		Kind:        pulumi.String(monitoringv1.ServiceMonitorsKind),
		Metadata:    meta,
		OtherFields: kubernetes.UntypedArgs{"spec": spec},
	}, b.inside()...)
	if err != nil {
		return fmt.Errorf("creating the service monitor: %w", err)
	}
	return nil
}

// createBudget tells Prometheus what the tenant may cost.
func (b *builder) createBudget() error {
	if b.in.BudgetUSD == 0 || b.in.NoServiceMonitor {
		return nil
	}
	spec, err := toMap(rules.Budget(b.in.Name, b.in.BudgetUSD))
	if err != nil {
		return fmt.Errorf("writing the budget: %w", err)
	}
	_, err = apiextensions.NewCustomResource(b.ctx, b.name+"-budget", &apiextensions.CustomResourceArgs{
		ApiVersion:  pulumi.String(monitoringv1.SchemeGroupVersion.String()),
		Kind:        pulumi.String(monitoringv1.PrometheusRuleKind),
		Metadata:    b.meta(rules.BudgetObjectName, InferenceName),
		OtherFields: kubernetes.UntypedArgs{"spec": spec},
	}, b.inside()...)
	if err != nil {
		return fmt.Errorf("creating the budget: %w", err)
	}
	return nil
}

func (b *builder) monitorSpec() monitoringv1.ServiceMonitorSpec {
	limit := uint64(SampleLimit)
	name := b.in.Name
	return monitoringv1.ServiceMonitorSpec{
		Selector:    k8smetav1.LabelSelector{MatchLabels: b.selector(InferenceName)},
		SampleLimit: &limit,
		Endpoints: []monitoringv1.Endpoint{{
			Port: portName, Path: spec.MetricsPath, Scheme: "http",
			Interval:      monitoringv1.Duration(fmt.Sprintf("%ds", ScrapeSeconds)),
			ScrapeTimeout: monitoringv1.Duration(fmt.Sprintf("%ds", ScrapeSeconds/3)),
			// Whatever a server says of itself, its series are those of its tenant.
			MetricRelabelConfigs: []monitoringv1.RelabelConfig{{
				Action: "replace", TargetLabel: "tenant", Replacement: &name,
			}},
		}},
	}
}

// toMap writes a typed Kubernetes value as the map a custom resource takes.
func toMap(value any) (map[string]any, error) {
	text, err := json.Marshal(value)
	if err != nil {
		return nil, err
	}
	var fields map[string]any
	return fields, json.Unmarshal(text, &fields)
}

func (b *builder) createIngress(service *corev1.Service) error {
	if b.in.Ingress == nil {
		return nil
	}
	meta := b.meta(InferenceName, InferenceName)
	meta.Annotations = pulumi.ToStringMap(b.in.Ingress.Annotations)
	host := pulumi.String(b.in.Ingress.Host)
	ingress := networkingv1.IngressSpecArgs{
		Rules: networkingv1.IngressRuleArray{networkingv1.IngressRuleArgs{
			Host: host,
			Http: networkingv1.HTTPIngressRuleValueArgs{Paths: publishedPaths(b.in.Ingress.Paths, service)},
		}},
	}
	if b.in.Ingress.ClassName != "" {
		ingress.IngressClassName = pulumi.String(b.in.Ingress.ClassName)
	}
	if b.in.Ingress.TLSSecretName != "" {
		ingress.Tls = networkingv1.IngressTLSArray{networkingv1.IngressTLSArgs{
			Hosts: pulumi.StringArray{host}, SecretName: pulumi.String(b.in.Ingress.TLSSecretName),
		}}
	}
	_, err := networkingv1.NewIngress(b.ctx, b.name+"-ingress", &networkingv1.IngressArgs{
		Metadata: meta, Spec: ingress,
	}, b.inside()...)
	if err != nil {
		return fmt.Errorf("creating the ingress: %w", err)
	}
	return nil
}

// publishedPaths name what is published one by one. An Ingress cannot close a path
// below one that is open, so the root would publish the metrics with every controller.
func publishedPaths(paths []string, service *corev1.Service) networkingv1.HTTPIngressPathArray {
	list := make(networkingv1.HTTPIngressPathArray, len(paths))
	for i, path := range paths {
		pathType := pulumi.String("Exact")
		if spec.IsFolder(path) {
			pathType = pulumi.String("Prefix")
		}
		list[i] = networkingv1.HTTPIngressPathArgs{
			Path: pulumi.String(path), PathType: pathType,
			Backend: networkingv1.IngressBackendArgs{Service: networkingv1.IngressServiceBackendArgs{
				Name: service.Metadata.Name().Elem(),
				Port: networkingv1.ServiceBackendPortArgs{Name: pulumi.String(portName)},
			}},
		}
	}
	return list
}
