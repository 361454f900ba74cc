package budget_test

import (
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/mlops-iac/mlops/components/budget"
	"github.com/mlops-iac/mlops/components/budget/spec"
	"github.com/mlops-iac/mlops/tests/harness"
	valid "github.com/mlops-iac/mlops/tests/harness/valid/budget"
)

const token = "aws:budgets/budget:Budget"

func program(args *budget.Args) pulumi.RunFunc {
	return harness.Program(budget.New, "dev", args)
}

func TestBudget(t *testing.T) {
	t.Parallel()
	recorder := harness.Run(t, program(valid.Budget()))
	require.Len(t, recorder.Resources(), 2)
	r := recorder.One(t, token, "dev-budget")
	assert.Equal(t, budget.Token, r.ParentType)
	for path, want := range map[string]any{
		"budgetType": "COST", "timeUnit": "MONTHLY", "limitAmount": "900", "limitUnit": "USD",
		"costFilters":             []any{map[string]any{"name": "TagKeyValue", "values": []any{"user:environment$dev"}}},
		"costTypes.includeCredit": false, "costTypes.includeRefund": false,
		"tags.project": "mlops", "tags.Name": "dev",
	} {
		assert.Equal(t, want, r.Prop(path), path)
	}
	notifications, _ := r.Prop("notifications").([]any)
	require.Len(t, notifications, 3)
	for i, want := range []struct {
		kind      string
		threshold float64
	}{{"ACTUAL", 80}, {"ACTUAL", 100}, {"FORECASTED", 100}} {
		assert.Equal(t, map[string]any{
			"notificationType": want.kind, "comparisonOperator": "GREATER_THAN", "threshold": want.threshold,
			"thresholdType": "PERCENTAGE", "subscriberEmailAddresses": []any{"ada@example.com"},
			"subscriberSnsTopicArns": []any{"arn:aws:sns:eu-west-1:111111111111:money"},
		}, notifications[i])
	}
}

func TestATopicAloneIsEnough(t *testing.T) {
	t.Parallel()
	args := valid.Budget()
	args.Emails, args.Actual, args.Forecast = nil, []int{50}, []int{}
	r := harness.Run(t, program(args)).One(t, token, "dev-budget")
	notifications, _ := r.Prop("notifications").([]any)
	require.Len(t, notifications, 1)
	assert.Equal(t, 50.0, notifications[0].(map[string]any)["threshold"])
}

func TestInvalidArguments(t *testing.T) {
	t.Parallel()
	_, err := harness.RunErr(program(&budget.Args{
		Budget: spec.Budget{Emails: []string{"ada", "bob@example.com", "bob@example.com"}}, Tag: budget.Tag{Key: "tenant$"},
		Actual: []int{0, 10, 20, 30, 40, 40},
	}))
	require.ErrorContains(t, err, `budget "dev": 8 errors:
  actual: Invalid value: 7: must be 1 to 5 thresholds together with forecast
  actual[0]: Invalid value: 0: must be 1 to 1000 percent
  actual[5]: Duplicate value: 40
  emails[0]: Invalid value: "ada": must be an e-mail address
  emails[2]: Duplicate value: "bob@example.com"
  monthlyUSD: Invalid value: 0: must be >= 1 US dollar
  tag.key: Invalid value: "tenant$": must not contain $, which parts key and value in AWS Budgets
  tag.value: Required value: what the budget counts`)
	_, err = harness.RunErr(program(&budget.Args{Budget: spec.Budget{MonthlyUSD: 1}, Tag: budget.Tag{Key: "a", Value: "b"}}))
	require.ErrorContains(t, err, `emails: Required value: an address, or topicArn: a budget that tells nobody is of no use`)
}
