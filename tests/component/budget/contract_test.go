package budget_test

import (
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/mlops-iac/mlops/components/budget"
	"github.com/mlops-iac/mlops/components/budget/spec"
	"github.com/mlops-iac/mlops/tests/harness/contract"
	"github.com/mlops-iac/mlops/tests/harness/example"
)

func TestContract(t *testing.T) {
	t.Parallel()
	contract.Check(t, &budget.Budget{}, budget.Args{}, budget.Token)
}

// A budget for everything that carries one tag.
func Example() {
	example.PrintResources(func(ctx *pulumi.Context) error {
		_, err := budget.New(ctx, "dev", &budget.Args{
			Budget: spec.Budget{MonthlyUSD: 900, Emails: []string{"ml-platform@example.com"}},
			Tag:    budget.Tag{Key: "environment", Value: "dev"},
		})
		return err
	})
	// Output:
	// mlops:index:Budget dev
	//   aws:budgets/budget:Budget dev-budget
}
