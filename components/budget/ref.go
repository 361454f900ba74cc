package budget

import "github.com/pulumi/pulumi/sdk/v3/go/pulumi"

// Ref holds the outputs of a budget that others use.
type Ref struct {
	// Name is the name of the budget in AWS Budgets.
	Name pulumi.StringOutput `pulumi:"name"`
	// ARN is its ARN.
	ARN pulumi.StringOutput `pulumi:"arn"`
}
