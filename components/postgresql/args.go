package postgresql

import (
	"maps"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/mlops-iac/mlops/components/internal/options"
	"github.com/mlops-iac/mlops/components/postgresql/spec"
	tenantspec "github.com/mlops-iac/mlops/components/tenant/spec"
)

// Args configure a Server. Nil is valid.
type Args struct {
	// PostgreSQL is the size of the volume, which can grow but not shrink; default
	// spec.DefaultStorageGiB.
	spec.PostgreSQL
	// EngineVersion is the major version, one of those in Images; the default is that
	// of components/metadatastore. A server does not start on the data of another
	// major version: dump the databases first and restore them after the change.
	EngineVersion string `pulumi:"engineVersion"`
	// Namespace is made for the server; default DefaultNamespace.
	Namespace string `pulumi:"namespace"`
	// StorageClass of the volume; default the default class of the cluster. Another one
	// has no effect on a volume that exists.
	StorageClass string `pulumi:"storageClass"`
	// Image replaces the official image of EngineVersion, for clusters that pull from
	// a mirror; it must be built like that one. Default the image in Images.
	Image string `pulumi:"image"`
	// NodeSelector narrows down the nodes of the server; default any node.
	NodeSelector map[string]string `pulumi:"nodeSelector"`
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
		"namespace":     pulumi.String(a.Namespace),
		"storageGiB":    pulumi.Int(a.StorageGiB),
		"storageClass":  pulumi.String(a.StorageClass),
		"engineVersion": pulumi.String(a.EngineVersion),
		"image":         pulumi.String(a.Image),
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
	in.NodeSelector = maps.Clone(a.NodeSelector)
	return &in
}

// AccountArgs configure an Account.
type AccountArgs struct {
	// Store is where the account is made; required.
	Store Ref `pulumi:"store"`
	// Tenant is the name of the tenant; required.
	Tenant string `pulumi:"tenant"`
	// Connections is how many connections the tenant may hold at a time; default
	// DefaultConnections.
	Connections int `pulumi:"connections"`
}
