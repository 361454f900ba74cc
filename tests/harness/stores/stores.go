// Package stores checks what every store inside the cluster promises.
package stores

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/mlops-iac/mlops/tests/harness"
)

// The types of resources that stores are made of.
const (
	NamespaceType   = "kubernetes:core/v1:Namespace"
	SecretType      = "kubernetes:core/v1:Secret"
	ServiceType     = "kubernetes:core/v1:Service"
	AccountType     = "kubernetes:core/v1:ServiceAccount"
	PolicyType      = "kubernetes:networking.k8s.io/v1:NetworkPolicy"
	StatefulSetType = "kubernetes:apps/v1:StatefulSet"
	ConfigMapType   = "kubernetes:core/v1:ConfigMap"
	JobType         = "kubernetes:batch/v1:Job"
)

// Count counts the resources of each type.
func Count(record *harness.Recorder) map[string]int {
	count := map[string]int{}
	for _, r := range record.Resources() {
		count[r.Type]++
	}
	return count
}

// Expected describes a store as seen from outside.
type Expected struct {
	// Namespace of the store.
	Namespace string
	// Port of its server.
	Port int
	// Labels of the server's pods.
	Labels map[string]string
}

// AssertClosed checks the namespace of a store: Pod Security, and network
// policies that admit tenants and provisioning jobs and nobody else.
func AssertClosed(t *testing.T, record *harness.Recorder, name string, want Expected) {
	t.Helper()
	namespace := record.One(t, NamespaceType, name+"-namespace")
	assert.Equal(t, want.Namespace, namespace.Prop("metadata.name"))
	labels, ok := namespace.Prop("metadata.labels").(map[string]any)
	require.True(t, ok)
	for _, mode := range []string{"enforce", "audit", "warn"} {
		assert.Equal(t, "restricted", labels["pod-security.kubernetes.io/"+mode])
	}
	assert.NotContains(t, labels, "mlops.io/tenant", "a store that looks like a tenant would reach all stores")

	pods := map[string]any{}
	for key, value := range want.Labels {
		pods[key] = value
	}
	jobs := map[string]any{"app.kubernetes.io/name": pods["app.kubernetes.io/name"], "app.kubernetes.io/component": "provisioning"}
	port := []any{map[string]any{"port": float64(want.Port), "protocol": "TCP"}}
	for policy, spec := range map[string]map[string]any{
		"default-deny": {"podSelector": map[string]any{}, "policyTypes": []any{"Ingress", "Egress"}},
		"allow-clients": {
			"podSelector": map[string]any{"matchLabels": pods}, "policyTypes": []any{"Ingress"},
			"ingress": []any{map[string]any{"ports": port, "from": []any{
				map[string]any{"namespaceSelector": map[string]any{
					"matchExpressions": []any{map[string]any{"key": "mlops.io/tenant", "operator": "Exists"}},
				}},
				map[string]any{"podSelector": map[string]any{"matchLabels": jobs}},
			}}},
		},
		"allow-provisioning": {
			"podSelector": map[string]any{"matchLabels": jobs}, "policyTypes": []any{"Egress"},
			"egress": []any{
				map[string]any{"ports": port, "to": []any{map[string]any{"podSelector": map[string]any{"matchLabels": pods}}}},
				map[string]any{
					"ports": []any{
						map[string]any{"port": 53.0, "protocol": "UDP"}, map[string]any{"port": 53.0, "protocol": "TCP"},
					},
					"to": []any{map[string]any{
						"namespaceSelector": map[string]any{"matchLabels": map[string]any{"kubernetes.io/metadata.name": "kube-system"}},
						"podSelector":       map[string]any{"matchLabels": map[string]any{"k8s-app": "kube-dns"}},
					}},
				},
			},
		},
	} {
		assert.Equal(t, spec, record.One(t, PolicyType, name+"-"+policy).Prop("spec"), policy)
	}
	assert.Len(t, record.OfType(PolicyType), 3)
	for _, service := range record.OfType(ServiceType) {
		assert.Equal(t, "ClusterIP", service.Prop("spec.type"), service.Name)
		assert.Equal(t, pods, service.Prop("spec.selector"), service.Name)
	}
	server := record.One(t, StatefulSetType, name+"-server")
	for _, policy := range record.OfType(PolicyType) {
		harness.AssertDependsOn(t, server, policy.Name)
	}
}

// assertContainersRestricted checks the containers of a pod, the first ones included.
func assertContainersRestricted(t *testing.T, workload harness.Resource) {
	t.Helper()
	first, _ := workload.Prop("spec.template.spec.initContainers").([]any)
	rest, _ := workload.Prop("spec.template.spec.containers").([]any)
	for _, item := range slices.Concat(first, rest) {
		container := item.(map[string]any)
		assert.Equal(t, map[string]any{
			"allowPrivilegeEscalation": false, "privileged": false, "readOnlyRootFilesystem": true, "runAsNonRoot": true,
			"capabilities": map[string]any{"drop": []any{"ALL"}}, "seccompProfile": map[string]any{"type": "RuntimeDefault"},
		}, container["securityContext"], workload.Name)
		for _, amounts := range []string{"requests", "limits"} {
			sizes := container["resources"].(map[string]any)[amounts].(map[string]any)
			for _, resource := range []string{"cpu", "memory", "ephemeral-storage"} {
				assert.NotEmpty(t, sizes[resource], workload.Name)
			}
		}
	}
}

// AssertRestricted checks every pod against the Pod Security Standard
// "restricted" and what the platform adds to it.
func AssertRestricted(t *testing.T, record *harness.Recorder) {
	t.Helper()
	for _, account := range record.OfType(AccountType) {
		assert.Equal(t, false, account.Prop("automountServiceAccountToken"), account.Name)
	}
	workloads := slices.Concat(record.OfType(StatefulSetType), record.OfType(JobType))
	require.NotEmpty(t, workloads)
	for _, workload := range workloads {
		for path, want := range map[string]any{
			"automountServiceAccountToken": false, "enableServiceLinks": false,
			"securityContext.runAsNonRoot": true, "securityContext.seccompProfile.type": "RuntimeDefault",
			"hostNetwork": nil, "hostPID": nil, "hostIPC": nil,
		} {
			assert.Equal(t, want, workload.Prop("spec.template.spec."+path), "%s %s", workload.Name, path)
		}
		assert.NotZero(t, workload.Prop("spec.template.spec.securityContext.runAsUser"), workload.Name)
		assertContainersRestricted(t, workload)
		volumes, _ := workload.Prop("spec.template.spec.volumes").([]any)
		for _, volume := range volumes {
			assert.NotContains(t, volume, "hostPath", workload.Name)
		}
	}
	for _, server := range record.OfType(StatefulSetType) {
		for _, probe := range []string{"startupProbe", "livenessProbe", "readinessProbe"} {
			assert.NotNil(t, server.Prop("spec.template.spec.containers.0."+probe), probe)
		}
	}
}
