package logging

import (
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/mlops-iac/mlops/components/internal/contract"
)

// OutputKey is the stack output under which the platform exports the Ref.
const OutputKey = "logs"

// Ref is what others need to know of the logs.
type Ref struct {
	// PlatformGroup is the log group of what belongs to no tenant.
	PlatformGroup pulumi.StringOutput `pulumi:"platformGroup"`
	// TenantGroups are the log groups of the tenants, by name.
	TenantGroups pulumi.StringMapOutput `pulumi:"tenantGroups"`
	// KeyARN is the KMS key of all groups.
	KeyARN pulumi.StringOutput `pulumi:"keyArn"`
	// MetricNamespace is where CloudWatch has the metrics made from logs.
	MetricNamespace pulumi.StringOutput `pulumi:"metricNamespace"`
}

// RefFromStack reads the Ref that another stack of this platform exports.
func RefFromStack(stack *pulumi.StackReference) (Ref, error) {
	var ref Ref
	err := contract.FromStack(stack, OutputKey, &ref)
	return ref, err
}

// Outputs returns the Ref as the map a stack exports under OutputKey.
func (r Ref) Outputs() pulumi.Map { return contract.Outputs(r) }
