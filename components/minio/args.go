package minio

import (
	"maps"
	"slices"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/mlops-iac/mlops/components/internal/options"
	"github.com/mlops-iac/mlops/components/minio/spec"
	tenantspec "github.com/mlops-iac/mlops/components/tenant/spec"
)

// Args configure a Store. Nil is valid.
type Args struct {
	// MinIO is the size of the volume, which can grow but not shrink; default
	// spec.DefaultStorageGiB.
	spec.MinIO
	// NoncurrentVersionDays is how many days an overwritten or deleted version can
	// still be restored; the default is that of components/objectstore.
	NoncurrentVersionDays int `pulumi:"noncurrentVersionDays"`
	// Namespace is made for the store; default DefaultNamespace.
	Namespace string `pulumi:"namespace"`
	// StorageClass of the volume; default the default class of the cluster. Another one
	// has no effect on a volume that exists.
	StorageClass string `pulumi:"storageClass"`
	// Buckets are the names of the buckets, which are also their roles; default
	// DefaultBuckets. A bucket that leaves the list stays in the store.
	Buckets []string `pulumi:"buckets"`
	// NodeSelector narrows down the nodes of server and bucket job; default any node.
	NodeSelector map[string]string `pulumi:"nodeSelector"`
	// Image of the server, with a fixed tag or a digest; default DefaultImage. It is
	// frozen upstream, as is ClientImage: name your own mirror where the default
	// registry is out of reach.
	Image string `pulumi:"image"`
	// ClientImage is the image of mc; default DefaultClientImage.
	ClientImage string `pulumi:"clientImage"`
	// DNS is where names are answered, which the jobs that provision the store may
	// reach; default tenantspec.DefaultDNS.
	DNS tenantspec.DNS `pulumi:"dns"`
	// Protect refuses to delete namespace, server and volume; default false.
	Protect bool `pulumi:"protect"`
	// RetainOnDelete leaves them in the cluster when they leave the program;
	// default false.
	RetainOnDelete bool `pulumi:"retainOnDelete"`
}

// inputs are what state and mocks show of the arguments.
func (a *Args) inputs() pulumi.Map {
	return pulumi.Map{
		"namespace":             pulumi.String(a.Namespace),
		"storageGiB":            pulumi.Int(a.StorageGiB),
		"storageClass":          pulumi.String(a.StorageClass),
		"buckets":               pulumi.ToStringArray(a.Buckets),
		"noncurrentVersionDays": pulumi.Int(a.NoncurrentVersionDays),
		"image":                 pulumi.String(a.Image),
	}
}

func (a *Args) keep() options.Keep {
	return options.Keep{Protect: a.Protect, RetainOnDelete: a.RetainOnDelete}
}

func (a *Args) clone() *Args {
	if a == nil {
		return &Args{}
	}
	in := *a
	in.Buckets, in.NodeSelector = slices.Clone(a.Buckets), maps.Clone(a.NodeSelector)
	return &in
}

// AccountArgs configure an Account.
type AccountArgs struct {
	// Store is where the account is made; required.
	Store Ref `pulumi:"store"`
	// Tenant is the name of the tenant; required. Its objects are under
	// tenants/<name>/ in every bucket.
	Tenant string `pulumi:"tenant"`
}
