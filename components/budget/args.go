package budget

import (
	"slices"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/mlops-iac/mlops/components/budget/spec"
)

// Args configure a Budget.
type Args struct {
	// Budget is the amount, at least 1 US dollar, and who is told by e-mail; the
	// amount is required, and an address or TopicARN.
	spec.Budget
	// Tag selects the resources that count: all that carry it; required.
	Tag Tag `pulumi:"tag"`
	// TopicARN is an SNS topic that is told, and whose policy lets
	// budgets.amazonaws.com publish; default none.
	TopicARN pulumi.StringInput `pulumi:"topicArn"`
	// Actual are the shares of the amount, in percent, at which the spending of the
	// month is told; default DefaultActual.
	Actual []int `pulumi:"actual"`
	// Forecast are those at which what AWS expects of the whole month is told;
	// default DefaultForecast. Both together at most MaximumNotifications.
	Forecast []int `pulumi:"forecast"`
	// Tags are put on the budget itself; default none.
	Tags map[string]string `pulumi:"tags"`
}

// Tag is a tag that users put on resources.
type Tag struct {
	// Key of the tag; required.
	Key string `pulumi:"key"`
	// Value of the tag; required.
	Value string `pulumi:"value"`
}

// filter spells the tag as AWS Budgets does.
func (t Tag) filter() string { return "user:" + t.Key + "$" + t.Value }

func (a *Args) inputs() pulumi.Map {
	return pulumi.Map{
		"monthlyUSD": pulumi.Int(a.MonthlyUSD),
		"tag":        pulumi.String(a.Tag.filter()),
	}
}

func (a *Args) withDefaults() *Args {
	in := Args{}
	if a != nil {
		in = *a
	}
	in.Emails = slices.Clone(in.Emails)
	if in.Actual == nil {
		in.Actual = DefaultActual()
	}
	if in.Forecast == nil {
		in.Forecast = DefaultForecast()
	}
	return &in
}
