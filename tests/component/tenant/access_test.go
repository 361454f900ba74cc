package tenant_test

import (
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/mlops-iac/mlops/components/tenant"
	"github.com/mlops-iac/mlops/components/tenant/spec"
	"github.com/mlops-iac/mlops/tests/harness"
	valid "github.com/mlops-iac/mlops/tests/harness/valid/tenant"
)

// TestRoles reads every rule whole: one that is narrowed to the name of a Secret opens
// it all the same.
func TestRoles(t *testing.T) {
	t.Parallel()
	r := run(t, valid.FullTenant())
	read := []any{"get", "list", "watch"}
	viewer := []any{
		roleRule("", read, "configmaps", "endpoints", "events", "limitranges", "persistentvolumeclaims", "pods", "pods/log", "pods/status",
			"resourcequotas", "serviceaccounts", "services"),
		roleRule("apps", read, "deployments", "replicasets"),
		roleRule("autoscaling", read, "horizontalpodautoscalers"),
		roleRule("batch", read, "cronjobs", "jobs"),
		roleRule("discovery.k8s.io", read, "endpointslices"),
		roleRule("events.k8s.io", read, "events"),
		roleRule("metrics.k8s.io", []any{"get", "list"}, "pods"),
		roleRule("monitoring.coreos.com", read, "prometheusrules", "servicemonitors"),
		roleRule("networking.k8s.io", read, "ingresses", "networkpolicies"),
		roleRule("policy", read, "poddisruptionbudgets"),
		roleRule("rbac.authorization.k8s.io", read, "rolebindings", "roles"),
	}
	assert.Equal(t, viewer, r.One(t, roleType, "t-viewer").Prop("rules"))
	write := []any{"create", "delete", "patch", "update"}
	assert.Equal(t, append(viewer,
		roleRule("", write, "configmaps", "persistentvolumeclaims", "pods"),
		roleRule("", []any{"create", "get"}, "pods/attach", "pods/exec", "pods/portforward"),
		roleRule("apps", []any{"patch"}, "deployments"),
		roleRule("batch", write, "jobs"),
	), r.One(t, roleType, "t-editor").Prop("rules"))
	own := roleRule("", []any{"get"}, "configmaps")
	own["resourceNames"] = []any{"inference", "training"}
	assert.Equal(t, []any{own}, r.One(t, roleType, "t-workload").Prop("rules"))
}

// roleRule is a rule of a role for resources of any name.
func roleRule(group string, verbs []any, resources ...any) map[string]any {
	return map[string]any{"apiGroups": []any{group}, "resources": resources, "verbs": verbs}
}

func TestBindings(t *testing.T) {
	t.Parallel()
	r := run(t, valid.FullTenant())
	subject := func(kind, name string) map[string]any {
		return map[string]any{"apiGroup": "rbac.authorization.k8s.io", "kind": kind, "name": name}
	}
	for name, subjects := range map[string][]any{
		"t-viewer":   {subject("Group", "product"), subject("User", "auditor")},
		"t-editor":   {subject("Group", "engineering"), subject("Group", "science")},
		"t-workload": {map[string]any{"kind": "ServiceAccount", "name": "workload", "namespace": "tenant-a"}},
	} {
		binding := r.One(t, bindingType, name)
		assert.Equal(t, subjects, binding.Prop("subjects"), name)
		assert.Equal(t, map[string]any{
			"apiGroup": "rbac.authorization.k8s.io", "kind": "Role", "name": name[len("t-"):],
		}, binding.Prop("roleRef"), name)
	}
}

