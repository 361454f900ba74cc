package platform

import (
	"fmt"
	"path"
	"strconv"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"k8s.io/apimachinery/pkg/util/validation/field"

	"github.com/mlops-iac/mlops/components/minio"
	"github.com/mlops-iac/mlops/components/postgresql"
	"github.com/mlops-iac/mlops/components/scheduling"
	"github.com/mlops-iac/mlops/components/tenant"
	"github.com/mlops-iac/mlops/internal/settings"
	"github.com/mlops-iac/mlops/tenants"
)

// Files of the tenants' credentials: the authorities that signed the
// certificates of the stores.
const (
	objectStoreCA   = "object-store-ca.crt"
	metadataStoreCA = "metadata-store-ca.crt"
)

// existing is what the parts of the platform in an existing cluster know of
// each other.
type existing struct {
	provider pulumi.ProviderResource
	objects  *minio.Store
	metadata *postgresql.Server
}

// newKubernetes builds the substrate in an existing cluster: the stores inside
// of it.
func (b *build) newKubernetes(ctx *pulumi.Context) (*Substrate, error) {
	provider, err := b.newExistingProvider(ctx)
	if err != nil {
		return nil, err
	}
	s := b.standIn()
	s.Providers = []pulumi.ProviderResource{provider}
	in := &existing{provider: provider}
	if err := b.newInnerStores(ctx, in, s); err != nil {
		return nil, err
	}
	bucket := func(role string) pulumi.StringInput { return in.objects.Ref().Buckets.MapIndex(pulumi.String(role)) }
	s.Buckets = tenant.Buckets{Raw: bucket("raw"), Processed: bucket("processed"), Models: bucket("models")}
	s.Admit = func(ctx *pulumi.Context, name string) (Access, error) { return b.newAccounts(ctx, in, name) }
	return s, nil
}

// standIn describes an existing cluster to what stands in it.
func (b *build) standIn() *Substrate {
	in := b.settings.Kubernetes
	s := &Substrate{
		StorageClass: in.StorageClass,
		Placement:    tenant.PlacementPreferred,
		ObjectStore: tenant.Endpoint{Port: minio.Port, Peers: tenant.Peers{Pods: []tenant.PodSelector{{
			Namespace: minio.DefaultNamespace, Labels: minio.PodLabels(),
		}}}},
		MetadataStore: tenant.Endpoint{Port: postgresql.Port, Peers: tenant.Peers{Pods: []tenant.PodSelector{{
			Namespace: postgresql.DefaultNamespace, Labels: postgresql.PodLabels(),
		}}}},
		RepositoryURL: func(repository string) pulumi.StringInput {
			return pulumi.String(path.Join(b.settings.Registry.URL, repository))
		},
		Collect:     b.collectInCluster,
		SaveQueries: func(*pulumi.Context) error { return nil },
	}
	if in.NodeRoles {
		s.SystemNodes, s.Placement = scheduling.Labels(scheduling.RoleSystem), tenant.PlacementRequired
	}
	if controller := in.Ingress; controller != nil {
		s.IngressController = tenant.Peers{Pods: []tenant.PodSelector{{Namespace: controller.Namespace}}}
		s.Publish = func(host string) *tenant.Ingress {
			return &tenant.Ingress{Host: host, ClassName: controller.ClassName}
		}
	}
	return s
}

func (b *build) newInnerStores(ctx *pulumi.Context, in *existing, s *Substrate) error {
	set := b.settings
	objects, err := minio.New(ctx, b.name("objects"), &minio.Args{
		Namespace: minio.DefaultNamespace, StorageSize: gibibytes(set.ObjectStore.StorageGiB), StorageClass: s.StorageClass,
		NoncurrentDays: set.ObjectStore.NoncurrentVersionDays, NodeSelector: s.SystemNodes,
		Protect: set.Protect, RetainOnDelete: set.RetainOnDelete,
	}, s.inside()...)
	if err != nil {
		return err
	}
	metadata, err := postgresql.New(ctx, b.name("metadata"), &postgresql.Args{
		Namespace: postgresql.DefaultNamespace, StorageSize: gibibytes(set.MetadataStore.StorageGiB), StorageClass: s.StorageClass,
		Version: set.MetadataStore.EngineVersion, NodeSelector: s.SystemNodes,
		Protect: set.Protect, RetainOnDelete: set.RetainOnDelete,
	}, s.inside()...)
	if err != nil {
		return err
	}
	in.objects, in.metadata = objects, metadata
	return nil
}

