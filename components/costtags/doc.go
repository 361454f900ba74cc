// Package costtags activates tags for cost allocation, so that Cost Explorer,
// AWS Budgets and the cost and usage reports can tell costs apart by them.
//
// AWS allows this in the account that pays only: the management account of an
// organisation, or an account of its own. In a member account every deployment
// fails with "Linked account doesn't have access to cost allocation tags". A tag
// can be activated once something has carried it for about a day, and counts
// from then on, not backwards. The activation is of the account and not of a
// stack: of several stacks in one account, one alone may do it.
//
// It costs nothing.
//
//	_, err := costtags.New(ctx, "cost-tags", &costtags.Args{Keys: tags.Mandatory()})
package costtags
