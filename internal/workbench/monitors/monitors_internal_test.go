package monitors

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/client-go/kubernetes/fake"
	"sigs.k8s.io/yaml"
)

// values are like those that the engine has for the chart.
func values(t *testing.T) map[string]any {
	t.Helper()
	var read map[string]any
	require.NoError(t, yaml.Unmarshal([]byte(`
prometheus:
  prometheusSpec:
    retention: 2d
    retentionSize: 8704MiB
    scrapeInterval: 30s
    replicas: 1
    resources: {requests: {cpu: 500m, memory: 2Gi}, limits: {memory: 2Gi}}
    storageSpec: {volumeClaimTemplate: {spec: {accessModes: [ReadWriteOnce]}}}
    podMonitorSelectorNilUsesHelmValues: false
    probeSelectorNilUsesHelmValues: false
    ruleSelectorNilUsesHelmValues: false
    scrapeConfigSelectorNilUsesHelmValues: false
    serviceMonitorSelectorNilUsesHelmValues: true
alertmanager:
  serviceAccount: {create: true, name: alertmanager}
  alertmanagerSpec: {useExistingSecret: true, configSecret: alertmanager-config, replicas: 1, storage: {volumeClaimTemplate: {spec: {}}}}
kube-state-metrics:
  metricLabelsAllowlist: ["namespaces=[mlops.io/tenant]", "nodes=[mlops.io/node-role]"]
kubelet: {serviceMonitor: {cAdvisorInterval: 30s}}
`), &read))
	return read
}

var someImages = Images{Operator: "o:1", Reloader: "r:1", KubeStateMetrics: "k:1", Prometheus: "v3.7.3", Alertmanager: "v0.28.1"}

// text is an object as YAML.
func text(t *testing.T, object *unstructured.Unstructured) string {
	t.Helper()
	written, err := yaml.Marshal(object.Object)
	require.NoError(t, err)
	return string(written)
}

func TestPrometheus(t *testing.T) {
	t.Parallel()
	got, err := prometheusOf("monitoring", values(t), someImages)
	require.NoError(t, err)
	assert.Equal(t, `apiVersion: monitoring.coreos.com/v1
kind: Prometheus
metadata:
  name: kube-prometheus-stack-prometheus
  namespace: monitoring
spec:
  alerting:
    alertmanagers:
    - apiVersion: v2
      name: kube-prometheus-stack-alertmanager
      namespace: monitoring
      port: http-web
  evaluationInterval: 30s
  podMonitorNamespaceSelector: {}
  podMonitorSelector: {}
  probeNamespaceSelector: {}
  probeSelector: {}
  replicas: 1
  resources:
    requests:
      cpu: 20m
      memory: 128Mi
  retention: 2d
  retentionSize: 8704MiB
  ruleNamespaceSelector: {}
  ruleSelector: {}
  scrapeConfigNamespaceSelector: {}
  scrapeConfigSelector: {}
  scrapeInterval: 30s
  securityContext:
    fsGroup: 2000
    runAsGroup: 2000
    runAsNonRoot: true
    runAsUser: 1000
    seccompProfile:
      type: RuntimeDefault
  serviceAccountName: kube-prometheus-stack-prometheus
  storage:
    volumeClaimTemplate:
      spec:
        accessModes:
        - ReadWriteOnce
  version: v3.7.3
`, text(t, got), "the values open every selector but that of ServiceMonitors")
}

func TestAlertmanager(t *testing.T) {
	t.Parallel()
	got, err := alertmanagerOf("monitoring", values(t), someImages)
	require.NoError(t, err)
	assert.Equal(t, `apiVersion: monitoring.coreos.com/v1
kind: Alertmanager
metadata:
  name: kube-prometheus-stack-alertmanager
  namespace: monitoring
spec:
  configSecret: alertmanager-config
  replicas: 1
  resources:
    requests:
      cpu: 20m
      memory: 128Mi
  securityContext:
    fsGroup: 2000
    runAsGroup: 2000
    runAsNonRoot: true
    runAsUser: 1000
    seccompProfile:
      type: RuntimeDefault
  serviceAccountName: alertmanager
  storage:
    volumeClaimTemplate:
      spec: {}
  version: v0.28.1
`, text(t, got))
}

