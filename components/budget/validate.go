package budget

import (
	"fmt"
	"net/mail"
	"slices"
	"strings"

	"k8s.io/apimachinery/pkg/util/validation/field"

	"github.com/mlops-iac/mlops/components/internal/known"
	"github.com/mlops-iac/mlops/internal/awsenv"
	"github.com/mlops-iac/mlops/internal/faults"
	"github.com/mlops-iac/mlops/internal/tags"
)

func (a *Args) validate() error {
	var list field.ErrorList
	if a.MonthlyUSD < 1 {
		list = append(list, field.Invalid(field.NewPath("monthlyUsd"), a.MonthlyUSD, "must be >= 1 US dollar"))
	}
	list = append(list, tags.Check(field.NewPath("tags"), a.Tags)...)
	list = append(list, known.Check(field.NewPath("topicArn"), a.TopicARN, awsenv.IsTopicARN, "must be the ARN of a standard SNS topic")...)
	list = append(list, a.Tag.check(field.NewPath("tag"))...)
	list = append(list, a.checkEmails(field.NewPath("emails"))...)
	list = append(list, checkPercents(field.NewPath("actual"), a.Actual)...)
	list = append(list, checkPercents(field.NewPath("forecast"), a.Forecast)...)
	if count := len(a.Actual) + len(a.Forecast); count < 1 || count > MaximumNotifications {
		list = append(list, field.Invalid(field.NewPath("actual"), count,
			fmt.Sprintf("must be 1 to %d thresholds together with forecast", MaximumNotifications)))
	}
	return faults.ToError("", list)
}

func (t Tag) check(path *field.Path) field.ErrorList {
	var list field.ErrorList
	for key, value := range map[string]string{"key": t.Key, "value": t.Value} {
		switch {
		case value == "":
			list = append(list, field.Required(path.Child(key), "what the budget counts"))
		case strings.Contains(value, "$"):
			list = append(list, field.Invalid(path.Child(key), value, "must not contain $, which parts key and value in AWS Budgets"))
		}
	}
	return list
}

func (a *Args) checkEmails(path *field.Path) field.ErrorList {
	var list field.ErrorList
	if len(a.Emails) == 0 && a.TopicARN == nil {
		list = append(list, field.Required(path, "an address or a topic: a budget that tells nobody is of no use"))
	}
	if len(a.Emails) > MaximumEmails {
		list = append(list, field.TooMany(path, len(a.Emails), MaximumEmails))
	}
	for i, email := range a.Emails {
		if address, err := mail.ParseAddress(email); err != nil || address.Address != email {
			list = append(list, field.Invalid(path.Index(i), email, "must be an e-mail address"))
		} else if slices.Contains(a.Emails[:i], email) {
			list = append(list, field.Duplicate(path.Index(i), email))
		}
	}
	return list
}

func checkPercents(path *field.Path, percents []int) field.ErrorList {
	var list field.ErrorList
	for i, percent := range percents {
		if percent < 1 || percent > MaximumPercent {
			list = append(list, field.Invalid(path.Index(i), percent, fmt.Sprintf("must be 1 to %d percent", MaximumPercent)))
		} else if slices.Contains(percents[:i], percent) {
			list = append(list, field.Duplicate(path.Index(i), percent))
		}
	}
	return list
}
