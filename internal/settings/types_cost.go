package settings

import budgetspec "github.com/mlops-iac/mlops/components/budget/spec"

// Cost limits the costs of the stack, and says how they are watched.
type Cost struct {
	// Budgets are monthly budgets in AWS Budgets. They warn and stop nothing.
	Budgets Budgets `json:"budgets"`
	// ActivateTags makes the platform's tags known to the bill of the account, which filters by them then. It works in
	// the account that pays only, and in one stack of an account only.
	ActivateTags bool `json:"activateTags"`
}

// Budgets are monthly budgets. They need tags that are activated for cost allocation.
type Budgets struct {
	budgetspec.Budget
	// TopicARN is an SNS topic that is told, in the partition and region of the stack. Its policy must let
	// `budgets.amazonaws.com` publish.
	TopicARN string `json:"topicArn"`
	// Tenants makes a budget for every tenant whose definition has `budget.monthlyUSD`, and tells its owners. It counts
	// what carries the tag `mlops.io/tenant`, which shared nodes do not.
	Tenants bool `json:"tenants"`
}
