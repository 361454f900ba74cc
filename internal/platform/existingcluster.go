package platform

import (
	"maps"
	"path"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"k8s.io/apimachinery/pkg/util/validation/field"

	"github.com/mlops-iac/mlops/components/minio"
	"github.com/mlops-iac/mlops/components/objectstore/spec"
	"github.com/mlops-iac/mlops/components/postgresql"
	"github.com/mlops-iac/mlops/components/scheduling"
	"github.com/mlops-iac/mlops/components/tenant"
	"github.com/mlops-iac/mlops/internal/settings"
	"github.com/mlops-iac/mlops/tenants"
)

// objectStoreCA is the file with the authority that signed the certificate of the
// object store.
const objectStoreCA = "object-store-ca.crt"

// existingCluster is a cluster that is there before the stack, with the stores
// inside of it.
type existingCluster struct {
	*build
	provider pulumi.ProviderResource
	objects  *minio.Store
	metadata *postgresql.Server
	cluster  Cluster
}

// newExistingCluster builds the substrate in an existing cluster: the stores
// inside of it.
func (b *build) newExistingCluster(ctx *pulumi.Context) (Substrate, error) {
	provider, err := b.newExistingProvider(ctx)
	if err != nil {
		return nil, err
	}
	described := b.describeExisting(provider)
	objects, err := b.newMinIO(ctx, described)
	if err != nil {
		return nil, err
	}
	metadata, err := b.newPostgreSQL(ctx, described)
	if err != nil {
		return nil, err
	}
	bucket := func(role spec.Role) pulumi.StringInput { return objects.Ref().Buckets.MapIndex(pulumi.String(role)) }
	described.Buckets = tenant.Buckets{Raw: bucket(spec.Raw), Processed: bucket(spec.Processed), Models: bucket(spec.Models)}
	return &existingCluster{build: b, provider: provider, objects: objects, metadata: metadata, cluster: described}, nil
}

// describeExisting describes the cluster to what stands in it. Its buckets
// follow when the object store is there.
func (b *build) describeExisting(provider pulumi.ProviderResource) Cluster {
	in := b.settings.Kubernetes
	c := Cluster{
		Providers:    []pulumi.ProviderResource{provider},
		StorageClass: in.StorageClass,
		Placement:    tenant.PlacementPreferred,
		DNS:          in.DNS,
		ObjectStore: tenant.Endpoint{Port: minio.Port, Peers: tenant.Peers{Pods: []tenant.PodSelector{{
			Namespace: minio.DefaultNamespace, Labels: minio.PodLabels(),
		}}}},
		MetadataStore: tenant.Endpoint{Port: postgresql.Port, Peers: tenant.Peers{Pods: []tenant.PodSelector{{
			Namespace: postgresql.DefaultNamespace, Labels: postgresql.PodLabels(),
		}}}},
	}
	if in.NodeRoles {
		c.SystemNodes, c.Placement = scheduling.Labels(scheduling.RoleSystem), tenant.PlacementRequired
	}
	if controller := in.Ingress; controller != nil {
		c.IngressController = tenant.Peers{
			CIDRs: controller.CIDRs, Pods: []tenant.PodSelector{{Namespace: controller.Namespace}},
		}
	}
	return c
}

// Cluster returns the cluster that the stack file names.
func (s *existingCluster) Cluster() Cluster { return s.cluster }

// Repository returns the repository in the registry that the stack file names.
func (s *existingCluster) Repository(name string) pulumi.StringInput {
	return pulumi.String(s.repository(name))
}

func (s *existingCluster) repository(name string) string {
	return path.Join(s.settings.Registry.URL, name)
}

// Image returns the image in the registry that the stack file names.
func (s *existingCluster) Image(_ *pulumi.Context, image tenants.Image) pulumi.StringInput {
	return pulumi.String(image.Reference(s.repository(image.Repository)))
}

// Ingress publishes paths through the cluster's own controller.
func (s *existingCluster) Ingress(published tenants.Ingress) *tenant.Ingress {
	return &tenant.Ingress{Host: published.Host, Paths: published.Paths, ClassName: s.settings.Kubernetes.Ingress.ClassName}
}

// PodIdentity returns nothing: there is no cloud.
func (*existingCluster) PodIdentity(*pulumi.Context, serviceAccount) ([]pulumi.Resource, error) {
	return nil, nil
}