// newAccounts gives a tenant an account of its own in both stores.
func (b *build) newAccounts(ctx *pulumi.Context, in *existing, name string) (Access, error) {
	inCluster := pulumi.Providers(in.provider)
	objects, err := minio.NewAccount(ctx, b.name("tenant", name, "objects"), &minio.AccountArgs{
		Store: in.objects.Ref(), Tenant: name,
	}, inCluster, pulumi.DependsOn(in.objects.Ready()))
	if err != nil {
		return Access{}, err
	}
	metadata, err := postgresql.NewAccount(ctx, b.name("tenant", name, "metadata"), &postgresql.AccountArgs{
		Store: in.metadata.Ref(), Tenant: name,
	}, inCluster, pulumi.DependsOn(in.metadata.Ready()))
	if err != nil {
		return Access{}, err
	}
	return Access{
		Credentials: &tenant.Credentials{
			Env: storeVariables(in.objects.Ref(), objects.Ref(), in.metadata.Ref(), metadata.Ref()),
			Files: pulumi.StringMap{
				objectStoreCA: in.objects.Ref().CACertificate, metadataStoreCA: in.metadata.Ref().CACertificate,
			},
		},
		Ready: append(objects.Ready(), metadata.Ready()...),
	}, nil
}

// storeVariables are the variables that the AWS SDKs and libpq read by themselves.
func storeVariables(
	objects minio.Ref, user minio.AccountRef, metadata postgresql.Ref, role postgresql.AccountRef,
) pulumi.StringMap {
	return pulumi.StringMap{
		"AWS_ACCESS_KEY_ID":     user.AccessKey,
		"AWS_SECRET_ACCESS_KEY": user.SecretKey,
		"AWS_ENDPOINT_URL_S3":   objects.Endpoint,
		"AWS_REGION":            pulumi.String(minio.Region),
		"AWS_CA_BUNDLE":         pulumi.String(path.Join(tenant.CredentialsPath, objectStoreCA)),
		"PGHOST":                metadata.Host,
		"PGPORT":                pulumi.String(strconv.Itoa(postgresql.Port)),
		"PGUSER":                role.User,
		"PGPASSWORD":            role.Password,
		"PGDATABASE":            role.Database,
		"PGSSLMODE":             pulumi.String("verify-full"),
		"PGSSLROOTCERT":         pulumi.String(path.Join(tenant.CredentialsPath, metadataStoreCA)),
	}
}

func gibibytes(amount int) string { return fmt.Sprintf("%dGi", amount) }

// fitKubernetes checks that the cluster can publish a tenant, and that the
// tenant does not set what the platform sets for it here. Which nodes there are
// only the cluster knows.
func fitKubernetes(s settings.Platform, t tenants.Tenant, at *field.Path) field.ErrorList {
	var list field.ErrorList
	if t.Ingress.Enabled && s.Kubernetes.Ingress == nil {
		list = append(list, field.Invalid(at.Child("ingress", "enabled"), true, "needs kubernetes.ingress in the stack"))
	}
	list = append(list, checkStoreVariables(at.Child("env"), t.Env)...)
	return append(list, checkStoreVariables(at.Child("training", "env"), t.Training.Env)...)
}

func checkStoreVariables(at *field.Path, env map[string]string) field.ErrorList {
	var list field.ErrorList
	for name := range storeVariables(minio.Ref{}, minio.AccountRef{}, postgresql.Ref{}, postgresql.AccountRef{}) {
		if _, taken := env[name]; taken {
			list = append(list, field.Forbidden(at.Key(name), "set by the platform on substrate kubernetes"))
		}
	}
	return list
}
