package metadatastore

import (
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/mlops-iac/mlops/components/internal/contract"
)

// OutputKey is the stack output under which the platform exports the Ref.
const OutputKey = "metadataStore"

// Ref is what other components need to know of a metadata store. It holds no password.
type Ref struct {
	// Host is the DNS name of the database.
	Host pulumi.StringOutput `pulumi:"host"`
	// Port is the TCP port of the database.
	Port pulumi.IntOutput `pulumi:"port"`
	// Database is the name of the database.
	Database pulumi.StringOutput `pulumi:"database"`
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
	var ref Ref
	err := contract.FromStack(stack, OutputKey, &ref)
	return ref, err
}

// Outputs returns the Ref as the map a stack exports under OutputKey.
func (r Ref) Outputs() pulumi.Map { return contract.Outputs(r) }
