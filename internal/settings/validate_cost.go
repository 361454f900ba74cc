package settings

import (
	"fmt"

	"k8s.io/apimachinery/pkg/util/validation/field"

	budgetspec "github.com/mlops-iac/mlops/components/budget/spec"
)

func (b Budgets) validate(c *checker, at *field.Path, aws AWS) {
	if b.MonthlyUSD == 0 {
		c.add(budgetspec.CheckEmails(at.Child("emails"), b.Emails)...)
	} else {
		c.add(b.Check(at, b.TopicARN != "")...)
	}
	(&SNS{TopicARN: b.TopicARN}).validate(c, at, aws)
}

// validateCost keeps to the partition in which AWS Budgets and Cost Explorer are.
func (p *Platform) validateCost(c *checker, at *field.Path) {
	p.Cost.Budgets.validate(c, at.Child("budgets"), p.AWS)
	if p.AWS.ownPartition() == PartitionCommercial || p.AWS.Region == "" {
		return
	}
	rule := fmt.Sprintf("exists in partition %s only", PartitionCommercial)
	for _, part := range []struct {
		path *field.Path
		on   bool
	}{
		{at.Child("budgets", "monthlyUSD"), p.Cost.Budgets.MonthlyUSD > 0},
		{at.Child("budgets", "tenants"), p.Cost.Budgets.Tenants},
		{at.Child("activateTags"), p.Cost.ActivateTags},
	} {
		if part.on {
			c.add(field.Forbidden(part.path, rule))
		}
	}
}
