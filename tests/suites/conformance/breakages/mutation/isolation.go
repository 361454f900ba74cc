package mutation

const (
	networkPolicies = "components/tenant/netpolicy.go"
	promised        = "isolation/promised"
	// The other policies of a tenant select all of its pods both ways too, so the
	// default matters only once they are gone: a check of its own.
	closed = "isolation/closed_by_default"
)

// isolation breaks network policies.
func isolation() []Breakage {
	const defaultDeny = `"default-deny", networkingv1.NetworkPolicySpecArgs{
		PodSelector: metav1.LabelSelectorArgs{},
		PolicyTypes: pulumi.ToStringArray([]string{`
	return []Breakage{
		{
			Name: "egress is not denied by default",
			File: networkPolicies,
			Old:  defaultDeny + "netpolicy.Ingress, netpolicy.Egress", New: defaultDeny + "netpolicy.Ingress",
			Fails: []string{closed},
		},
		{
			Name: "ingress is not denied by default",
			File: networkPolicies,
			Old:  defaultDeny + "netpolicy.Ingress, netpolicy.Egress", New: defaultDeny + "netpolicy.Egress",
			Fails: []string{closed},
		},
		{
			Name:  "tenants talk to each other",
			File:  networkPolicies,
			Old:   "return networkingv1.NetworkPolicyPeerArgs{PodSelector: metav1.LabelSelectorArgs{}}",
			New:   "return networkingv1.NetworkPolicyPeerArgs{NamespaceSelector: metav1.LabelSelectorArgs{}}",
			Fails: []string{promised},
		},
		{
			Name:  "anybody reaches the inference service",
			File:  networkPolicies,
			Old:   `{"allow-monitoring", netpolicy.Ingress, inference, peers(network.Monitoring), serving}`,
			New:   `{"allow-monitoring", netpolicy.Ingress, inference, nil, serving}`,
			Fails: []string{promised},
		},
		{
			Name:  "the way to S3 is one to every address",
			File:  "internal/platform/aws.go",
			Old:   "Peers: tenant.Peers{Ranges: vpc.S3CIDRs}",
			New:   `Peers: tenant.Peers{CIDRs: []string{"0.0.0.0/0"}}`,
			Fails: []string{promised},
		},
		{
			Name:  "anybody reaches the stores in the cluster",
			File:  "components/internal/datastore/network.go",
			Old:   "NetworkPolicyPeerArray{tenants(), jobs}",
			New:   "NetworkPolicyPeerArray{networkingv1.NetworkPolicyPeerArgs{NamespaceSelector: metav1.LabelSelectorArgs{}}, jobs}",
			Fails: []string{promised},
		},
	}
}
