package budget

import (
	"slices"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// Args configure a Budget.
type Args struct {
	// MonthlyUSD is the amount a month in US dollars, at least 1; required.
	MonthlyUSD int
	// Tag is what counts: everything that carries it; required.
	Tag Tag
	// Emails are told, at most MaximumEmails. This or TopicARN is required.
	Emails []string
	// TopicARN is an SNS topic that is told, and whose policy lets
	// budgets.amazonaws.com publish; default none.
	TopicARN pulumi.StringInput
	// Actual are the shares of the amount, in percent, at which the spending of the
	// month is told; default DefaultActual.
	Actual []int
	// Forecast are those at which what AWS expects of the whole month is told;
	// default DefaultForecast. Both together at most MaximumNotifications.
	Forecast []int
	// Tags are put on the budget itself; default none.
	Tags map[string]string
}

// Tag is a tag that users put on resources.
type Tag struct {
	// Key and Value of the tag; both required.
	Key, Value string
}

// filter spells the tag as AWS Budgets does.
func (t Tag) filter() string { return "user:" + t.Key + "$" + t.Value }

func (a *Args) inputs() pulumi.Map {
	return pulumi.Map{
		"monthlyUsd": pulumi.Int(a.MonthlyUSD),
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
