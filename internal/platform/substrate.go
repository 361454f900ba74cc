package platform

import (
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"k8s.io/apimachinery/pkg/util/validation/field"

	"github.com/mlops-iac/mlops/components/iampolicy"
	"github.com/mlops-iac/mlops/components/monitoring"
	"github.com/mlops-iac/mlops/components/tenant"
	"github.com/mlops-iac/mlops/internal/settings"
	"github.com/mlops-iac/mlops/tenants"
)

// Substrate is what the part of the platform inside the cluster stands on. That
// part is the same code on every substrate.
type Substrate struct {
	// Providers are inherited by components in the cluster: its Kubernetes
	// provider, and that of the cloud where there is one.
	Providers []pulumi.ProviderResource
	// ControlPlane is what everything in the cluster vanishes with; nil for a
	// cluster that outlives the stack.
	ControlPlane pulumi.Resource
	// Ready must exist before anything is put into the cluster.
	Ready []pulumi.Resource

	// StorageClass is the class of volumes; empty for the cluster's default.
	StorageClass string
	// SystemNodes are the labels of the nodes for the platform's own pods; nil
	// for any node.
	SystemNodes map[string]string
	// Placement says how strictly pods of tenants keep to the nodes meant for them.
	Placement tenant.Placement

	// ObjectStore and MetadataStore are where tenants reach the stores.
	ObjectStore, MetadataStore tenant.Endpoint
	// Buckets are where tenants keep their objects.
	Buckets tenant.Buckets
	// IngressController is where requests from outside come from; the zero value
	// is the default of the tenant component.
	IngressController tenant.Peers
	// Ingress is the controller that the stack itself installs; empty without one.
	Ingress []pulumi.Resource

	// RepositoryURL resolves a repository of the platform.
	RepositoryURL func(repository string) pulumi.StringInput
	// Publish returns the Ingress of a host name.
	Publish func(host string) *tenant.Ingress
	// Admit lets the pods of a tenant into the stores.
	Admit func(ctx *pulumi.Context, name string) (Access, error)
	// Identify gives a service account of the platform a role of its own in the
	// cloud and returns what its pods must wait for; nil where there is no cloud.
	Identify func(ctx *pulumi.Context, account account) ([]pulumi.Resource, error)
	// Collect makes what keeps the logs.
	Collect func(ctx *pulumi.Context, s *Substrate, watched *monitoring.Monitoring) (logSink, error)
	// SaveQueries saves queries over the logs of all tenants, once they are there.
	SaveQueries func(ctx *pulumi.Context) error
}

// Access is how the pods of one tenant get into the stores.
type Access struct {
	// Identity is an identity of the cloud; nil where there is none.
	Identity *tenant.Identity
	// Credentials are what the pods log in with; nil where the identity is enough.
	Credentials *tenant.Credentials
	// OwnLogs says that what the pods write is kept apart.
	OwnLogs bool
	// Ready must exist before the pods start.
	Ready []pulumi.Resource
}

// account is a service account of the platform that acts on the cloud.
type account struct {
	// name is for the resources, namespace and serviceAccount are in Kubernetes.
	name, namespace, serviceAccount string
	// statements are what it may do.
	statements []iampolicy.Statement
}

// kind is everything that depends on which substrate a stack has.
type kind struct {
	// takesOver says that the stack is put into a cluster that is there, which
	// is looked at before anything is registered.
	takesOver bool
	// fit reports what a tenant needs and the stack has not.
	fit func(s settings.Platform, t tenants.Tenant, path *field.Path) field.ErrorList
	// build makes the substrate.
	build func(b *build, ctx *pulumi.Context) (*Substrate, error)
}

// kindOf returns the kind of a valid stack.
func kindOf(s settings.Platform) kind {
	return map[settings.Substrate]kind{
		settings.SubstrateAWS:        {fit: fitAWS, build: (*build).newAWS},
		settings.SubstrateKubernetes: {fit: fitKubernetes, build: (*build).newKubernetes, takesOver: true},
	}[s.Substrate]
}

// inside are the options of a component in the cluster. It is not taken apart
// piece by piece when the cluster goes.
func (s *Substrate) inside(after ...pulumi.Resource) []pulumi.ResourceOption {
	options := s.attended(after...)
	if s.ControlPlane != nil {
		options = append(options, pulumi.DeletedWith(s.ControlPlane))
	}
	return options
}

// attended are the options of a component in the cluster that must be taken
// apart before the cluster goes, because it owns things outside of it.
func (s *Substrate) attended(after ...pulumi.Resource) []pulumi.ResourceOption {
	return []pulumi.ResourceOption{
		pulumi.Providers(s.Providers...),
		pulumi.DependsOn(append(append([]pulumi.Resource{}, s.Ready...), after...)),
	}
}
