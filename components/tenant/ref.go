package tenant

import (
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/mlops-iac/mlops/components/internal/contract"
)

// OutputKey is the stack output under which the platform exports the Refs of
// all its tenants, by name.
const OutputKey = "tenants"

// Ref holds the outputs of a tenant that others use.
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

// RefFromStack reads the Ref of the named tenant that another stack of this
// platform exports. A name that is not there becomes an error when an output is
// used.
func RefFromStack(stack *pulumi.StackReference, name string) (Ref, error) {
	return contract.FromStackEntry[Ref](stack, OutputKey, name)
}

// Outputs returns the Ref as the map a stack exports under its name.
func (r Ref) Outputs() pulumi.Map { return contract.Outputs(r) }
