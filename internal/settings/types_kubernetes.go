package settings

import (
	tenantspec "github.com/mlops-iac/mlops/components/tenant/spec"
)

// Kubernetes is the existing cluster the stack is put into.
type Kubernetes struct {
	// Kubeconfig is the path of the file with the context; left out, `KUBECONFIG` or `~/.kube/config` is read.
	Kubeconfig string `json:"kubeconfig"`
	// Context is the context of the cluster in that file. The current context is never used: it may be another cluster.
	Context string `json:"context" required:"the context of the cluster, such as kind-mlops; the current one is never taken by accident"`
	// StorageClass is the class of every volume; left out, it is the default class of the cluster.
	StorageClass string `json:"storageClass" fixed:"Kubernetes refuses to change the claims of a StatefulSet, half-way through the update; make a new stack and move the data"`
	// NetworkPolicyEnforced asserts that the cluster enforces network policies, for those where that cannot be recognised.
	NetworkPolicyEnforced bool `json:"networkPolicyEnforced"`
	// NodeRoles says that the nodes carry the labels and taints of the roles `system`, `cpu`, `gpu` and `spot`. Pods then
	// keep to the nodes of their role; otherwise they only prefer them and run on any node.
	NodeRoles bool `json:"nodeRoles"`
	// DNS is where the cluster answers names. Network policies of tenants, stores and logs open the way there.
	DNS tenantspec.DNS `json:"dns"`
	// Ingress is the ingress controller of the cluster; left out, no tenant can be published.
	Ingress *IngressController `json:"ingress"`
}

// IngressController is the ingress controller of the cluster.
type IngressController struct {
	// ClassName is the IngressClass of the tenants' Ingresses.
	ClassName string `json:"className" required:"the IngressClass of the controller, such as nginx"`
	// Namespace is where the controller runs. Its pods may reach the tenants' inference services.
	Namespace string `json:"namespace" required:"the namespace of the controller, such as ingress-nginx"`
	// CIDRs are the addresses of a controller that network policies do not know as pods, such as one in the network of
	// its nodes, where they are those of the nodes. They may reach the tenants' inference services too.
	CIDRs []string `json:"cidrs"`
}
