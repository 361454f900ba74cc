package platform

import (
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/mlops-iac/mlops/components/cluster"
	"github.com/mlops-iac/mlops/components/metadatastore"
	"github.com/mlops-iac/mlops/components/network"
	"github.com/mlops-iac/mlops/components/nodegroup"
	"github.com/mlops-iac/mlops/components/objectstore"
	"github.com/mlops-iac/mlops/components/registry"
)

// Keys of the outputs that hold one Ref per name.
const (
	// NodeGroupsKey maps the name of a node group to its Ref.
	NodeGroupsKey = "nodeGroups"
	// TenantsKey maps the name of a tenant to its Ref.
	TenantsKey = "tenants"
	// KubeconfigKey is the kubeconfig of the cluster, a secret.
	KubeconfigKey = "kubeconfig"
)

// exportSubstrate exports what RefFromStack of each component reads.
func (b *build) exportSubstrate(ctx *pulumi.Context, s *Substrate, kubeconfig pulumi.StringOutput, groups map[string]nodegroup.Ref) {
	ctx.Export(network.OutputKey, s.Network.Outputs())
	ctx.Export(cluster.OutputKey, s.Cluster.Outputs())
	ctx.Export(registry.OutputKey, s.Registry.Outputs())
	ctx.Export(objectstore.OutputKey, s.ObjectStore.Outputs())
	ctx.Export(metadatastore.OutputKey, s.MetadataStore.Outputs())
	exports := pulumi.Map{}
	for name, ref := range groups {
		exports[name] = ref.Outputs()
	}
	ctx.Export(NodeGroupsKey, exports)
	ctx.Export(KubeconfigKey, pulumi.ToSecret(kubeconfig))
}
