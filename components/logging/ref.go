package logging

import (
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/mlops-iac/mlops/components/internal/contract"
)

// OutputKey is the stack output under which the platform exports the Ref.
const OutputKey = "logs"

// Ref holds the outputs of the logs that others use.
type Ref struct {
	// PlatformGroup is the log group of what belongs to no tenant.
	PlatformGroup pulumi.StringOutput `pulumi:"platformGroup"`
	// TenantGroupPrefix and the name of a tenant are that tenant's log group.
	TenantGroupPrefix pulumi.StringOutput `pulumi:"tenantGroupPrefix"`
	// KeyARN is the KMS key of all groups.
	KeyARN pulumi.StringOutput `pulumi:"keyArn"`
	// MetricNamespace is where CloudWatch has the metrics made from logs.
	MetricNamespace pulumi.StringOutput `pulumi:"metricNamespace"`
}

// RefFromStack reads the Ref that another stack of this platform exports.
func RefFromStack(stack *pulumi.StackReference) (Ref, error) {
	return contract.FromStack[Ref](stack, OutputKey)
}

// Outputs returns the Ref as the map a stack exports under OutputKey.
func (r Ref) Outputs() pulumi.Map { return contract.Outputs(r) }

// TenantRef holds the outputs of the logs of a tenant that others use.
type TenantRef struct {
	// Group is the log group of the tenant.
	Group pulumi.StringOutput `pulumi:"group"`
}
