package harness

import (
	"bytes"
	"compress/gzip"
	"context"
	"fmt"
	"io"
	"maps"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"

	"github.com/mlops-iac/mlops/components/monitoring"
	"github.com/mlops-iac/mlops/internal/workbench/process"
	"github.com/mlops-iac/mlops/internal/workbench/process/freeport"
	clusterharness "github.com/mlops-iac/mlops/tests/suites/conformance/harness"
)

// prometheusName is the name that the chart gives its Prometheus.
const prometheusName = monitoring.Chart + "-prometheus"

// startOperator gives the operator a Prometheus like the chart's.
func (s *Harness) startOperator(t testing.TB) {
	t.Helper()
	s.MustApply(t, custom(prometheusName, prometheusSpec(t, s.Stack)))
	s.run(t, process.Program{
		Name: "prometheus-operator", Path: s.tools.PrometheusOperator,
		Args: []string{"--web.listen-address=" + freeport.Reserve(t).Address(), "--web.enable-tls=false"},
		Env:  append(os.Environ(), "KUBECONFIG="+s.Kubeconfig()),
	})
}

func custom(name string, spec map[string]any) *unstructured.Unstructured {
	return &unstructured.Unstructured{Object: map[string]any{
		"apiVersion": "monitoring.coreos.com/v1", "kind": "Prometheus", "spec": spec,
		"metadata": map[string]any{"name": name, "namespace": monitoring.DefaultNamespace},
	}}
}

// prometheusSpec is what the chart makes of the values that the program passes:
// most go over as they are; selectors are open when the values say so.
func prometheusSpec(t testing.TB, stack clusterharness.Stack) map[string]any {
	t.Helper()
	at := slices.IndexFunc(stack.Releases, func(r clusterharness.Release) bool { return r.Chart == monitoring.Chart })
	require.GreaterOrEqual(t, at, 0, "the stack installs %s", monitoring.Chart)
	values, _, err := unstructured.NestedMap(stack.Releases[at].Values, "prometheus", "prometheusSpec")
	require.NoError(t, err)
	spec := map[string]any{
		"serviceAccountName": prometheusName, "evaluationInterval": values["scrapeInterval"],
		"alerting": map[string]any{"alertmanagers": []any{map[string]any{
			"name": monitoring.Chart + "-alertmanager", "namespace": monitoring.DefaultNamespace, "port": "http-web", "apiVersion": "v2",
		}}},
	}
	for _, key := range []string{"retention", "retentionSize", "scrapeInterval", "replicas", "resources", "nodeSelector"} {
		spec[key] = values[key]
	}
	for kind, key := range map[string]string{
		"podMonitor": "podMonitorSelectorNilUsesHelmValues", "probe": "probeSelectorNilUsesHelmValues", "rule": "ruleSelectorNilUsesHelmValues",
		"scrapeConfig": "scrapeConfigSelectorNilUsesHelmValues", "serviceMonitor": "serviceMonitorSelectorNilUsesHelmValues",
	} {
		require.Equal(t, false, values[key], "only what the chart itself brings would be watched")
		spec[kind+"Selector"], spec[kind+"NamespaceSelector"] = map[string]any{}, map[string]any{}
	}
	return spec
}

// inPod fills in what the config reloader does in the first replica's pod.
var inPod = strings.NewReplacer("$(SHARD)", "0", "$(POD_NAME)", "prometheus-"+prometheusName+"-0")

// generated is what the operator has written for Prometheus: its configuration,
// and the rule files by name.
func (s *Harness) generated(ctx context.Context) (config []byte, rules map[string]string, err error) {
	core := s.Client.CoreV1()
	secret, err := core.Secrets(monitoring.DefaultNamespace).Get(ctx, "prometheus-"+prometheusName, metav1.GetOptions{})
	if err != nil {
		return nil, nil, fmt.Errorf("the configuration of the operator: %w", err)
	}
	config, err = unzip(secret)
	if err != nil {
		return nil, nil, err
	}
	config = []byte(inPod.Replace(string(config)))
	files, err := core.ConfigMaps(monitoring.DefaultNamespace).List(ctx, metav1.ListOptions{LabelSelector: "prometheus-name=" + prometheusName})
	if err != nil {
		return nil, nil, err
	}
	rules = map[string]string{}
	for i := range files.Items {
		maps.Copy(rules, files.Items[i].Data)
	}
	return config, rules, nil
}

func unzip(secret *corev1.Secret) ([]byte, error) {
	reader, err := gzip.NewReader(bytes.NewReader(secret.Data["prometheus.yaml.gz"]))
	if err != nil {
		return nil, fmt.Errorf("the configuration of the operator: %w", err)
	}
	return io.ReadAll(reader)
}
