package platform

import (
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"k8s.io/apimachinery/pkg/util/validation/field"

	"github.com/mlops-iac/mlops/components/budget"
	"github.com/mlops-iac/mlops/components/budget/spec"
	"github.com/mlops-iac/mlops/components/costtags"
	"github.com/mlops-iac/mlops/internal/settings"
	"github.com/mlops-iac/mlops/internal/shared/tags"
	"github.com/mlops-iac/mlops/tenants"
)

// newBudgets makes the budgets of the stack and of its tenants, and the tags
// they count by known to the bill.
func (b *build) newBudgets(ctx *pulumi.Context, opts ...pulumi.ResourceOption) error {
	in := b.settings.Cost
	if in.ActivateTags {
		keys := append(tags.Mandatory(), tags.Tenant)
		if _, err := costtags.New(ctx, b.name("cost-tags"), &costtags.Args{Keys: keys}, opts...); err != nil {
			return err
		}
	}
	if in.Budgets.MonthlyUSD > 0 {
		whole := b.budgetArgs(in.Budgets.Budget, tags.Environment, b.settings.Environment)
		if _, err := budget.New(ctx, b.name("budget"), whole, opts...); err != nil {
			return err
		}
	}
	for _, t := range b.tenants {
		if !in.Budgets.Tenants || t.Budget.MonthlyUSD == 0 {
			continue
		}
		own := b.budgetArgs(spec.Budget{MonthlyUSD: t.Budget.MonthlyUSD, Emails: t.Owners}, tags.Tenant, t.Name)
		own.Tags = tags.Merge(b.tags, map[string]string{tags.Tenant: t.Name})
		if _, err := budget.New(ctx, b.name("tenant", t.Name, "budget"), own, opts...); err != nil {
			return err
		}
	}
	return nil
}

func (b *build) budgetArgs(amount spec.Budget, key, value string) *budget.Args {
	args := &budget.Args{Budget: amount, Tag: budget.Tag{Key: key, Value: value}, Tags: b.tags}
	if topic := b.settings.Cost.Budgets.TopicARN; topic != "" {
		args.TopicARN = pulumi.String(topic)
	}
	return args
}

// checkBudget checks that AWS Budgets can tell every owner of a tenant.
func checkBudget(s settings.Platform, t tenants.Tenant, path *field.Path) field.ErrorList {
	if !s.Cost.Budgets.Tenants || t.Budget.MonthlyUSD == 0 || len(t.Owners) <= spec.MaximumEmails {
		return nil
	}
	return field.ErrorList{field.TooMany(path.Child("owners"), len(t.Owners), spec.MaximumEmails)}
}
