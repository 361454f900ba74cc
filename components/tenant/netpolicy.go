package tenant

import (
	"errors"
	"fmt"
	"slices"
	"strconv"

	metav1 "github.com/pulumi/pulumi-kubernetes/sdk/v4/go/kubernetes/meta/v1"
	networkingv1 "github.com/pulumi/pulumi-kubernetes/sdk/v4/go/kubernetes/networking/v1"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/mlops-iac/mlops/components/internal/netpolicy"
	"github.com/mlops-iac/mlops/components/tenant/spec"
)

// opening is one policy: pods (nil for all) and what they may exchange with
// peers in one direction. Everything starts out closed both ways.
type opening struct {
	name  string
	way   string
	pods  map[string]string
	peers networkingv1.NetworkPolicyPeerArrayInput
	ports networkingv1.NetworkPolicyPortArray
}

// createNetworkPolicies returns the policy that must be there before the first pod.
func (b *builder) createNetworkPolicies() ([]pulumi.Resource, error) {
	denied, err := b.createPolicy("default-deny", networkingv1.NetworkPolicySpecArgs{
		PodSelector: metav1.LabelSelectorArgs{},
		PolicyTypes: pulumi.ToStringArray([]string{netpolicy.Ingress, netpolicy.Egress}),
	})
	if err != nil {
		return nil, err
	}
	same, err := b.createPolicy("allow-same-namespace", networkingv1.NetworkPolicySpecArgs{
		PodSelector: metav1.LabelSelectorArgs{},
		PolicyTypes: pulumi.ToStringArray([]string{netpolicy.Ingress, netpolicy.Egress}),
		Ingress: networkingv1.NetworkPolicyIngressRuleArray{networkingv1.NetworkPolicyIngressRuleArgs{
			From: networkingv1.NetworkPolicyPeerArray{allPodsHere()},
		}},
		Egress: networkingv1.NetworkPolicyEgressRuleArray{networkingv1.NetworkPolicyEgressRuleArgs{
			To: networkingv1.NetworkPolicyPeerArray{allPodsHere()},
		}},
	})
	if err != nil {
		return nil, err
	}
	needed := []pulumi.Resource{denied, same}
	for _, one := range b.openings() {
		policy, err := b.createPolicy(one.name, one.policy())
		if err != nil {
			return nil, err
		}
		needed = append(needed, policy)
	}
	return needed, nil
}

func (b *builder) openings() []opening {
	network := b.in.Network
	serving := netpolicy.Ports(netpolicy.TCP, b.in.Serving.Port)
	inference := b.selector(InferenceName)
	list := []opening{
		{"allow-dns", netpolicy.Egress, nil, netpolicy.DNS(network.DNS), netpolicy.DNSPorts(network.DNS)},
		{"allow-monitoring", netpolicy.Ingress, inference, peers(network.Monitoring), serving},
		{"allow-ingress-controller", netpolicy.Ingress, inference, peers(network.IngressController), serving},
	}
	for _, store := range []struct {
		name     string
		endpoint *Endpoint
	}{{"allow-object-store", network.ObjectStore}, {"allow-metadata-store", network.MetadataStore}} {
		if store.endpoint != nil {
			list = append(list, opening{store.name, netpolicy.Egress, nil, peers(store.endpoint.Peers),
				netpolicy.Ports(netpolicy.TCP, store.endpoint.Port)})
		}
	}
	if b.in.podIdentity() {
		list = append(list, opening{"allow-pod-identity", netpolicy.Egress, nil, peers(Peers{CIDRs: []string{PodIdentityCIDR}}),
			netpolicy.Ports(netpolicy.TCP, PodIdentityPort)})
	}
	for i, extra := range network.Egress {
		list = append(list, opening{"allow-egress-" + strconv.Itoa(i), netpolicy.Egress, nil,
			peers(Peers{CIDRs: []string{extra.CIDR}}), egressPorts(extra.Ports)})
	}
	return list
}

// egressPorts opens DNS over UDP as well.
func egressPorts(numbers []int) networkingv1.NetworkPolicyPortArray {
	ports := netpolicy.Ports(netpolicy.TCP, numbers...)
	if slices.Contains(numbers, spec.PortDNS) {
		ports = append(ports, netpolicy.Ports(netpolicy.UDP, spec.PortDNS)...)
	}
	return ports
}

func (o opening) policy() networkingv1.NetworkPolicySpecArgs {
	policy := networkingv1.NetworkPolicySpecArgs{
		PodSelector: metav1.LabelSelectorArgs{},
		PolicyTypes: pulumi.ToStringArray([]string{o.way}),
	}
	if o.pods != nil {
		policy.PodSelector = metav1.LabelSelectorArgs{MatchLabels: pulumi.ToStringMap(o.pods)}
	}
	if o.way == netpolicy.Ingress {
		policy.Ingress = networkingv1.NetworkPolicyIngressRuleArray{
			networkingv1.NetworkPolicyIngressRuleArgs{From: o.peers, Ports: o.ports},
		}
		return policy
	}
	policy.Egress = networkingv1.NetworkPolicyEgressRuleArray{
		networkingv1.NetworkPolicyEgressRuleArgs{To: o.peers, Ports: o.ports},
	}
	return policy
}

func (b *builder) createPolicy(name string, policy networkingv1.NetworkPolicySpecArgs) (*networkingv1.NetworkPolicy, error) {
	made, err := networkingv1.NewNetworkPolicy(b.ctx, b.name+"-"+name, &networkingv1.NetworkPolicyArgs{
		Metadata: b.meta(name, "network"),
		Spec:     policy,
	}, b.inside()...)
	if err != nil {
		return nil, fmt.Errorf("creating network policy %s: %w", name, err)
	}
	return made, nil
}

func allPodsHere() networkingv1.NetworkPolicyPeerArgs {
	return networkingv1.NetworkPolicyPeerArgs{PodSelector: metav1.LabelSelectorArgs{}}
}

// peers turns addresses and pods into the peers of one rule.
func peers(of Peers) networkingv1.NetworkPolicyPeerArrayInput {
	var list networkingv1.NetworkPolicyPeerArray
	for _, cidr := range of.CIDRs {
		list = append(list, networkingv1.NetworkPolicyPeerArgs{IpBlock: networkingv1.IPBlockArgs{Cidr: pulumi.String(cidr)}})
	}
	for _, pods := range of.Pods {
		list = append(list, netpolicy.PodsIn(pods.Namespace, pods.Labels))
	}
	if of.Ranges == nil {
		return list
	}
	return pulumi.All(list, of.Ranges).ApplyT(withRanges).(networkingv1.NetworkPolicyPeerArrayOutput)
}

// withRanges adds ranges to peers. A rule without peers would open every address.
func withRanges(parts []any) ([]networkingv1.NetworkPolicyPeer, error) {
	list, _ := parts[0].([]networkingv1.NetworkPolicyPeer)
	ranges, _ := parts[1].([]string)
	if len(ranges) == 0 {
		return nil, errors.New("no ranges are known of a peer in a network policy, which would open every address")
	}
	for _, cidr := range ranges {
		list = append(list, networkingv1.NetworkPolicyPeer{IpBlock: &networkingv1.IPBlock{Cidr: cidr}})
	}
	return list, nil
}
