package settings

import (
	"fmt"
	"net/mail"

	"k8s.io/apimachinery/pkg/util/validation/field"
)

// maxBudgetEmails is how many addresses AWS Budgets tells of one threshold.
const maxBudgetEmails = 10

func (b Budgets) validate(c *checker, at *field.Path, aws AWS) {
	if b.MonthlyUSD < 0 {
		c.add(field.Invalid(at.Child("monthlyUSD"), b.MonthlyUSD, "must be >= 0"))
	}
	emails := at.Child("emails")
	if b.MonthlyUSD > 0 && len(b.Emails) == 0 && b.TopicARN == "" {
		c.add(field.Required(emails, "an address, or cost.budgets.topicArn: a budget that tells nobody is of no use"))
	}
	if len(b.Emails) > maxBudgetEmails {
		c.add(field.TooMany(emails, len(b.Emails), maxBudgetEmails))
	}
	c.unique(emails, b.Emails)
	for i, email := range b.Emails {
		if address, err := mail.ParseAddress(email); err != nil || address.Address != email {
			c.add(field.Invalid(emails.Index(i), email, "must be an e-mail address"))
		}
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
