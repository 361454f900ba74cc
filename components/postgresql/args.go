package postgresql

import (
	"maps"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/mlops-iac/mlops/components/internal/options"
)

// Args configure a Server. Nil is valid.
type Args struct {
	// Namespace is made for the server; default DefaultNamespace.
	Namespace string
	// StorageSize of the volume, a Kubernetes quantity; default DefaultStorageSize.
	StorageSize string
	// StorageClass of the volume; default the default class of the cluster.
	StorageClass string
	// Version is the major version, one of Versions; default DefaultVersion. A
	// server does not start on the data of another major version: dump the
	// databases first and restore them after the change.
	Version string
	// Image replaces the official image of Version, for clusters that pull from a
	// mirror; it must be built like that one. Default the image in Images.
	Image string
	// NodeSelector narrows down the nodes of the server; default any node.
	NodeSelector map[string]string
	// Protect refuses to delete namespace and server; default false.
	Protect bool
	// RetainOnDelete leaves both in the cluster when they leave the program;
	// default false.
	RetainOnDelete bool
}

// inputs are what state and mocks show of the arguments.
func (a *Args) inputs() pulumi.Map {
	return pulumi.Map{
		"namespace":    pulumi.String(a.Namespace),
		"storageSize":  pulumi.String(a.StorageSize),
		"storageClass": pulumi.String(a.StorageClass),
		"version":      pulumi.String(a.Version),
		"image":        pulumi.String(a.Image),
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
	Store Ref
	// Tenant is the name of the tenant; required.
	Tenant string
	// Connections is how many connections the tenant may hold at a time; default
	// DefaultConnections.
	Connections int
}