// TestKubelets has two nodes on one address.
func TestKubelets(t *testing.T) {
	t.Parallel()
	node := func(name string, port int32) corev1.Node {
		return corev1.Node{ObjectMeta: metav1.ObjectMeta{Name: name, UID: "1"}, Status: corev1.NodeStatus{
			Addresses:       []corev1.NodeAddress{{Type: corev1.NodeHostName, Address: name}, {Type: corev1.NodeInternalIP, Address: "198.18.0.1"}},
			DaemonEndpoints: corev1.NodeDaemonEndpoints{KubeletEndpoint: corev1.DaemonEndpoint{Port: port}},
		}}
	}
	assert.Equal(t, `apiVersion: v1
kind: Endpoints
metadata:
  labels:
    k8s-app: kubelet
  name: kube-prometheus-stack-kubelet
  namespace: kube-system
subsets:
- addresses:
  - ip: 198.18.0.1
    targetRef:
      kind: Node
      name: node-1
      uid: "1"
  ports:
  - name: https-metrics
    port: 10250
    protocol: TCP
- addresses:
  - ip: 198.18.0.1
    targetRef:
      kind: Node
      name: node-2
      uid: "1"
  ports:
  - name: https-metrics
    port: 10251
    protocol: TCP
`, text(t, kubelets([]corev1.Node{node("node-1", 10250), node("node-2", 10251)})))
}

func TestFixedObjects(t *testing.T) {
	t.Parallel()
	objects, err := fixed("watched", values(t), someImages)
	require.NoError(t, err)
	var got, all []string
	for _, object := range objects {
		got = append(got, object.GetKind()+" "+object.GetNamespace()+"/"+object.GetName())
		all = append(all, text(t, object))
	}
	assert.Equal(t, []string{
		"ServiceAccount watched/kube-prometheus-stack-operator", "ClusterRole /kube-prometheus-stack-operator",
		"ClusterRoleBinding /kube-prometheus-stack-operator", "Deployment watched/kube-prometheus-stack-operator",
		"ServiceAccount watched/kube-state-metrics", "ClusterRole /kube-state-metrics", "ClusterRoleBinding /kube-state-metrics",
		"Deployment watched/kube-state-metrics", "Service watched/kube-state-metrics",
		"ServiceAccount watched/kube-prometheus-stack-prometheus", "ClusterRole /kube-prometheus-stack-prometheus",
		"ClusterRoleBinding /kube-prometheus-stack-prometheus", "Service watched/kube-prometheus-stack-prometheus",
		"ServiceAccount watched/alertmanager", "Service watched/kube-prometheus-stack-alertmanager",
		"Service kube-system/kube-prometheus-stack-kubelet", "ServiceMonitor watched/kube-prometheus-stack-kubelet",
		"ServiceMonitor watched/kube-prometheus-stack-apiserver", "ServiceMonitor watched/kube-state-metrics",
		"ServiceMonitor watched/kube-prometheus-stack-prometheus", "ServiceMonitor watched/kube-prometheus-stack-alertmanager",
	}, got)
	joined := strings.Join(all, "")
	assert.NotContains(t, joined, "$(", "everything is filled in")
	for _, want := range []string{
		"image: o:1\n", "- --prometheus-config-reloader=r:1\n", "image: k:1\n", "interval: 30s\n",
		"- --metric-labels-allowlist=namespaces=[mlops.io/tenant],nodes=[mlops.io/node-role]\n",
	} {
		assert.Contains(t, joined, want)
	}
}

func TestValuesThatAreMissing(t *testing.T) {
	t.Parallel()
	_, err := prometheusOf("monitoring", map[string]any{}, someImages)
	require.EqualError(t, err, "the values of kube-prometheus-stack have no prometheus.prometheusSpec")
	_, err = alertmanagerOf("monitoring", map[string]any{"alertmanager": map[string]any{"alertmanagerSpec": map[string]any{}}}, someImages)
	require.EqualError(t, err, "the values of kube-prometheus-stack have no alertmanager.serviceAccount")
}

func TestInstalled(t *testing.T) {
	t.Parallel()
	release := &corev1.Secret{ObjectMeta: metav1.ObjectMeta{
		Name: "sh.helm.release.v1.kube-prometheus-stack.v1", Namespace: "monitoring",
		Labels: map[string]string{"owner": "helm", "name": "kube-prometheus-stack"},
	}}
	for want, client := range map[bool]*fake.Clientset{true: fake.NewClientset(release), false: fake.NewClientset()} {
		got, err := Installed(t.Context(), client, "monitoring")
		require.NoError(t, err)
		assert.Equal(t, want, got)
	}
}
