// Package nodes runs real Kubernetes nodes on this machine without Docker: kubelets,
// containerd and runc, kube-proxy, CoreDNS and enforcement of network policies, for
// a control plane of package localcluster.
//
// Everything, the control plane included, lives in a Sandbox: network, mount and
// process namespaces of its own. The machine's routes, rules, mounts and /run, /tmp,
// /var/lib and /var/log are not touched. The kernel ends all of it with the first
// process of the sandbox, however that ends; what then is left are control groups
// and a folder, which Clean removes.
//
// It needs Linux, root, and from the distribution containerd, runc, CNI plugins,
// iptables and ipset. Check says in one sentence what is missing. A node takes about
// 150 MB of memory beside its pods.
package nodes
