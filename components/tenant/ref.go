package tenant

import (
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/mlops-iac/mlops/components/internal/contract"
)

// OutputKey is the stack output under which the platform exports the Ref.
const OutputKey = "tenant"

// Ref is what others need to know of a tenant.
type Ref struct {
	// Namespace is the name of the namespace.
	Namespace pulumi.StringOutput `pulumi:"namespace"`
	// ServiceAccount is the name of the service account tenant workloads use.
	ServiceAccount pulumi.StringOutput `pulumi:"serviceAccount"`
	// ServiceURL is the URL of the inference service inside the cluster.
	ServiceURL pulumi.StringOutput `pulumi:"serviceUrl"`
	// ObjectPrefix is the prefix of the objects of the tenant in every bucket.
	ObjectPrefix pulumi.StringOutput `pulumi:"objectPrefix"`
}

// RefFromStack reads the Ref that another stack of this platform exports.
func RefFromStack(stack *pulumi.StackReference) (Ref, error) {
	var ref Ref
	err := contract.FromStack(stack, OutputKey, &ref)
	return ref, err
}

// Outputs returns the Ref as the map a stack exports under OutputKey.
func (r Ref) Outputs() pulumi.Map { return contract.Outputs(r) }
