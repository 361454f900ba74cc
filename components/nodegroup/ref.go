package nodegroup

import (
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/mlops-iac/mlops/components/internal/contract"
)

// OutputKey is the stack output under which the platform exports the Refs of
// all its node groups, by name.
const OutputKey = "nodeGroups"

// Ref holds the outputs of a node group that others use.
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

// RefFromStack reads the Ref of the named node group that another stack of this
// platform exports. A name that is not there becomes an error when an output is
// used.
func RefFromStack(stack *pulumi.StackReference, name string) (Ref, error) {
	return contract.FromStackEntry[Ref](stack, OutputKey, name)
}

// Outputs returns the Ref as the map a stack exports under its name.
func (r Ref) Outputs() pulumi.Map { return contract.Outputs(r) }
