package platform

import (
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"k8s.io/apimachinery/pkg/util/validation/field"

	"github.com/mlops-iac/mlops/components/iampolicy"
	"github.com/mlops-iac/mlops/components/monitoring"
	"github.com/mlops-iac/mlops/components/tenant"
	tenantspec "github.com/mlops-iac/mlops/components/tenant/spec"
	"github.com/mlops-iac/mlops/internal/settings"
	"github.com/mlops-iac/mlops/tenants"
)

// Substrate is the ground of the part of the platform inside the cluster. That
// part is the same code on every substrate.
type Substrate interface {
	// Cluster returns the cluster and the stores its pods reach.
	Cluster() Cluster
	// Repository returns where a repository of the platform is: what its images begin with.
	Repository(name string) pulumi.StringInput
	// Image resolves an image in a repository of the platform to what a cluster pulls.
	Image(ctx *pulumi.Context, image tenants.Image) pulumi.StringInput
	// Ingress publishes paths under a host name. A stack that cannot is refused
	// before anything is registered.
	Ingress(published tenants.Ingress) *tenant.Ingress
	// PodIdentity gives a service account of the platform a role of its own in the
	// cloud, and returns what its pods must wait for: nothing without a cloud.
	PodIdentity(ctx *pulumi.Context, account serviceAccount) ([]pulumi.Resource, error)
	// Logs makes what keeps the records of the cluster. metrics is nil without
	// monitoring.
	Logs(ctx *pulumi.Context, metrics *monitoring.Monitoring) (logs, error)
	// TenantAccess lets the pods of a tenant into the stores.
	TenantAccess(ctx *pulumi.Context, name string) (Access, error)
}

// newSubstrate builds the substrate that the stack file names.
func (b *build) newSubstrate(ctx *pulumi.Context) (Substrate, error) {
	if isExistingCluster(b.settings) {
		return b.newExistingCluster(ctx)
	}
	return b.newAWS(ctx)
}

// isExistingCluster says whether the stack is put into a cluster that is there
// before it.
func isExistingCluster(s settings.Platform) bool { return s.Substrate == settings.SubstrateKubernetes }

// checkNeeds reports what a tenant needs and the substrate of the stack lacks.
func checkNeeds(s settings.Platform, t tenants.Tenant, path *field.Path) field.ErrorList {
	if isExistingCluster(s) {
		return checkNeedsOfCluster(s, t, path)
	}
	return checkNeedsOfAWS(s, t, path)
}

// Cluster is a Kubernetes cluster and what its pods reach from it.
type Cluster struct {
	// Providers are inherited by components in the cluster: its Kubernetes
	// provider, and that of the cloud where there is one.
	Providers []pulumi.ProviderResource
	// ControlPlane is the resource with which everything in the cluster vanishes; nil for a
	// cluster that outlives the stack.
	ControlPlane pulumi.Resource
	// Ready must exist before anything is put into the cluster.
	Ready []pulumi.Resource

	// Name is the name of the cluster on EKS, and VPCID its network; nil elsewhere.
	Name, VPCID pulumi.StringInput
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
	// OpenPods is set where pods are closed until a network policy selects them.
	OpenPods bool
	// DNS is where names are answered; the zero value is the default.
	DNS tenantspec.DNS
	// IngressController is where requests from outside come from; the zero value
	// is the default of the tenant component.
	IngressController tenant.Peers
}

// options are those of a component in the cluster. It is not taken apart piece
// by piece when the cluster goes.
func (c Cluster) options(after ...pulumi.Resource) []pulumi.ResourceOption {
	options := c.drainedOptions(after...)
	if c.ControlPlane != nil {
		options = append(options, pulumi.DeletedWith(c.ControlPlane))
	}
	return options
}

// drainedOptions are those of a component in the cluster that must be taken
// apart before the cluster goes, because it owns things outside of it.
func (c Cluster) drainedOptions(after ...pulumi.Resource) []pulumi.ResourceOption {
	return []pulumi.ResourceOption{
		pulumi.Providers(c.Providers...),
		pulumi.DependsOn(append(append([]pulumi.Resource{}, c.Ready...), after...)),
	}
}

// Access is how the pods of one tenant get into the stores.
type Access struct {
	// Identity is an identity of the cloud; nil where there is none.
	Identity *tenant.Identity
	// Env are variables that say where the stores are; nil where Credentials do.
	Env pulumi.StringMap
	// Credentials are the Secrets with which the pods log in; nil where the identity is enough.
	Credentials *tenant.Credentials
	// Ready must exist before the pods start.
	Ready []pulumi.Resource
}

// serviceAccount is one of the platform's own that acts on the cloud.
type serviceAccount struct {
	// resource is the name of the identity, namespace and name are in Kubernetes.
	resource, namespace, name string
	// statements are what it may do.
	statements []iampolicy.Statement
}
