package datastore

import (
	"fmt"

	metav1 "github.com/pulumi/pulumi-kubernetes/sdk/v4/go/kubernetes/meta/v1"
	networkingv1 "github.com/pulumi/pulumi-kubernetes/sdk/v4/go/kubernetes/networking/v1"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/mlops-iac/mlops/components/internal/netpolicy"
	"github.com/mlops-iac/mlops/internal/shared/names"
)

// policy is what one network policy says, and its name.
type policy struct {
	name string
	spec networkingv1.NetworkPolicySpecArgs
}

// createNetworkPolicies closes the namespace and opens two ways: tenants and
// provisioning to the server, provisioning to the server and to DNS. The server
// itself connects to nothing.
func (s *Store) createNetworkPolicies(ctx *pulumi.Context) error {
	atPort := netpolicy.Ports(netpolicy.TCP, s.args.Port)
	jobs := networkingv1.NetworkPolicyPeerArgs{PodSelector: podsWith(selector(s.args.App, provisioning))}
	server := networkingv1.NetworkPolicyPeerArgs{PodSelector: podsWith(ServerLabels(s.args.App))}
	return s.createPolicies(ctx, denyAll(), policy{"allow-clients", networkingv1.NetworkPolicySpecArgs{
		PodSelector: podsWith(ServerLabels(s.args.App)),
		PolicyTypes: pulumi.ToStringArray([]string{netpolicy.Ingress}),
		Ingress: networkingv1.NetworkPolicyIngressRuleArray{networkingv1.NetworkPolicyIngressRuleArgs{
			From: networkingv1.NetworkPolicyPeerArray{tenants(), jobs}, Ports: atPort,
		}},
	}}, s.allowProvisioning(networkingv1.NetworkPolicyEgressRuleArgs{
		To: networkingv1.NetworkPolicyPeerArray{server}, Ports: atPort,
	}))
}

// denyAll closes the namespace both ways.
func denyAll() policy {
	return policy{"default-deny", networkingv1.NetworkPolicySpecArgs{
		PodSelector: metav1.LabelSelectorArgs{},
		PolicyTypes: pulumi.ToStringArray([]string{netpolicy.Ingress, netpolicy.Egress}),
	}}
}

// allowProvisioning opens the ways of the jobs, and the one to DNS.
func (s *Store) allowProvisioning(ways ...networkingv1.NetworkPolicyEgressRuleInput) policy {
	return policy{"allow-provisioning", networkingv1.NetworkPolicySpecArgs{
		PodSelector: podsWith(selector(s.args.App, provisioning)),
		PolicyTypes: pulumi.ToStringArray([]string{netpolicy.Egress}),
		Egress: append(networkingv1.NetworkPolicyEgressRuleArray(ways), networkingv1.NetworkPolicyEgressRuleArgs{
			To: netpolicy.DNS(s.args.DNS), Ports: netpolicy.DNSPorts(s.args.DNS),
		}),
	}}
}

func (s *Store) createPolicies(ctx *pulumi.Context, policies ...policy) error {
	for _, p := range policies {
		made, err := networkingv1.NewNetworkPolicy(ctx, s.name+"-"+p.name, &networkingv1.NetworkPolicyArgs{
			Metadata: s.Meta(p.name), Spec: p.spec,
		}, s.Inside()...)
		if err != nil {
			return fmt.Errorf("creating network policy %s: %w", p.name, err)
		}
		s.before = append(s.before, made)
	}
	return nil
}

func podsWith(labels map[string]string) metav1.LabelSelectorArgs {
	return metav1.LabelSelectorArgs{MatchLabels: pulumi.ToStringMap(labels)}
}

// tenants are all pods in namespaces of tenants. Who may do what is decided by
// the store, which knows its users.
func tenants() networkingv1.NetworkPolicyPeerArgs {
	return networkingv1.NetworkPolicyPeerArgs{NamespaceSelector: metav1.LabelSelectorArgs{
		MatchExpressions: metav1.LabelSelectorRequirementArray{metav1.LabelSelectorRequirementArgs{
			Key: pulumi.String(names.TenantLabel), Operator: pulumi.String("Exists"),
		}},
	}}
}
