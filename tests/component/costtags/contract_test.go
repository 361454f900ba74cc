package costtags_test

import (
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/mlops-iac/mlops/components/costtags"
	"github.com/mlops-iac/mlops/internal/shared/tags"
	"github.com/mlops-iac/mlops/tests/harness/contract"
	"github.com/mlops-iac/mlops/tests/harness/example"
)

func TestContract(t *testing.T) {
	t.Parallel()
	contract.Check(t, &costtags.CostTags{}, costtags.Args{}, costtags.Token)
}

// The tags by which costs can be told apart.
func Example() {
	example.PrintResources(func(ctx *pulumi.Context) error {
		_, err := costtags.New(ctx, "cost-tags", &costtags.Args{Keys: []string{"environment", "owner", tags.Tenant}})
		return err
	})
	// Output:
	// mlops:index:CostTags cost-tags
	//   aws:costexplorer/costAllocationTag:CostAllocationTag cost-tags-environment
	//   aws:costexplorer/costAllocationTag:CostAllocationTag cost-tags-mlops.io-tenant
	//   aws:costexplorer/costAllocationTag:CostAllocationTag cost-tags-owner
}
