package monitoring

import (
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"k8s.io/apimachinery/pkg/api/resource"
	kubevalidation "k8s.io/apimachinery/pkg/util/validation"
	"k8s.io/apimachinery/pkg/util/validation/field"

	"github.com/mlops-iac/mlops/components/internal/known"
	"github.com/mlops-iac/mlops/components/monitoring/spec"
	"github.com/mlops-iac/mlops/internal/shared/awsenv"
	"github.com/mlops-iac/mlops/internal/shared/validation"
)

func (a *Args) validate() error {
	list := a.Check(nil)
	if broken := kubevalidation.IsDNS1123Label(a.Namespace); len(broken) > 0 {
		list = append(list, field.Invalid(field.NewPath("namespace"), a.Namespace, strings.Join(broken, "; ")))
	}
	if broken := kubevalidation.IsDNS1123Subdomain(a.StorageClass); a.StorageClass != "" && len(broken) > 0 {
		list = append(list, field.Invalid(field.NewPath("storageClass"), a.StorageClass, strings.Join(broken, "; ")))
	}
	list = append(list, a.Prometheus.validate(field.NewPath("prometheus"))...)
	list = append(list, a.Alertmanager.validate(field.NewPath("alertmanager"))...)
	if a.Grafana.Ingress != nil {
		list = append(list, a.Grafana.Ingress.validate(field.NewPath("grafana", "ingress"))...)
	}
	return validation.ToError("", list)
}

func (p Prometheus) validate(path *field.Path) field.ErrorList {
	list := quantity(path.Child("cpu"), p.CPU)
	list = append(list, quantity(path.Child("memory"), p.Memory)...)
	return append(list, replicas(path.Child("replicas"), p.Replicas)...)
}

func (m Alertmanager) validate(path *field.Path) field.ErrorList {
	list := validation.VolumeGiB(path.Child("storageGiB"), m.StorageGiB)
	list = append(list, replicas(path.Child("replicas"), m.Replicas)...)
	return append(list, m.Receivers.validate(path.Child("receivers"))...)
}

func (r Receivers) validate(path *field.Path) field.ErrorList {
	var list field.ErrorList
	if r.Required && r.none() {
		list = append(list, field.Required(path, "at least one of slack, pagerDuty, sns and webhook must be set"))
	}
	list = append(list, r.Slack.validate(path.Child("slack"))...)
	if p := r.PagerDuty; p != nil {
		key := secret{path.Child("pagerDuty", "routingKey"), p.RoutingKey, "the integration key of the Events API v2"}
		list = append(list, key.check(spec.IsRoutingKey, spec.RoutingKeyRule)...)
	}
	list = append(list, r.SNS.validate(path.Child("sns"))...)
	return append(list, r.Webhook.validate(path.Child("webhook"))...)
}

func (s *Slack) validate(path *field.Path) field.ErrorList {
	if s == nil {
		return nil
	}
	list := secret{path.Child("webhookUrl"), s.WebhookURL, "an incoming webhook"}.check(spec.IsHTTPS, spec.HTTPSRule)
	if s.Channel == "" {
		return append(list, field.Required(path.Child("channel"), "the channel to post to, such as #mlops-alerts"))
	}
	return append(list, spec.CheckChannel(path.Child("channel"), s.Channel)...)
}

func (s *SNS) validate(path *field.Path) field.ErrorList {
	var list field.ErrorList
	if s == nil {
		return nil
	}
	if s.TopicARN == nil {
		list = append(list, field.Required(path.Child("topicArn"), "the ARN of a topic"))
	}
	list = append(list, known.Check(path.Child("topicArn"), s.TopicARN, awsenv.IsTopicARN, awsenv.TopicRule)...)
	if s.Region == "" {
		list = append(list, field.Required(path.Child("region"), "the region of the topic, for which requests are signed"))
	} else {
		list = append(list, awsenv.CheckRegion(path.Child("region"), s.Region)...)
	}
	return list
}

func (w *Webhook) validate(path *field.Path) field.ErrorList {
	if w == nil {
		return nil
	}
	address := secret{path.Child("url"), w.URL, "the endpoint that alerts are posted to"}
	list := address.check(spec.IsWebhookURL, spec.WebhookURLRule)
	if w.MaxAlerts < 0 {
		list = append(list, field.Invalid(path.Child("maxAlerts"), w.MaxAlerts, "must be >= 0; 0 is no limit"))
	}
	return list
}

// secret is a required input that messages do not repeat.
type secret struct {
	path  *field.Path
	input pulumi.StringInput
	// what is missing without it.
	what string
}

// check reports a secret that is missing, and one that is plain and breaks a
// rule, which Alertmanager would only notice at the first alert.
func (s secret) check(valid func(string) bool, rule string) field.ErrorList {
	if s.input == nil {
		return field.ErrorList{field.Required(s.path, s.what)}
	}
	if text, plain := known.Text(s.input); plain && !valid(text) {
		return field.ErrorList{field.Invalid(s.path, validation.Redacted, rule)}
	}
	return nil
}

func (r Receivers) none() bool {
	return r.Slack == nil && r.PagerDuty == nil && r.SNS == nil && r.Webhook == nil
}

func (i *Ingress) validate(path *field.Path) field.ErrorList {
	var list field.ErrorList
	if broken := kubevalidation.IsDNS1123Subdomain(i.Host); len(broken) > 0 {
		list = append(list, field.Invalid(path.Child("host"), i.Host, strings.Join(broken, "; ")))
	} else if !validation.IsHost(i.Host) {
		list = append(list, field.Invalid(path.Child("host"), i.Host, "must be a DNS name, each part of at most 63 characters"))
	}
	if i.ClassName == "" {
		list = append(list, field.Required(path.Child("className"), "an ingress class"))
	}
	return list
}

func quantity(path *field.Path, value string) field.ErrorList {
	parsed, err := resource.ParseQuantity(value)
	if err != nil || parsed.Sign() <= 0 {
		return field.ErrorList{field.Invalid(path, value, "must be a positive Kubernetes quantity such as 50Gi or 500m")}
	}
	return nil
}

func replicas(path *field.Path, value int) field.ErrorList {
	if value < 1 {
		return field.ErrorList{field.Invalid(path, value, "must be >= 1")}
	}
	return nil
}
