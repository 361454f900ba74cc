package localcluster

import (
	"context"
	"net"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/client-go/dynamic"
)

// Machine runs real nodes: kubelets and the containers of pods.
type Machine interface {
	// Address is where pods and kubelets reach the API server.
	Address() net.IP
	// Start starts the nodes and returns when each is ready.
	Start(ctx context.Context, join Join) error
	// Volume makes a place for a claim's data on a node, and says which nodes reach it.
	Volume(name, node string) (corev1.PersistentVolumeSource, *corev1.VolumeNodeAffinity, error)
	// DeleteVolume removes what Volume made.
	DeleteVolume(name string) error
	// Err says which program of the nodes has ended by itself; nil while all run.
	Err() error
	// Revive starts every program that has ended by itself again.
	Revive() error
	// Stop ends the nodes.
	Stop() error
}

// Join is what nodes need to become part of a control plane.
type Join struct {
	// Client is an administrator's.
	Client *dynamic.DynamicClient
	// Authority is the path of the certificate that signs all others.
	Authority string
	// Admin is the path of an administrator's kubeconfig.
	Admin string
	// ServiceCIDR and PodCIDR are the ranges of addresses.
	ServiceCIDR, PodCIDR string

	cluster *Cluster
}

// Kubeconfig issues a certificate for a user in groups and returns the path of a
// kubeconfig with it. It stays valid for as long as the control plane lives.
func (j Join) Kubeconfig(user string, groups ...string) (string, error) {
	r := &keyring{folder: j.cluster.path("pki"), url: j.cluster.URL()}
	path := r.kubeconfig(j.cluster.keys.main, user, groups...)
	return path, r.err
}

// Serving issues a certificate for a server at addresses and returns the paths of
// the certificate and of its key.
func (j Join) Serving(name string, addresses ...net.IP) (cert, key string, err error) {
	issued, err := j.cluster.keys.main.server(name, addresses...)
	return issued.cert, issued.key, err
}

// join is what the machine of this control plane gets.
func (c *Cluster) join() Join {
	return Join{
		Client: c.client, Authority: c.keys.authority, Admin: c.keys.kubeconfig,
		ServiceCIDR: c.options.ServiceCIDR, PodCIDR: c.options.PodCIDR, cluster: c,
	}
}

// reachability are the flags of the API server that depend on who its nodes are.
func (c *Cluster) reachability() []string {
	if c.options.Machine == nil {
		return []string{
			"--bind-address=" + loopback,
			// Loopback is no valid endpoint address; nothing in this cluster could use it.
			"--advertise-address=192.0.2.1", "--endpoint-reconciler-type=none",
		}
	}
	return []string{
		"--bind-address=0.0.0.0", "--advertise-address=" + c.options.Machine.Address().String(),
		"--kubelet-client-certificate=" + c.keys.kubeletClient.cert, "--kubelet-client-key=" + c.keys.kubeletClient.key,
		"--kubelet-certificate-authority=" + c.keys.authority, "--kubelet-preferred-address-types=InternalIP",
	}
}
