package platform

import (
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/mlops-iac/mlops/components/cluster"
	"github.com/mlops-iac/mlops/components/metadatastore"
	"github.com/mlops-iac/mlops/components/network"
	"github.com/mlops-iac/mlops/components/objectstore"
	"github.com/mlops-iac/mlops/components/registry"
	"github.com/mlops-iac/mlops/components/workloadidentity"
)

// Substrate is what the part of the platform inside the cluster stands on.
type Substrate struct {
	// Provider is the Kubernetes provider of the cluster.
	Provider pulumi.ProviderResource
	// AWS is the AWS provider, for identities of workloads.
	AWS pulumi.ProviderResource
	// ControlPlane is what everything in the cluster vanishes with.
	ControlPlane pulumi.Resource
	// Ready must exist before anything is put into the cluster.
	Ready []pulumi.Resource

	Network       network.Ref
	Cluster       cluster.Ref
	Registry      registry.Ref
	ObjectStore   objectstore.Ref
	MetadataStore metadatastore.Ref
	// NodeRoleARNs are the roles of the nodes, which pull the images.
	NodeRoleARNs []pulumi.StringInput
	// TenantIdentity is the one role all tenants share; their session tags keep
	// them apart.
	TenantIdentity workloadidentity.Ref
	// MetadataCIDRs are the ranges tenants reach the metadata store at.
	MetadataCIDRs []string
	// IngressCIDRs are the ranges load balancers send from: the public subnets.
	// Private ones would let every pod in.
	IngressCIDRs []string
	// Ingress is the controller that makes load balancers; empty without one.
	Ingress []pulumi.Resource
}

// inside are the options of a component in the cluster. It is not taken apart
// piece by piece when the cluster goes.
func (s *Substrate) inside(after ...pulumi.Resource) []pulumi.ResourceOption {
	return append(s.attended(after...), pulumi.DeletedWith(s.ControlPlane))
}

// attended are the options of a component in the cluster that must be taken
// apart before the cluster goes, because it owns things outside of it.
func (s *Substrate) attended(after ...pulumi.Resource) []pulumi.ResourceOption {
	return []pulumi.ResourceOption{
		pulumi.Providers(s.Provider, s.AWS),
		pulumi.DependsOn(append(append([]pulumi.Resource{}, s.Ready...), after...)),
	}
}
