package minio

import (
	"maps"
	"slices"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/mlops-iac/mlops/components/internal/options"
)

// Args configure a Store. Nil is valid.
type Args struct {
	// Namespace is made for the store; default DefaultNamespace.
	Namespace string
	// StorageSize of the volume, a Kubernetes quantity; default DefaultStorageSize.
	StorageSize string
	// StorageClass of the volume; default the default class of the cluster.
	StorageClass string
	// Buckets are the names of the buckets, which are also their roles; default
	// DefaultBuckets. A bucket that leaves the list stays in the store.
	Buckets []string
	// NoncurrentDays is how many days an overwritten or deleted version can still
	// be restored; default DefaultNoncurrentDays.
	NoncurrentDays int
	// NodeSelector narrows down the nodes of server and bucket job; default any node.
	NodeSelector map[string]string
	// Image of the server and ClientImage of mc, with a fixed tag or a digest;
	// default DefaultImage and DefaultClientImage. Both are frozen upstream: name
	// your own mirror where the default registry is out of reach.
	Image, ClientImage string
	// Protect refuses to delete namespace and server; default false.
	Protect bool
	// RetainOnDelete leaves both in the cluster when they leave the program;
	// default false.
	RetainOnDelete bool
}

// inputs are what state and mocks show of the arguments.
func (a *Args) inputs() pulumi.Map {
	return pulumi.Map{
		"namespace":      pulumi.String(a.Namespace),
		"storageSize":    pulumi.String(a.StorageSize),
		"storageClass":   pulumi.String(a.StorageClass),
		"buckets":        pulumi.ToStringArray(a.Buckets),
		"noncurrentDays": pulumi.Int(a.NoncurrentDays),
		"image":          pulumi.String(a.Image),
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
	Store Ref
	// Tenant is the name of the tenant; required. Its objects are under
	// tenants/<name>/ in every bucket.
	Tenant string
}
