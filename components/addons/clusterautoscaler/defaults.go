package clusterautoscaler

import (
	"cmp"

	"github.com/mlops-iac/mlops/components/addons/chart"
	clusterspec "github.com/mlops-iac/mlops/components/cluster/spec"
)

// Record is the chart. Its values were read from charts/cluster-autoscaler in
// kubernetes/autoscaler; this version ships autoscaler 1.35.0, of the minor version of
// clusters by default.
var Record = chart.Record{
	Chart: "cluster-autoscaler", Version: "9.55.1",
	Repository: "https://kubernetes.github.io/autoscaler",
}

// newestMinor is the minor version of the autoscaler that the chart ships: its
// ClusterRole has the rights of that one, and a newer one asks for more.
// oldestMinor is that of the oldest cluster the platform builds.
const newestMinor, oldestMinor = 35, clusterspec.MinimumMinor

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