func TestNetworkPolicies(t *testing.T) {
	t.Parallel()
	r := run(t, valid.FullTenant())
	both := []any{"Ingress", "Egress"}
	assert.Equal(t, map[string]any{"podSelector": map[string]any{}, "policyTypes": both},
		r.One(t, policyType, "t-default-deny").Prop("spec"), "every pod, and nothing is open")
	here := []any{map[string]any{"podSelector": map[string]any{}}}
	assert.Equal(t, map[string]any{
		"podSelector": map[string]any{}, "policyTypes": both,
		"ingress": []any{map[string]any{"from": here}}, "egress": []any{map[string]any{"to": here}},
	}, r.One(t, policyType, "t-allow-same-namespace").Prop("spec"))

	tcp := func(number float64) map[string]any { return map[string]any{"port": number, "protocol": "TCP"} }
	udp := map[string]any{"port": 53.0, "protocol": "UDP"}
	block := func(cidr string) map[string]any { return map[string]any{"ipBlock": map[string]any{"cidr": cidr}} }
	everyPod := map[string]any{}
	server := map[string]any{"matchLabels": map[string]any{
		"app.kubernetes.io/component": "inference", "app.kubernetes.io/instance": "tenant-a",
	}}
	for name, want := range map[string]map[string]any{
		"allow-dns":        opened("egress", everyPod, rule("to", []any{pods("kube-system", "k8s-app", "kube-dns")}, udp, tcp(53))),
		"allow-monitoring": opened("ingress", server, rule("from", []any{pods("monitoring", "app.kubernetes.io/name", "prometheus")}, tcp(8080))),
		"allow-ingress-controller": opened("ingress", server,
			rule("from", []any{pods("ingress-nginx", "app.kubernetes.io/name", "ingress-nginx")}, tcp(8080))),
		"allow-object-store":   opened("egress", everyPod, rule("to", []any{block("52.218.0.0/17"), block("3.5.64.0/21")}, tcp(443))),
		"allow-metadata-store": opened("egress", everyPod, rule("to", []any{block("10.0.200.0/24")}, tcp(5432))),
		"allow-pod-identity":   opened("egress", everyPod, rule("to", []any{block("169.254.170.23/32")}, tcp(80))),
		"allow-egress-0":       opened("egress", everyPod, rule("to", []any{block("192.0.2.0/28")}, tcp(443), tcp(8443))),
	} {
		policy := r.One(t, policyType, "t-"+name)
		assert.Equal(t, name, policy.Prop("metadata.name"))
		assert.Equal(t, want, policy.Prop("spec"), name)
	}
}

// opened is a policy that opens one way for pods by one rule.
func opened(way string, pods, rule map[string]any) map[string]any {
	return map[string]any{
		"podSelector": pods, way: []any{rule},
		"policyTypes": []any{map[string]string{"egress": "Egress", "ingress": "Ingress"}[way]},
	}
}

// A rule without peers would open every address.
func TestPeersWithoutRanges(t *testing.T) {
	t.Parallel()
	args := valid.FullTenant()
	args.Network.ObjectStore.Peers = tenant.Peers{CIDRs: []string{"10.1.0.0/24"}, Ranges: pulumi.StringArray{pulumi.String("10.2.0.0/24")}}
	block := func(cidr string) any { return map[string]any{"ipBlock": map[string]any{"cidr": cidr}} }
	egress := run(t, args).One(t, policyType, "t-allow-object-store").Prop("spec.egress").([]any)
	assert.Equal(t, []any{block("10.1.0.0/24"), block("10.2.0.0/24")}, egress[0].(map[string]any)["to"])

	args.Network.ObjectStore.Peers.Ranges = pulumi.StringArray{}
	_, err := harness.RunErr(harness.Program(tenant.New, "t", args))
	assert.ErrorContains(t, err, "no ranges are known of a peer in a network policy, which would open every address")
}

