package logging

import (
	"regexp"

	"k8s.io/apimachinery/pkg/util/validation/field"

	"github.com/mlops-iac/mlops/components/internal/known"
	tenantspec "github.com/mlops-iac/mlops/components/tenant/spec"
	"github.com/mlops-iac/mlops/internal/shared/awsenv"
	"github.com/mlops-iac/mlops/internal/shared/tags"
	"github.com/mlops-iac/mlops/internal/shared/validation"
)

var prefixPattern = regexp.MustCompile(`^[a-z][a-z0-9-]{0,62}$`)

func (a *Args) validate() error {
	list := append(checkPrefix(a.Prefix), tags.Check(field.NewPath("tags"), a.Tags)...)
	list = append(list, awsenv.CheckAccountID(field.NewPath("accountId"), a.AccountID)...)
	list = append(list, awsenv.CheckRegion(field.NewPath("region"), a.Region)...)
	if a.Region != "" {
		list = append(list, awsenv.CheckPartition(field.NewPath("partition"), a.Partition, a.Region)...)
	}
	list = append(list, a.Check(nil)...)
	if topic, ok := awsenv.ParseARN(a.TopicARN); ok && awsenv.IsRegion(a.Region) && topic.Region != a.Region {
		list = append(list, field.Invalid(field.NewPath("topicArn"), a.TopicARN,
			"must be in region "+a.Region+": alarms reach no other"))
	}
	return validation.ToError("", append(list, checkTopic(a.TopicARN)...))
}

func (a *TenantArgs) validate() error {
	list := append(checkPrefix(a.Prefix), tenantspec.CheckName(field.NewPath("tenant"), a.Tenant)...)
	if a.KeyARN == nil {
		list = append(list, field.Required(field.NewPath("keyArn"), "the key of the stack's log groups"))
	}
	list = append(list, tags.Check(field.NewPath("tags"), a.Tags)...)
	list = append(list, known.Check(field.NewPath("keyArn"), a.KeyARN, awsenv.IsKeyARN, "must be the ARN of a KMS key")...)
	list = append(list, a.Check(nil)...)
	return validation.ToError("", append(list, checkTopic(a.TopicARN)...))
}

func (a *QueriesArgs) validate() error {
	list := checkPrefix(a.Prefix)
	if a.PlatformGroup == nil {
		list = append(list, field.Required(field.NewPath("platformGroup"), "the log group of the platform"))
	}
	return validation.ToError("", list)
}

func checkPrefix(prefix string) field.ErrorList {
	if prefixPattern.MatchString(prefix) {
		return nil
	}
	return field.ErrorList{field.Invalid(field.NewPath("prefix"), prefix,
		"must be 1 to 63 of a-z, 0-9 and '-', starting with a letter")}
}

func checkTopic(topic string) field.ErrorList {
	if topic == "" || awsenv.IsTopicARN(topic) {
		return nil
	}
	return field.ErrorList{field.Invalid(field.NewPath("topicArn"), topic, awsenv.TopicRule)}
}
