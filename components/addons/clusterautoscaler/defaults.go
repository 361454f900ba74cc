package clusterautoscaler

import (
	"cmp"

	"github.com/mlops-iac/mlops/components/addons/chart"
)

// Record is the chart. Its values were read from charts/cluster-autoscaler in
// kubernetes/autoscaler; this version ships autoscaler 1.34.
var Record = chart.Record{
	Chart: "cluster-autoscaler", Version: "9.52.1",
	Repository: "https://kubernetes.github.io/autoscaler",
}

const (
	// DefaultNamespace holds the cluster's own controllers.
	DefaultNamespace = "kube-system"
	// ServiceAccount is the account the identity is for.
	ServiceAccount = "cluster-autoscaler"
	// DefaultReplicas is one: a second only waits for the leader's lease, and a
	// restart costs less than a minute of not scaling.
	DefaultReplicas = 1
)

func (a *Args) withDefaults() *Args {
	in := Args{}
	if a != nil {
		in = *a
	}
	in.Namespace = cmp.Or(in.Namespace, DefaultNamespace)
	in.Replicas = cmp.Or(in.Replicas, DefaultReplicas)
	return &in
}
