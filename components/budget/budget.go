package budget

import (
	"fmt"
	"strconv"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/budgets"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/mlops-iac/mlops/components/internal/contract"
	"github.com/mlops-iac/mlops/components/internal/tagmap"
)

// Token is the type token of Budget.
const Token = "mlops:index:Budget"

// Budget is one monthly budget.
type Budget struct {
	pulumi.ResourceState

	// The outputs, as in Ref.
	Name pulumi.StringOutput `pulumi:"name"`
	ARN  pulumi.StringOutput `pulumi:"arn"`

	ref Ref
}

// Ref returns what others need to know of the budget.
func (b *Budget) Ref() Ref { return b.ref }

// New makes a Budget. It returns an error that lists every error of args.
func New(ctx *pulumi.Context, name string, args *Args, opts ...pulumi.ResourceOption) (*Budget, error) {
	in := args.withDefaults()
	if err := in.validate(); err != nil {
		return nil, fmt.Errorf("budget %q: %w", name, err)
	}
	b := &Budget{}
	if err := ctx.RegisterComponentResourceV2(Token, name, in.inputs(), b, opts...); err != nil {
		return nil, err
	}
	if err := b.create(ctx, name, in); err != nil {
		return nil, fmt.Errorf("budget %q: %w", name, err)
	}
	return b, contract.Register(ctx, b, b.ref)
}

func (b *Budget) create(ctx *pulumi.Context, name string, in *Args) error {
	made, err := budgets.NewBudget(ctx, name+"-budget", &budgets.BudgetArgs{
		BudgetType:  pulumi.String("COST"),
		TimeUnit:    pulumi.String("MONTHLY"),
		LimitAmount: pulumi.String(strconv.Itoa(in.MonthlyUSD)),
		LimitUnit:   pulumi.String("USD"),
		CostFilters: budgets.BudgetCostFilterArray{budgets.BudgetCostFilterArgs{
			Name: pulumi.String("TagKeyValue"), Values: pulumi.StringArray{pulumi.String(in.Tag.filter())},
		}},
		CostTypes:     budgets.BudgetCostTypesArgs{IncludeCredit: pulumi.Bool(false), IncludeRefund: pulumi.Bool(false)},
		Notifications: in.notifications(),
		Tags:          tagmap.Named(in.Tags, name),
	}, pulumi.Parent(b))
	if err != nil {
		return fmt.Errorf("creating budget: %w", err)
	}
	b.ref = Ref{Name: made.Name, ARN: made.Arn}
	return nil
}

func (a *Args) notifications() budgets.BudgetNotificationArray {
	var topics pulumi.StringArrayInput
	if a.TopicARN != nil {
		topics = pulumi.StringArray{a.TopicARN}
	}
	var made budgets.BudgetNotificationArray
	for _, kind := range []struct {
		name     string
		percents []int
	}{{"ACTUAL", a.Actual}, {"FORECASTED", a.Forecast}} {
		for _, percent := range kind.percents {
			made = append(made, budgets.BudgetNotificationArgs{
				NotificationType:         pulumi.String(kind.name),
				ComparisonOperator:       pulumi.String("GREATER_THAN"),
				Threshold:                pulumi.Float64(percent),
				ThresholdType:            pulumi.String("PERCENTAGE"),
				SubscriberEmailAddresses: pulumi.ToStringArray(a.Emails),
				SubscriberSnsTopicArns:   topics,
			})
		}
	}
	return made
}
