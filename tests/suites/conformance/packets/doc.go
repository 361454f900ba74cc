// Package packets finds out with real packets which connections the
// NetworkPolicies of a cluster allow.
//
// Every pod gets a network namespace with its address and with a server on every
// port that matters; all addresses outside the cluster share one. They are joined
// by a router in a namespace of its own, where kube-router keeps iptables and
// ipset as the policies in the cluster say. Nothing of the host's own network is
// touched: the namespaces have no names, and the kernel removes them with the
// last process that has them open, however it ends.
//
// It needs Linux, root, and iproute2, iptables and ipset; Unavailable says what
// is missing.
package packets
