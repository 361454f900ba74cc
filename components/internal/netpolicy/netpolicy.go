// Package netpolicy holds the parts of network policies that are the same
// wherever the library writes one.
package netpolicy

import (
	metav1 "github.com/pulumi/pulumi-kubernetes/sdk/v4/go/kubernetes/meta/v1"
	networkingv1 "github.com/pulumi/pulumi-kubernetes/sdk/v4/go/kubernetes/networking/v1"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/mlops-iac/mlops/components/tenant/spec"
)

// Protocols of ports.
const (
	TCP = "TCP"
	UDP = "UDP"
)

// Types of policies.
const (
	Ingress = "Ingress"
	Egress  = "Egress"
)

// namespaceLabel is set on every namespace by Kubernetes itself.
const namespaceLabel = "kubernetes.io/metadata.name"

// Where the EKS Pod Identity agent of a node hands out credentials; the address
// is the same on every node.
const (
	PodIdentityCIDR = "169.254.170.23/32"
	PodIdentityPort = 80
)

// Ports are ports of one protocol; nil without numbers, which Kubernetes takes
// for every port.
func Ports(protocol string, numbers ...int) networkingv1.NetworkPolicyPortArray {
	var list networkingv1.NetworkPolicyPortArray
	for _, number := range numbers {
		list = append(list, networkingv1.NetworkPolicyPortArgs{Port: pulumi.Int(number), Protocol: pulumi.String(protocol)})
	}
	return list
}

// Namespace selects a namespace by its name.
func Namespace(name string) metav1.LabelSelectorArgs {
	return metav1.LabelSelectorArgs{MatchLabels: pulumi.StringMap{namespaceLabel: pulumi.String(name)}}
}

// PodsIn are the pods of a namespace that have the labels; without labels all of
// them. Namespace and labels stand in one peer: as two peers they would mean
// either, not both.
func PodsIn(namespace string, labels map[string]string) networkingv1.NetworkPolicyPeerArgs {
	peer := networkingv1.NetworkPolicyPeerArgs{NamespaceSelector: Namespace(namespace)}
	if len(labels) > 0 {
		peer.PodSelector = metav1.LabelSelectorArgs{MatchLabels: pulumi.ToStringMap(labels)}
	}
	return peer
}

// DNS are the pods and the addresses of the cluster that answer names.
func DNS(at spec.DNS) networkingv1.NetworkPolicyPeerArray {
	all := at.WithDefaults()
	peers := networkingv1.NetworkPolicyPeerArray{PodsIn(all.Namespace, all.PodLabels)}
	for _, cidr := range all.CIDRs {
		peers = append(peers, networkingv1.NetworkPolicyPeerArgs{IpBlock: networkingv1.IPBlockArgs{Cidr: pulumi.String(cidr)}})
	}
	return peers
}

// DNSPorts are those on which they do, over both protocols.
func DNSPorts(at spec.DNS) networkingv1.NetworkPolicyPortArray {
	ports := at.WithDefaults().Ports
	return append(Ports(UDP, ports...), Ports(TCP, ports...)...)
}
