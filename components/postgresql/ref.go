package postgresql

import (
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/mlops-iac/mlops/components/internal/contract"
)

// Ref holds the outputs of a Server that others use. It holds no credential.
type Ref struct {
	// Host is the DNS name of the server in the cluster, which its certificate
	// carries. Whatever uses it waits for the server.
	Host pulumi.StringOutput `pulumi:"host"`
	// Port is its TCP port.
	Port pulumi.IntOutput `pulumi:"port"`
	// Namespace is the name of the namespace.
	Namespace pulumi.StringOutput `pulumi:"namespace"`
	// CACertificate is the authority that clients must trust, as PEM.
	CACertificate pulumi.StringOutput `pulumi:"caCertificate"`
	// Image has the client that makes accounts.
	Image pulumi.StringOutput `pulumi:"image"`
}

// Outputs returns the Ref as the map that the component registers.
func (r Ref) Outputs() pulumi.Map { return contract.Outputs(r) }

// complete says whether the Ref comes from a Server: the zero value of an Output
// cannot be used.
func (r Ref) complete() bool {
	return r.Host.OutputState != nil && r.Port.OutputState != nil && r.Namespace.OutputState != nil &&
		r.Image.OutputState != nil
}

// AccountRef holds the names and keys by which a tenant's pods use their account.
type AccountRef struct {
	// User is the role.
	User pulumi.StringOutput `pulumi:"user"`
	// Password of the role, a Pulumi secret.
	Password pulumi.StringOutput `pulumi:"password"`
	// Database is the one database the role can connect to.
	Database pulumi.StringOutput `pulumi:"database"`
}

// Outputs returns the Ref as the map that the component registers.
func (r AccountRef) Outputs() pulumi.Map { return contract.Outputs(r) }
