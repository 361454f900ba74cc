package nodegroup

import (
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/mlops-iac/mlops/components/internal/contract"
)

// OutputKey is the stack output under which the platform exports the Ref.
const OutputKey = "nodeGroup"

// Ref is what other components need to know of a node group.
type Ref struct {
	// Name is the name of the EKS node group.
	Name pulumi.StringOutput `pulumi:"name"`
	// ARN is the ARN of the node group.
	ARN pulumi.StringOutput `pulumi:"arn"`
	// RoleARN is the IAM role of the nodes.
	RoleARN pulumi.StringOutput `pulumi:"roleArn"`
	// AutoScalingGroupNames are the groups EKS made for it.
	AutoScalingGroupNames pulumi.StringArrayOutput `pulumi:"autoScalingGroupNames"`
}

// RefFromStack reads the Ref that another stack of this platform exports.
func RefFromStack(stack *pulumi.StackReference) (Ref, error) {
	var ref Ref
	err := contract.FromStack(stack, OutputKey, &ref)
	return ref, err
}

// Outputs returns the Ref as the map a stack exports under OutputKey.
func (r Ref) Outputs() pulumi.Map { return contract.Outputs(r) }
