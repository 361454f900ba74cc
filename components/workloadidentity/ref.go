package workloadidentity

import (
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/mlops-iac/mlops/components/internal/contract"
)

// OutputKey is the stack output under which the platform exports the Ref.
const OutputKey = "workloadIdentity"

// Ref holds the names and annotations by which a workload uses its identity.
type Ref struct {
	// RoleARN is the IAM role the workload assumes.
	RoleARN pulumi.StringOutput `pulumi:"roleArn"`
	// RoleName is the name of that role.
	RoleName pulumi.StringOutput `pulumi:"roleName"`
	// ServiceAccountAnnotations are the annotations the service account must
	// carry; empty with Pod Identity.
	ServiceAccountAnnotations pulumi.StringMapOutput `pulumi:"serviceAccountAnnotations"`
}

// RefFromStack reads the Ref that another stack of this platform exports.
func RefFromStack(stack *pulumi.StackReference) (Ref, error) {
	return contract.FromStack[Ref](stack, OutputKey)
}

// Outputs returns the Ref as the map a stack exports under OutputKey.
func (r Ref) Outputs() pulumi.Map { return contract.Outputs(r) }
