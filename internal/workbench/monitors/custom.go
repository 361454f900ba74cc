package monitors

import (
	"fmt"
	"strings"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"

	"github.com/mlops-iac/mlops/components/monitoring"
)

func custom(kind, name, namespace string, spec map[string]any) *unstructured.Unstructured {
	return &unstructured.Unstructured{Object: map[string]any{
		"apiVersion": "monitoring.coreos.com/v1", "kind": kind, "spec": spec,
		"metadata": map[string]any{"name": name, "namespace": namespace},
	}}
}

// user is who runs both, as in the chart; their volumes belong to its group.
func user() map[string]any {
	return map[string]any{
		"runAsNonRoot": true, "runAsUser": int64(1000), "runAsGroup": int64(2000), "fsGroup": int64(2000),
		"seccompProfile": map[string]any{"type": "RuntimeDefault"},
	}
}

// small is what both ask for here: a machine is no cluster.
func small() map[string]any {
	return map[string]any{"requests": map[string]any{"cpu": "20m", "memory": "128Mi"}}
}

// prometheusOf makes a Prometheus of the values, as the chart does: most go over as
// they are, and selectors are open where the values say so. What it asks of a node is
// not taken over.
func prometheusOf(namespace string, values map[string]any, images Images) (*unstructured.Unstructured, error) {
	from, err := section(values, "prometheus", "prometheusSpec")
	if err != nil {
		return nil, err
	}
	spec := map[string]any{
		"version": images.Prometheus, "serviceAccountName": PrometheusService, "evaluationInterval": from["scrapeInterval"],
		"securityContext": user(), "resources": small(), "storage": from["storageSpec"],
		"alerting": map[string]any{"alertmanagers": []any{map[string]any{
			"name": alertmanagerName, "namespace": namespace, "port": "http-web", "apiVersion": "v2",
		}}},
	}
	for _, key := range []string{"retention", "retentionSize", "scrapeInterval", "replicas"} {
		spec[key] = from[key]
	}
	for kind, key := range map[string]string{
		"podMonitor": "podMonitorSelectorNilUsesHelmValues", "probe": "probeSelectorNilUsesHelmValues", "rule": "ruleSelectorNilUsesHelmValues",
		"scrapeConfig": "scrapeConfigSelectorNilUsesHelmValues", "serviceMonitor": "serviceMonitorSelectorNilUsesHelmValues",
	} {
		if from[key] == false {
			spec[kind+"Selector"], spec[kind+"NamespaceSelector"] = map[string]any{}, map[string]any{}
		}
	}
	return custom("Prometheus", PrometheusService, namespace, spec), nil
}

// alertmanagerOf makes an Alertmanager of the values in the same way.
func alertmanagerOf(namespace string, values map[string]any, images Images) (*unstructured.Unstructured, error) {
	from, err := section(values, "alertmanager", "alertmanagerSpec")
	if err != nil {
		return nil, err
	}
	account, err := section(values, "alertmanager", "serviceAccount")
	if err != nil {
		return nil, err
	}
	spec := map[string]any{
		"version": images.Alertmanager, "serviceAccountName": account["name"], "securityContext": user(), "resources": small(),
	}
	for _, key := range []string{"configSecret", "secrets", "replicas", "storage"} {
		if value, given := from[key]; given {
			spec[key] = value
		}
	}
	return custom("Alertmanager", alertmanagerName, namespace, spec), nil
}

// section is a part of the values.
func section(values map[string]any, path ...string) (map[string]any, error) {
	found, given, err := unstructured.NestedMap(values, path...)
	if err == nil && !given {
		err = fmt.Errorf("the values of %s have no %s", monitoring.Chart, strings.Join(path, "."))
	}
	return found, err
}
