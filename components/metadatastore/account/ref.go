package account

import (
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/mlops-iac/mlops/components/internal/contract"
)

// Ref holds the outputs of a Provisioner that accounts use. It holds no credential.
type Ref struct {
	// Namespace is where the jobs run.
	Namespace pulumi.StringOutput `pulumi:"namespace"`
	// Host, Port and Database are where a job logs in as Username.
	Host     pulumi.StringOutput `pulumi:"host"`
	Port     pulumi.IntOutput    `pulumi:"port"`
	Database pulumi.StringOutput `pulumi:"database"`
	Username pulumi.StringOutput `pulumi:"username"`
	// SecretARN is the Secrets Manager secret with its password.
	SecretARN pulumi.StringOutput `pulumi:"secretArn"`
	// ResourceID tells the database from one that takes its place.
	ResourceID pulumi.StringOutput `pulumi:"resourceId"`
	// CACertificate is the authority that clients must trust, as PEM.
	CACertificate pulumi.StringOutput `pulumi:"caCertificate"`
	// Region is that of database and secret.
	Region pulumi.StringOutput `pulumi:"region"`
	// Image and CLIImage are those of the jobs.
	Image    pulumi.StringOutput `pulumi:"image"`
	CLIImage pulumi.StringOutput `pulumi:"cliImage"`
	// NodeSelector narrows down the nodes of the jobs.
	NodeSelector pulumi.StringMapOutput `pulumi:"nodeSelector"`
}

// Outputs returns the Ref as the map that the component registers.
func (r Ref) Outputs() pulumi.Map { return contract.Outputs(r) }

// complete says whether the Ref comes from a Provisioner: the zero value of an
// Output cannot be used.
func (r Ref) complete() bool { return r.Namespace.OutputState != nil && r.Host.OutputState != nil }

// AccountRef holds the names by which a tenant's pods use their account. There is no
// password: they log in with an IAM token.
type AccountRef struct {
	// User is the role.
	User pulumi.StringOutput `pulumi:"user"`
	// Database is the one database the role can connect to.
	Database pulumi.StringOutput `pulumi:"database"`
}

// Outputs returns the Ref as the map that the component registers.
func (r AccountRef) Outputs() pulumi.Map { return contract.Outputs(r) }
