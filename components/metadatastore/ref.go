package metadatastore

import (
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/mlops-iac/mlops/components/internal/contract"
)

// OutputKey is the stack output under which the platform exports the Ref.
const OutputKey = "metadataStore"

// Ref holds the outputs of a metadata store that others use. It holds no password.
type Ref struct {
	// Host is the DNS name of the database.
	Host pulumi.StringOutput `pulumi:"host"`
	// Port is the TCP port of the database.
	Port pulumi.IntOutput `pulumi:"port"`
	// Database is the name of the database.
	Database pulumi.StringOutput `pulumi:"database"`
	// Username is the master user.
	Username pulumi.StringOutput `pulumi:"username"`
	// CACertificate is the authority that clients must trust, as PEM.
	CACertificate pulumi.StringOutput `pulumi:"caCertificate"`
	// ResourceID identifies the instance in rds-db:connect policies.
	ResourceID pulumi.StringOutput `pulumi:"resourceId"`
	// SecretARN is the Secrets Manager secret of the master user.
	SecretARN pulumi.StringOutput `pulumi:"secretArn"`
	// SecurityGroupID is the group of the database.
	SecurityGroupID pulumi.StringOutput `pulumi:"securityGroupId"`
	// KeyARN is the KMS key that encrypts storage, backups and the master secret.
	KeyARN pulumi.StringOutput `pulumi:"keyArn"`
}

// RefFromStack reads the Ref that another stack of this platform exports.
func RefFromStack(stack *pulumi.StackReference) (Ref, error) {
	return contract.FromStack[Ref](stack, OutputKey)
}

// Outputs returns the Ref as the map a stack exports under OutputKey.
func (r Ref) Outputs() pulumi.Map { return contract.Outputs(r) }
