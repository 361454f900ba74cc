package packets

import "github.com/mlops-iac/mlops/tests/suites/conformance/reach"

// Options say what is sent and who enforces.
type Options struct {
	// Enforcer is the path of the program that enforces policies. Required.
	Enforcer string
	// Kubeconfig is the file by which it reads the cluster, and APIServer the host and
	// port in it. Required.
	Kubeconfig, APIServer string
	// Node is any node of the cluster; pods count as its own that have its
	// address as their host's. Required.
	Node string
	// Folder takes the log of the enforcer. Required.
	Folder string
	// Peers are the pods and the addresses outside.
	Peers []reach.Peer
	// Cells are the connections to try.
	Cells []reach.Cell
}
