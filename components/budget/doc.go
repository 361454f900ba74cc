// Package budget builds one monthly budget in AWS Budgets for what carries one
// tag, and tells people when the month's spending, or the forecast of it,
// reaches a share of the amount.
//
// A budget warns; it stops nothing. AWS brings its figures up to date a few
// times a day, and can filter by a tag only after the tag was activated for cost
// allocation in the account that pays (package costtags). Credits and refunds
// are left out: they would hide what is spent until the day they end.
//
// # Cost
//
// Budgets that only notify are free.
//
// # Example
//
//	_, err := budget.New(ctx, "dev", &budget.Args{
//		Budget: spec.Budget{MonthlyUSD: 900, Emails: []string{"ml-platform@example.com"}},
//		Tag:    budget.Tag{Key: "environment", Value: "dev"},
//		Tags:   tags,
//	})
package budget
