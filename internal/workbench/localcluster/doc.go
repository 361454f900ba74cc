// Package localcluster runs a real Kubernetes control plane on this machine
// without containers: etcd, kube-apiserver, kube-controller-manager and
// kube-scheduler as processes on loopback, with kwok in place of kubelets.
//
// What the API server, the controllers and the scheduler decide is real:
// admission, quotas, RBAC, autoscaling, placement. Nodes and what runs on them
// is not: pods become ready and jobs complete without a container, volumes hold
// nothing, and no network policy is enforced.
//
// It is ready in about ten seconds and takes about 0.7 GB of memory.
package localcluster
