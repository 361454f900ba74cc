package preflight

import (
	"context"

	clusterspec "github.com/mlops-iac/mlops/components/cluster/spec"
	"github.com/mlops-iac/mlops/internal/settings"
)

// ExistingCluster checks the cluster that a stack file names.
func ExistingCluster(ctx context.Context, cluster settings.Kubernetes) error {
	return Check(ctx, Target{
		Kubeconfig: cluster.Kubeconfig, Context: cluster.Context,
		StorageClass: cluster.StorageClass, NetworkPolicyEnforced: cluster.NetworkPolicyEnforced,
		DNS: cluster.DNS, MinimumMinor: clusterspec.MinimumMinor,
	})
}
