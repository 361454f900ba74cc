package reach

import (
	"fmt"
	"slices"

	"github.com/mattfenwick/cyclonus/pkg/matcher"
	corev1 "k8s.io/api/core/v1"
	networkingv1 "k8s.io/api/networking/v1"
	"k8s.io/apimachinery/pkg/util/intstr"
)

// Unmentioned is a port that stands for all that no policy mentions.
const Unmentioned = 47011

// Ports returns every port that a policy mentions, the ends of ranges with what
// is just beyond them, and Unmentioned, each for TCP and for UDP. Policies tell
// no other ports apart, so that a matrix of these holds for every port. A named
// port is an error: its number differs from pod to pod.
func Ports(policies []networkingv1.NetworkPolicy) ([]Port, error) {
	numbers := map[int]bool{Unmentioned: true}
	for _, policy := range policies {
		for _, port := range mentioned(policy) {
			if port.Port == nil {
				continue
			}
			if port.Port.Type == intstr.String {
				return nil, fmt.Errorf("network policy %s/%s: port %q: named ports are not covered", policy.Namespace, policy.Name, port.Port.StrVal)
			}
			numbers[port.Port.IntValue()] = true
			if port.EndPort != nil {
				numbers[port.Port.IntValue()-1], numbers[int(*port.EndPort)], numbers[int(*port.EndPort)+1] = true, true, true
			}
		}
	}
	var ports []Port
	for number := range numbers {
		if number >= 1 && number <= 65535 {
			ports = append(ports, Port{corev1.ProtocolTCP, number}, Port{corev1.ProtocolUDP, number})
		}
	}
	slices.SortFunc(ports, Port.compare)
	return ports, nil
}

func mentioned(policy networkingv1.NetworkPolicy) []networkingv1.NetworkPolicyPort {
	var ports []networkingv1.NetworkPolicyPort
	for _, rule := range policy.Spec.Ingress {
		ports = append(ports, rule.Ports...)
	}
	for _, rule := range policy.Spec.Egress {
		ports = append(ports, rule.Ports...)
	}
	return ports
}

// Evaluate returns whether the policies allow each connection from one peer to
// another on one of the ports, as far as ask says that it matters.
func Evaluate(policies []networkingv1.NetworkPolicy, peers []Peer, ports []Port, ask func(from, to Peer) bool) Matrix {
	pointers := make([]*networkingv1.NetworkPolicy, len(policies))
	for i := range policies {
		pointers[i] = &policies[i]
	}
	// Without simplification, which would change what is evaluated.
	matching := matcher.BuildNetworkPolicies(false, pointers)
	matrix := Matrix{}
	for _, from := range peers {
		for _, to := range peers {
			if from.Name == to.Name || !ask(from, to) {
				continue
			}
			for _, port := range ports {
				matrix[Cell{from.Name, to.Name, port}] = matching.IsTrafficAllowed(&matcher.Traffic{
					Source: end(from), Destination: end(to), ResolvedPort: port.Number, Protocol: port.Protocol,
				}).IsAllowed()
			}
		}
	}
	return matrix
}

func end(p Peer) *matcher.TrafficPeer {
	peer := &matcher.TrafficPeer{IP: p.Address.String()}
	if p.IsPod() {
		peer.Internal = &matcher.InternalPeer{PodLabels: p.Labels, NamespaceLabels: p.NamespaceLabels, Namespace: p.Namespace}
	}
	return peer
}
