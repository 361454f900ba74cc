package logging

import (
	"regexp"
	"slices"

	"k8s.io/apimachinery/pkg/util/validation/field"

	"github.com/mlops-iac/mlops/components/tenant/spec"
	"github.com/mlops-iac/mlops/internal/awsenv"
	"github.com/mlops-iac/mlops/internal/faults"
)

var (
	prefixPattern = regexp.MustCompile(`^[a-z][a-z0-9-]{0,62}$`)
	topicPattern  = regexp.MustCompile(`^arn:[a-z-]+:sns:[a-z0-9-]+:[0-9]{12}:[A-Za-z0-9_.-]{1,256}$`)
)

func (a *Args) validate() error {
	var list field.ErrorList
	if !prefixPattern.MatchString(a.Prefix) {
		list = append(list, field.Invalid(field.NewPath("prefix"), a.Prefix,
			"must be 1 to 63 of a-z, 0-9 and '-', starting with a letter"))
	}
	list = append(list, awsenv.CheckAccountID(field.NewPath("accountId"), a.AccountID)...)
	list = append(list, awsenv.CheckRegion(field.NewPath("region"), a.Region)...)
	if a.Region != "" {
		list = append(list, awsenv.CheckPartition(field.NewPath("partition"), a.Partition, a.Region)...)
	}
	for i, name := range a.Tenants {
		at := field.NewPath("tenants").Index(i)
		list = append(list, spec.CheckName(at, name)...)
		if slices.Index(a.Tenants, name) < i {
			list = append(list, field.Duplicate(at, name))
		}
	}
	list = append(list, awsenv.CheckLogRetention(field.NewPath("retentionDays"), a.RetentionDays)...)
	alarms := field.NewPath("alarms")
	for _, threshold := range []struct {
		key   string
		value int
	}{{"outOfMemoryKills", a.Alarms.OutOfMemoryKills}, {"timeouts", a.Alarms.Timeouts}} {
		if threshold.value < 0 {
			list = append(list, field.Invalid(alarms.Child(threshold.key), threshold.value, "must be >= 0"))
		}
	}
	if a.TopicARN != "" && !topicPattern.MatchString(a.TopicARN) {
		list = append(list, field.Invalid(field.NewPath("topicArn"), a.TopicARN, "must be the ARN of an SNS topic"))
	}
	return faults.ToError("", list)
}
