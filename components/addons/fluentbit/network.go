package fluentbit

import (
	"fmt"

	metav1 "github.com/pulumi/pulumi-kubernetes/sdk/v4/go/kubernetes/meta/v1"
	networkingv1 "github.com/pulumi/pulumi-kubernetes/sdk/v4/go/kubernetes/networking/v1"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/mlops-iac/mlops/components/internal/netpolicy"
)

// apiServerPorts are where API servers listen: EKS on the first, most others on
// the second. Policies see the address behind the service, which nobody knows
// beforehand.
func apiServerPorts() []int { return []int{443, 6443} }

// createNetworkPolicies closes the namespace and opens what Fluent Bit needs:
// Prometheus to it; it to DNS, the API server and its destination.
func (b *builder) createNetworkPolicies() error {
	everyone := metav1.LabelSelectorArgs{}
	daemons := metav1.LabelSelectorArgs{MatchLabels: pulumi.ToStringMap(PodLabels())}
	for _, policy := range []struct {
		name string
		spec networkingv1.NetworkPolicySpecArgs
	}{
		{"default-deny", networkingv1.NetworkPolicySpecArgs{
			PodSelector: everyone, PolicyTypes: pulumi.ToStringArray([]string{netpolicy.Ingress, netpolicy.Egress}),
		}},
		{"allow-monitoring", networkingv1.NetworkPolicySpecArgs{
			PodSelector: daemons, PolicyTypes: pulumi.ToStringArray([]string{netpolicy.Ingress}),
			Ingress: networkingv1.NetworkPolicyIngressRuleArray{networkingv1.NetworkPolicyIngressRuleArgs{
				From: networkingv1.NetworkPolicyPeerArray{
					netpolicy.PodsIn(monitoringNamespace, map[string]string{"app.kubernetes.io/name": "prometheus"}),
				},
				Ports: netpolicy.Ports(netpolicy.TCP, MetricsPort),
			}},
		}},
		{"allow-destinations", networkingv1.NetworkPolicySpecArgs{
			PodSelector: daemons, PolicyTypes: pulumi.ToStringArray([]string{netpolicy.Egress}), Egress: b.in.destinations(),
		}},
	} {
		made, err := networkingv1.NewNetworkPolicy(b.ctx, b.name+"-"+policy.name, &networkingv1.NetworkPolicyArgs{
			Metadata: b.meta(policy.name), Spec: policy.spec,
		}, b.inside()...)
		if err != nil {
			return fmt.Errorf("creating network policy %s: %w", policy.name, err)
		}
		b.before = append(b.before, made)
	}
	return nil
}

func (a *Args) destinations() networkingv1.NetworkPolicyEgressRuleArray {
	open := apiServerPorts()
	if loki := a.Output.Loki; loki != nil && loki.Port != open[0] && loki.Port != open[1] {
		open = append(open, loki.Port)
	}
	rules := networkingv1.NetworkPolicyEgressRuleArray{
		networkingv1.NetworkPolicyEgressRuleArgs{
			To: netpolicy.DNS(a.DNS), Ports: netpolicy.DNSPorts(a.DNS),
		},
		networkingv1.NetworkPolicyEgressRuleArgs{Ports: netpolicy.Ports(netpolicy.TCP, open...)},
	}
	if a.Output.CloudWatch != nil {
		rules = append(rules, networkingv1.NetworkPolicyEgressRuleArgs{
			To: networkingv1.NetworkPolicyPeerArray{networkingv1.NetworkPolicyPeerArgs{
				IpBlock: networkingv1.IPBlockArgs{Cidr: pulumi.String(netpolicy.PodIdentityCIDR)},
			}},
			Ports: netpolicy.Ports(netpolicy.TCP, netpolicy.PodIdentityPort),
		})
	}
	return rules
}
