package settings

import (
	"fmt"

	"k8s.io/apimachinery/pkg/util/validation/field"

	monitoringspec "github.com/mlops-iac/mlops/components/monitoring/spec"
	"github.com/mlops-iac/mlops/internal/shared/awsenv"
	"github.com/mlops-iac/mlops/internal/shared/validation"
)

func (o ObjectStore) validateS3(c *checker, at *field.Path, place awsenv.Place) {
	c.add(o.ObjectStore.Check(at)...)
	if o.Replication != nil {
		c.add(o.Replication.Check(at.Child("replication"), place)...)
	}
}

func (m Monitoring) validate(c *checker, at *field.Path, mustEncrypt bool) {
	c.add(m.Check(at)...)
	alerting := at.Child("alerting")
	if slack := m.Alerting.Slack; slack != nil {
		c.secret(alerting.Child("slack", "webhookUrl"), slack.WebhookURL, mustEncrypt, monitoringspec.IsHTTPS, monitoringspec.HTTPSRule)
		c.add(monitoringspec.CheckChannel(alerting.Child("slack", "channel"), slack.Channel)...)
	}
	if pager := m.Alerting.PagerDuty; pager != nil {
		c.secret(alerting.Child("pagerDuty", "routingKey"), pager.RoutingKey, mustEncrypt,
			monitoringspec.IsRoutingKey, monitoringspec.RoutingKeyRule)
	}
	if hook := m.Alerting.Webhook; hook != nil {
		c.secret(alerting.Child("webhook", "url"), hook.URL, mustEncrypt, monitoringspec.IsWebhookURL, monitoringspec.WebhookURLRule)
	}
}

func (s *SNS) validate(c *checker, at *field.Path, aws AWS) {
	if s == nil || s.TopicARN == "" {
		return
	}
	topic, _ := awsenv.ParseARN(s.TopicARN)
	if !awsenv.IsTopicARN(s.TopicARN) || topic.Partition != string(aws.ownPartition()) || topic.Region != aws.Region {
		c.add(field.Invalid(at.Child("topicArn"), s.TopicARN,
			fmt.Sprintf("%s in partition %s and aws.region (%s)", awsenv.TopicRule, aws.ownPartition(), aws.Region)))
	}
}

// secret checks form and encryption of a secret without showing it.
func (c *checker) secret(at *field.Path, secret Secret, mustEncrypt bool, valid func(string) bool, rule string) {
	if !secret.IsSet() {
		return
	}
	if mustEncrypt && !secret.encrypted {
		c.add(field.Forbidden(at, fmt.Sprintf("must be encrypted: pulumi config set --secret --path '%s.%s'", FullKey, at)))
	}
	if text := secret.plain(); text != Placeholder && !valid(text) {
		c.add(field.Invalid(at, validation.Redacted, rule))
	}
}
