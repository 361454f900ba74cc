// Package spec holds the settings of a budget as plain values, in the words of a
// stack file: the amount, who is told, and what AWS Budgets would refuse. It
// knows nothing of Pulumi.
package spec

import (
	"fmt"

	"k8s.io/apimachinery/pkg/util/validation/field"

	"github.com/mlops-iac/mlops/internal/shared/validation"
)

// Budget is an amount a month and the people who are told.
type Budget struct {
	// MonthlyUSD is the amount a month; 0 makes no budget. In a stack file it is for everything with the `environment` tag
	// of the stack.
	MonthlyUSD int `json:"monthlyUSD" pulumi:"monthlyUSD" unit:"US dollars"`
	// Emails are told at 80 and 100 % of it, and when the forecast reaches it; at most 10. They or a topic are required.
	Emails []string `json:"emails" pulumi:"emails"`
}

// MaximumEmails is how many addresses AWS Budgets tells of one threshold.
const MaximumEmails = 10

// Check reports an amount of nothing, what is no address, and a budget that tells
// nobody. toTopic says that a topic is told.
func (b Budget) Check(path *field.Path, toTopic bool) field.ErrorList {
	var list field.ErrorList
	if b.MonthlyUSD < 1 {
		list = append(list, field.Invalid(path.Child("monthlyUSD"), b.MonthlyUSD, "must be >= 1 US dollar"))
	}
	if len(b.Emails) == 0 && !toTopic {
		list = append(list, field.Required(path.Child("emails"),
			fmt.Sprintf("an address, or %s: a budget that tells nobody is of no use", path.Child("topicArn"))))
	}
	return append(list, CheckEmails(path.Child("emails"), b.Emails)...)
}

// CheckEmails reports what is no e-mail address, repeated ones and too many.
func CheckEmails(path *field.Path, emails []string) field.ErrorList {
	list := validation.Emails(path, emails)
	if len(emails) > MaximumEmails {
		list = append(list, field.TooMany(path, len(emails), MaximumEmails))
	}
	return list
}