// Proves N2 by Pulumi mocks: the way to DNS is the one that the cluster has, pods, addresses and ports, and
// none of the default stays beside it.
func TestN2DNSOfTheCluster(t *testing.T) {
	t.Parallel()
	args := valid.Tenant()
	args.Network.DNS = spec.DNS{
		Namespace: "openshift-dns", PodLabels: map[string]string{"daemonset-dns": "default"}, Ports: []int{5353, 53},
		CIDRs: []string{"169.254.20.10/32"},
	}
	port := func(number float64, protocol string) map[string]any {
		return map[string]any{"port": number, "protocol": protocol}
	}
	assert.Equal(t, []any{map[string]any{
		"to": []any{
			pods("openshift-dns", "daemonset-dns", "default"),
			map[string]any{"ipBlock": map[string]any{"cidr": "169.254.20.10/32"}},
		},
		"ports": []any{port(5353, "UDP"), port(53, "UDP"), port(5353, "TCP"), port(53, "TCP")},
	}}, run(t, args).One(t, policyType, "t-allow-dns").Prop("spec.egress"))
}

// TestV11DNSOverUDP opens the way to a resolver.
//
// Proves V11 by Pulumi mocks: port 53 is opened over UDP too, and no other port is.
func TestV11DNSOverUDP(t *testing.T) {
	t.Parallel()
	args := valid.Tenant()
	args.Network.Egress = []spec.Egress{{Description: "resolver", CIDR: "192.0.2.53/32", Ports: []int{53, 853}}}
	port := func(number float64, protocol string) map[string]any {
		return map[string]any{"port": number, "protocol": protocol}
	}
	to := []any{map[string]any{"ipBlock": map[string]any{"cidr": "192.0.2.53/32"}}}
	assert.Equal(t, []any{rule("to", to, port(53, "TCP"), port(853, "TCP"), port(53, "UDP"))},
		run(t, args).One(t, policyType, "t-allow-egress-0").Prop("spec.egress"))
}

func rule(peers string, of []any, ports ...any) map[string]any {
	return map[string]any{peers: of, "ports": ports}
}

// pods is one peer with both selectors; two peers would let either through.
func pods(namespace, key, value string) map[string]any {
	return map[string]any{
		"namespaceSelector": map[string]any{"matchLabels": map[string]any{"kubernetes.io/metadata.name": namespace}},
		"podSelector":       map[string]any{"matchLabels": map[string]any{key: value}},
	}
}

func TestStoresInTheCluster(t *testing.T) {
	t.Parallel()
	args := valid.Tenant()
	args.Network.ObjectStore = &tenant.Endpoint{
		Peers: tenant.Peers{Pods: []tenant.PodSelector{{Namespace: "object-store"}}}, Port: 9000,
	}
	args.Network.Monitoring = tenant.Peers{Pods: []tenant.PodSelector{{Namespace: "other"}}}
	r := run(t, args)
	require.Len(t, r.OfType(policyType), 6)
	assert.Equal(t, []any{map[string]any{
		"to": []any{map[string]any{"namespaceSelector": map[string]any{
			"matchLabels": map[string]any{"kubernetes.io/metadata.name": "object-store"},
		}}},
		"ports": []any{map[string]any{"port": 9000.0, "protocol": "TCP"}},
	}}, r.One(t, policyType, "t-allow-object-store").Prop("spec.egress"))
	monitoring := r.One(t, policyType, "t-allow-monitoring").Prop("spec.ingress.0.from.0.namespaceSelector.matchLabels")
	assert.Equal(t, map[string]any{"kubernetes.io/metadata.name": "other"}, monitoring)
}

// TestEveryOpeningNamesItsPeers checks that no rule lets everybody through,
// which is what a rule without peers or without ports means.
func TestEveryOpeningNamesItsPeers(t *testing.T) {
	t.Parallel()
	for _, policy := range run(t, valid.FullTenant()).OfType(policyType) {
		for way, peers := range map[string]string{"ingress": "from", "egress": "to"} {
			rules, _ := policy.Prop("spec." + way).([]any)
			for _, item := range rules {
				rule := item.(map[string]any)
				assert.NotEmpty(t, rule[peers], policy.Name)
				if policy.Name != "t-allow-same-namespace" {
					assert.NotEmpty(t, rule["ports"], policy.Name)
				}
			}
		}
	}
}
