// Package valid has valid arguments for the tests of budget, which change what they are about.
package valid

import (
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/mlops-iac/mlops/components/budget"
	"github.com/mlops-iac/mlops/components/budget/spec"
)

// Budget returns valid arguments of a budget.
func Budget() *budget.Args {
	return &budget.Args{
		Budget: spec.Budget{MonthlyUSD: 900, Emails: []string{"ada@example.com"}}, Tag: budget.Tag{Key: "environment", Value: "dev"},
		TopicARN: pulumi.String("arn:aws:sns:eu-west-1:111111111111:money"), Tags: map[string]string{"project": "mlops"},
	}
}