// Controllers installs nothing: the cluster has its own.
func (b *build) newMinIO(ctx *pulumi.Context, c Cluster) (*minio.Store, error) {
	in := b.settings
	return minio.New(ctx, b.name("objects"), &minio.Args{
		MinIO: in.ObjectStore.MinIO, NoncurrentVersionDays: in.ObjectStore.NoncurrentVersionDays,
		Namespace: minio.DefaultNamespace, StorageClass: c.StorageClass, NodeSelector: c.SystemNodes, DNS: c.DNS,
		Protect: in.Protect, RetainOnDelete: in.RetainOnDelete,
	}, c.options()...)
}

func (b *build) newPostgreSQL(ctx *pulumi.Context, c Cluster) (*postgresql.Server, error) {
	in := b.settings
	return postgresql.New(ctx, b.name("metadata"), &postgresql.Args{
		PostgreSQL: in.MetadataStore.PostgreSQL, EngineVersion: in.MetadataStore.EngineVersion,
		Namespace: postgresql.DefaultNamespace, StorageClass: c.StorageClass, NodeSelector: c.SystemNodes, DNS: c.DNS,
		Protect: in.Protect, RetainOnDelete: in.RetainOnDelete,
	}, c.options()...)
}

// TenantAccess gives a tenant an account of its own in both stores.
func (s *existingCluster) TenantAccess(ctx *pulumi.Context, name string) (Access, error) {
	inCluster := pulumi.Providers(s.provider)
	objects, err := minio.NewAccount(ctx, s.name("tenant", name, "objects"), &minio.AccountArgs{
		Store: s.objects.Ref(), Tenant: name,
	}, inCluster, pulumi.DependsOn(s.objects.Ready()))
	if err != nil {
		return Access{}, err
	}
	metadata, err := postgresql.NewAccount(ctx, s.name("tenant", name, "metadata"), &postgresql.AccountArgs{
		Store: s.metadata.Ref(), Tenant: name,
	}, inCluster, pulumi.DependsOn(s.metadata.Ready()))
	if err != nil {
		return Access{}, err
	}
	return Access{
		Credentials: &tenant.Credentials{
			Env: storeVariables(s.objects.Ref(), objects.Ref(), s.metadata.Ref(), metadata.Ref()),
			Files: pulumi.StringMap{
				objectStoreCA: s.objects.Ref().CACertificate, metadataStoreCA: s.metadata.Ref().CACertificate,
			},
		},
		Ready: append(objects.Ready(), metadata.Ready()...),
	}, nil
}

// storeVariables are the variables that the AWS SDKs and libpq read by themselves.
func storeVariables(
	objects minio.Ref, user minio.AccountRef, metadata postgresql.Ref, role postgresql.AccountRef,
) pulumi.StringMap {
	all := databaseVariables(metadata.Host, postgresql.Port, role.User, role.Database)
	maps.Copy(all, pulumi.StringMap{
		"AWS_ACCESS_KEY_ID":     user.AccessKey,
		"AWS_SECRET_ACCESS_KEY": user.SecretKey,
		"AWS_ENDPOINT_URL_S3":   objects.Endpoint,
		"AWS_REGION":            pulumi.String(minio.Region),
		"AWS_CA_BUNDLE":         pulumi.String(path.Join(tenant.CredentialsPath, objectStoreCA)),
		"PGPASSWORD":            role.Password,
	})
	return all
}

// checkNeedsOfCluster checks that the cluster can publish a tenant, and that the
// tenant does not set what the platform sets for it here. Which nodes there are
// only the cluster knows.
func checkNeedsOfCluster(s settings.Platform, t tenants.Tenant, at *field.Path) field.ErrorList {
	var list field.ErrorList
	if t.Ingress.Enabled && s.Kubernetes.Ingress == nil {
		list = append(list, field.Invalid(at.Child("ingress", "enabled"), true, "needs kubernetes.ingress in the stack"))
	}
	if controller := s.Kubernetes.Ingress; controller != nil && controller.Namespace == t.Name {
		list = append(list, field.Invalid(at.Child("name"), t.Name, "must not be kubernetes.ingress.namespace: the ingress controller of all tenants runs there"))
	}
	return append(list, checkStoreVariables(s, at, t,
		storeVariables(minio.Ref{}, minio.AccountRef{}, postgresql.Ref{}, postgresql.AccountRef{}))...)
}
