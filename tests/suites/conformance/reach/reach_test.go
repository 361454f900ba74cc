package reach_test

import (
	"net/netip"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	networkingv1 "k8s.io/api/networking/v1"
	"sigs.k8s.io/yaml"

	"github.com/mlops-iac/mlops/tests/suites/conformance/reach"
)

const closed = `
metadata: {namespace: a, name: closed}
spec: {podSelector: {}, policyTypes: [Ingress, Egress]}`

const web = `
metadata: {namespace: a, name: web}
spec:
  podSelector: {matchLabels: {app: web}}
  policyTypes: [Ingress]
  ingress:
    - from: [{namespaceSelector: {matchLabels: {name: b}}, podSelector: {matchLabels: {app: client}}}]
      ports: [{port: 80}]`

const public = `
metadata: {namespace: a, name: public}
spec:
  podSelector: {}
  policyTypes: [Egress]
  egress: [{to: [{ipBlock: {cidr: 0.0.0.0/0, except: [10.0.0.0/8]}}], ports: [{port: 443}]}]`

const widest = `
metadata: {namespace: a, name: widest}
spec:
  podSelector: {}
  policyTypes: [Egress]
  egress: [{to: [{ipBlock: {cidr: 0.0.0.0/0}}]}]`

func policies(t *testing.T, texts ...string) []networkingv1.NetworkPolicy {
	t.Helper()
	list := make([]networkingv1.NetworkPolicy, len(texts))
	for i, text := range texts {
		require.NoError(t, yaml.UnmarshalStrict([]byte(text), &list[i]))
	}
	return list
}

func pod(namespace, app, address string) reach.Peer {
	return reach.Peer{
		Name: namespace + "/" + app, Group: namespace, Address: netip.MustParseAddr(address), Namespace: namespace,
		Labels: map[string]string{"app": app}, NamespaceLabels: map[string]string{"name": namespace},
	}
}

func peers() []reach.Peer {
	return []reach.Peer{
		pod("a", "web", "10.0.0.1"), pod("b", "client", "10.0.1.1"), pod("b", "other", "10.0.1.2"),
		{Name: "internet", Group: "internet", Address: netip.MustParseAddr("203.0.113.1")},
	}
}

func TestEvaluate(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name     string
		policies []string
		open     []string
	}{
		{"closed both ways", []string{closed}, nil},
		{"namespace and pod together", []string{closed, web}, []string{"b/client -> a/web 80/TCP"}},
		{"everything but a range", []string{closed, public}, []string{"a/web -> internet 443/TCP"}},
		{"a range as wide as the internet holds pods", []string{closed, widest}, []string{
			"a/web -> internet 47011/TCP", "a/web -> internet 47011/UDP",
			"a/web -> b/client 47011/TCP", "a/web -> b/client 47011/UDP", "a/web -> b/other 47011/TCP", "a/web -> b/other 47011/UDP",
		}},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			given := policies(t, test.policies...)
			ports, err := reach.Ports(given)
			require.NoError(t, err)
			matrix := reach.Evaluate(given, peers(), ports, func(from, to reach.Peer) bool { return from.Namespace == "a" || to.Namespace == "a" })
			assert.Len(t, matrix, 6*len(ports), "one peer with three others, both ways")
			var open []string
			for cell, allowed := range matrix {
				if allowed {
					open = append(open, cell.String())
				}
			}
			assert.ElementsMatch(t, test.open, open)
			assert.Equal(t, len(test.open), matrix.Allowed())
		})
	}
}

func TestPorts(t *testing.T) {
	t.Parallel()
	texts := func(spec string) []string {
		list, err := reach.Ports(policies(t, "metadata: {namespace: a, name: p}\nspec: {podSelector: {}, egress: [{ports: ["+spec+"]}]}"))
		require.NoError(t, err)
		var texts []string
		for _, port := range list {
			texts = append(texts, port.String())
		}
		return texts
	}
	assert.Equal(t, []string{"47011/TCP", "47011/UDP"}, texts("{protocol: UDP}"))
	assert.Equal(t, []string{"53/TCP", "53/UDP", "47011/TCP", "47011/UDP"}, texts("{port: 53, protocol: UDP}"))
	assert.Equal(t, []string{"79/TCP", "79/UDP", "80/TCP", "80/UDP", "90/TCP", "90/UDP", "91/TCP", "91/UDP", "47011/TCP", "47011/UDP"}, texts("{port: 80, endPort: 90}"))
	assert.Equal(t, []string{"1/TCP", "1/UDP", "47011/TCP", "47011/UDP", "65535/TCP", "65535/UDP"}, texts("{port: 1, endPort: 65535}"), "no port lies beyond")

	_, err := reach.Ports(policies(t, "metadata: {namespace: a, name: p}\nspec: {podSelector: {}, ingress: [{ports: [{port: http}]}]}"))
	assert.EqualError(t, err, `network policy a/p: port "http": named ports are not covered`)
}

func TestCompare(t *testing.T) {
	t.Parallel()
	cell := func(to string) reach.Cell {
		return reach.Cell{From: "x", To: to, Port: reach.Port{Protocol: "TCP", Number: 80}}
	}
	left := reach.Matrix{cell("same"): true, cell("other"): true, cell("left"): false}
	right := reach.Matrix{cell("same"): true, cell("other"): false, cell("right"): true}
	assert.ElementsMatch(t, []reach.Difference{
		{Cell: cell("other"), Left: true}, {Cell: cell("left")}, {Cell: cell("right"), Right: true},
	}, left.Compare(right))
	assert.Empty(t, left.Compare(left))
}

func TestTable(t *testing.T) {
	t.Parallel()
	given := policies(t, closed, web, public)
	ports, err := reach.Ports(given)
	require.NoError(t, err)
	matrix := reach.Evaluate(given, peers(), ports, func(from, to reach.Peer) bool { return from.Namespace == "a" || to.Namespace == "a" })
	lines := strings.Split(matrix.Table(peers(), ports), "\n")
	assert.Equal(t, []string{
		"     from \\ to  1     2  3",
		"  1  a                .  443",
		"  2  b          .|80",
		"  3  internet   .",
	}, lines[:4], "a group whose members differ shows each answer")
}
