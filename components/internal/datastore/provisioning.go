package datastore

import (
	networkingv1 "github.com/pulumi/pulumi-kubernetes/sdk/v4/go/kubernetes/networking/v1"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/mlops-iac/mlops/components/internal/netpolicy"
)

// Provisioning is the namespace of the jobs that provision a store outside the
// cluster.
type Provisioning struct{ store Store }

// NewProvisioning makes the namespace, the account of the jobs, and policies that
// close it but for DNS and the ways. Args.Port is not used.
func NewProvisioning(ctx *pulumi.Context, name string, args Args, ways ...networkingv1.NetworkPolicyEgressRuleInput) (*Provisioning, error) {
	p := &Provisioning{store: Store{args: args, name: name}}
	if err := p.store.createNamespace(ctx); err != nil {
		return nil, err
	}
	if err := p.store.createServiceAccount(ctx); err != nil {
		return nil, err
	}
	return p, p.store.createPolicies(ctx, denyAll(), p.store.allowProvisioning(ways...))
}

// Namespace is the name of the namespace; whatever uses it waits for it.
func (p *Provisioning) Namespace() pulumi.StringOutput { return p.store.Namespace }

// Ready returns what must be there before the first job.
func (p *Provisioning) Ready() []pulumi.Resource {
	return append([]pulumi.Resource{p.store.namespace}, p.store.before...)
}

// WayTo opens ranges of addresses on a TCP port.
func WayTo(port int, cidrs ...string) networkingv1.NetworkPolicyEgressRuleArgs {
	peers := make(networkingv1.NetworkPolicyPeerArray, len(cidrs))
	for i, cidr := range cidrs {
		peers[i] = networkingv1.NetworkPolicyPeerArgs{IpBlock: networkingv1.IPBlockArgs{Cidr: pulumi.String(cidr)}}
	}
	return networkingv1.NetworkPolicyEgressRuleArgs{To: peers, Ports: netpolicy.Ports(netpolicy.TCP, port)}
}
