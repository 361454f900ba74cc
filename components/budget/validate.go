package budget

import (
	"fmt"
	"slices"
	"strings"

	"k8s.io/apimachinery/pkg/util/validation/field"

	"github.com/mlops-iac/mlops/components/internal/known"
	"github.com/mlops-iac/mlops/internal/shared/awsenv"
	"github.com/mlops-iac/mlops/internal/shared/tags"
	"github.com/mlops-iac/mlops/internal/shared/validation"
)

func (a *Args) validate() error {
	list := a.Budget.Check(nil, a.TopicARN != nil)
	list = append(list, tags.Check(field.NewPath("tags"), a.Tags)...)
	list = append(list, known.Check(field.NewPath("topicArn"), a.TopicARN, awsenv.IsTopicARN, awsenv.TopicRule)...)
	list = append(list, a.Tag.check(field.NewPath("tag"))...)
	list = append(list, checkPercents(field.NewPath("actual"), a.Actual)...)
	list = append(list, checkPercents(field.NewPath("forecast"), a.Forecast)...)
	if count := len(a.Actual) + len(a.Forecast); count < 1 || count > MaximumNotifications {
		list = append(list, field.Invalid(field.NewPath("actual"), count,
			fmt.Sprintf("must be 1 to %d thresholds together with forecast", MaximumNotifications)))
	}
	return validation.ToError("", list)
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
