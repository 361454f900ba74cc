package monitoring

import (
	"net/url"
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"k8s.io/apimachinery/pkg/api/resource"
	"k8s.io/apimachinery/pkg/util/validation"
	"k8s.io/apimachinery/pkg/util/validation/field"

	"github.com/mlops-iac/mlops/components/internal/known"
	"github.com/mlops-iac/mlops/components/monitoring/webhook"
	"github.com/mlops-iac/mlops/internal/awsenv"
	"github.com/mlops-iac/mlops/internal/faults"
)

// maxRetentionDays is a year: beyond it a single Prometheus is the wrong store.
const maxRetentionDays = 365

func (a *Args) validate() error {
	var list field.ErrorList
	if broken := validation.IsDNS1123Label(a.Namespace); len(broken) > 0 {
		list = append(list, field.Invalid(field.NewPath("namespace"), a.Namespace, strings.Join(broken, "; ")))
	}
	if broken := validation.IsDNS1123Subdomain(a.StorageClass); a.StorageClass != "" && len(broken) > 0 {
		list = append(list, field.Invalid(field.NewPath("storageClass"), a.StorageClass, strings.Join(broken, "; ")))
	}
	if base, err := url.Parse(a.RunbookBaseURL); err != nil || base.Scheme != "https" || base.Host == "" {
		list = append(list, field.Invalid(field.NewPath("runbookBaseURL"), a.RunbookBaseURL, "must be an https URL"))
	}
	list = append(list, a.Prometheus.validate(field.NewPath("prometheus"))...)
	list = append(list, a.Alertmanager.validate(field.NewPath("alertmanager"))...)
	if a.Grafana.Ingress != nil {
		list = append(list, a.Grafana.Ingress.validate(field.NewPath("grafana", "ingress"))...)
	}
	return faults.ToError("", list)
}

func (p Prometheus) validate(path *field.Path) field.ErrorList {
	var list field.ErrorList
	if p.RetentionDays < 1 || p.RetentionDays > maxRetentionDays {
		list = append(list, field.Invalid(path.Child("retentionDays"), p.RetentionDays, "must be between 1 and 365"))
	}
	list = append(list, quantity(path.Child("storageSize"), p.StorageSize)...)
	list = append(list, quantity(path.Child("cpu"), p.CPU)...)
	list = append(list, quantity(path.Child("memory"), p.Memory)...)
	return append(list, replicas(path.Child("replicas"), p.Replicas)...)
}

func (m Alertmanager) validate(path *field.Path) field.ErrorList {
	list := quantity(path.Child("storageSize"), m.StorageSize)
	list = append(list, replicas(path.Child("replicas"), m.Replicas)...)
	return append(list, m.Receivers.validate(path.Child("receivers"))...)
}

func (r Receivers) validate(path *field.Path) field.ErrorList {
	var list field.ErrorList
	if r.Required && r.none() {
		list = append(list, field.Required(path, "at least one of slack, pagerDuty, sns and webhook must be set"))
	}
	list = append(list, r.Slack.validate(path.Child("slack"))...)
	if p := r.PagerDuty; p != nil && p.RoutingKey == nil {
		list = append(list, field.Required(path.Child("pagerDuty", "routingKey"), "the integration key of the Events API v2"))
	}
	list = append(list, r.SNS.validate(path.Child("sns"))...)
	return append(list, r.Webhook.validate(path.Child("webhook"))...)
}

func (s *Slack) validate(path *field.Path) field.ErrorList {
	var list field.ErrorList
	if s == nil {
		return nil
	}
	if s.WebhookURL == nil {
		list = append(list, field.Required(path.Child("webhookURL"), "an incoming webhook"))
	}
	if !strings.HasPrefix(s.Channel, "#") && !strings.HasPrefix(s.Channel, "@") {
		list = append(list, field.Invalid(path.Child("channel"), s.Channel, "must start with # or @"))
	}
	return list
}

func (s *SNS) validate(path *field.Path) field.ErrorList {
	var list field.ErrorList
	if s == nil {
		return nil
	}
	if s.TopicARN == nil {
		list = append(list, field.Required(path.Child("topicARN"), "the ARN of a topic"))
	}
	list = append(list, known.Check(path.Child("topicARN"), s.TopicARN, awsenv.IsTopicARN, "must be the ARN of a standard SNS topic")...)
	if s.Region == "" {
		list = append(list, field.Required(path.Child("region"), "the region of the topic, for which requests are signed"))
	} else {
		list = append(list, awsenv.CheckRegion(path.Child("region"), s.Region)...)
	}
	return list
}

func (w *Webhook) validate(path *field.Path) field.ErrorList {
	var list field.ErrorList
	if w == nil {
		return nil
	}
	if w.URL == nil {
		list = append(list, field.Required(path.Child("url"), "the endpoint that alerts are posted to"))
	}
	// A plain string is known now, and Alertmanager would say what is wrong with
	// it only at the first alert. The value is a secret and not repeated.
	if text, known := w.URL.(pulumi.String); known && !webhook.IsValid(string(text)) {
		list = append(list, field.Invalid(path.Child("url"), "(secret)", webhook.Rule))
	}
	if w.MaxAlerts < 0 {
		list = append(list, field.Invalid(path.Child("maxAlerts"), w.MaxAlerts, "must be >= 0; 0 is no limit"))
	}
	return list
}

func (r Receivers) none() bool {
	return r.Slack == nil && r.PagerDuty == nil && r.SNS == nil && r.Webhook == nil
}

func (i *Ingress) validate(path *field.Path) field.ErrorList {
	var list field.ErrorList
	if broken := validation.IsDNS1123Subdomain(i.Host); len(broken) > 0 {
		list = append(list, field.Invalid(path.Child("host"), i.Host, strings.Join(broken, "; ")))
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
