package stack_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/mlops-iac/mlops/internal/platform"
	"github.com/mlops-iac/mlops/tests/harness"
)

// TestStrictNetworkPolicies closes pods of stack dev until policies select them. The pods of
// the platform that bring no policies are opened before anything waits for them.
//
// Proves I5 by Pulumi mocks: the mode of the network policies is a setting, and in its mode
// strict there is a policy in every namespace of the platform before its pods are.
func TestStrictNetworkPolicies(t *testing.T) {
	t.Parallel()
	values := tree(t, "dev")
	set(t, values, "cluster.networkPolicyMode", "strict")
	set(t, values, "addons.externalDns", map[string]any{
		"enabled": true, "zoneIds": []any{"Z0123456789ABCDEFGHIJ"}, "domains": []any{"example.com"},
	})
	record, err := build(t, "dev", values, platform.Options{})
	require.NoError(t, err)
	assert.Equal(t, map[string]any{
		"enableNetworkPolicy": "true",
		"env": map[string]any{
			"ENABLE_PREFIX_DELEGATION": "true", "NETWORK_POLICY_ENFORCING_MODE": "strict", "WARM_PREFIX_TARGET": "1",
		},
	}, harness.Document(t, record.One(t, "aws:eks/addon:Addon", "mlops-dev-cluster-vpc-cni"), "configurationValues"))

	const policy, release = "kubernetes:networking.k8s.io/v1:NetworkPolicy", "kubernetes:helm.sh/v3:Release"
	open := map[string]any{
		"podSelector": map[string]any{}, "policyTypes": []any{"Ingress", "Egress"},
		"ingress": []any{map[string]any{}}, "egress": []any{map[string]any{}},
	}
	for _, c := range []struct{ name, namespace, parents, token, before string }{
		{"mlops-dev-system-pods", "kube-system", "", "mlops:index:ClusterAddons", "mlops-dev-addons"},
		{"mlops-dev-monitoring", "monitoring", "mlops:index:Monitoring$", release, "mlops-dev-monitoring-release"},
		{"mlops-dev-external-dns", "external-dns", "mlops:index:ExternalDNS$", release, "mlops-dev-external-dns-release"},
	} {
		made := record.One(t, policy, c.name+"-allow-all")
		assert.Equal(t, open, made.Prop("spec"), c.name)
		assert.Equal(t, map[string]any{
			"name": "allow-all", "namespace": c.namespace, "labels": map[string]any{"app.kubernetes.io/managed-by": "pulumi"},
		}, made.Prop("metadata"), c.name)
		assert.Contains(t, record.One(t, c.token, c.before).DependsOn, urn("dev", c.parents+policy, c.name+"-allow-all"))
	}
	// Every other pod of the platform is selected by the policies of its own namespace.
	closed := map[string]bool{"kube-system": true, "monitoring": true, "external-dns": true}
	for _, made := range record.OfType(policy) {
		if selector, _ := made.Prop("spec.podSelector").(map[string]any); len(selector) == 0 {
			closed[made.Prop("metadata.namespace").(string)] = true
		}
	}
	for _, made := range record.OfType("kubernetes:core/v1:Namespace") {
		assert.True(t, closed[made.Prop("metadata.name").(string)], made.Name)
	}
}

// TestStandardNetworkPolicies is about every shipped stack: none opens a namespace.
func TestStandardNetworkPolicies(t *testing.T) {
	t.Parallel()
	everywhere(t, func(t *testing.T, _ string, record *harness.Recorder) {
		t.Helper()
		for _, made := range record.OfType("kubernetes:networking.k8s.io/v1:NetworkPolicy") {
			assert.NotEqual(t, "allow-all", made.Prop("metadata.name"), made.Name)
		}
	})
}
