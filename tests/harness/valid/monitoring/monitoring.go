// Package valid has valid arguments for the tests of monitoring, which change what they are about.
package valid

import (
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/mlops-iac/mlops/components/monitoring"
)

// SecretSlackURL, SecretPagerDutyKey and SecretWebhookURL are the secrets in
// Monitoring, for tests that search a record for leaks.
const (
	SecretSlackURL     = "https://hooks.slack.example.com/services/very-secret"
	SecretPagerDutyKey = "verysecretroutingkey000000000000"
	SecretWebhookURL   = "https://alerts.example.com/hook?token=very-secret"
)

// Monitoring returns valid arguments of a monitoring stack with every part on.
func Monitoring() *monitoring.Args {
	return &monitoring.Args{
		Alertmanager: monitoring.Alertmanager{Receivers: monitoring.Receivers{
			Slack:     &monitoring.Slack{WebhookURL: pulumi.String(SecretSlackURL), Channel: "#ml-alerts"},
			PagerDuty: &monitoring.PagerDuty{RoutingKey: pulumi.String(SecretPagerDutyKey)},
			SNS: &monitoring.SNS{
				TopicARN: pulumi.String("arn:aws:sns:eu-west-1:111111111111:alerts"), Region: "eu-west-1",
			},
			Webhook:  &monitoring.Webhook{URL: pulumi.String(SecretWebhookURL)},
			Required: true,
		}},
		GPU: true,
	}
}

// MonitoringRef returns what a monitoring stack tells others.
func MonitoringRef() monitoring.Ref {
	text := func(s string) pulumi.StringOutput { return pulumi.String(s).ToStringOutput() }
	return monitoring.Ref{
		Namespace:         text("monitoring"),
		PrometheusURL:     text("http://kube-prometheus-stack-prometheus.monitoring.svc:9090"),
		AlertmanagerURL:   text("http://kube-prometheus-stack-alertmanager.monitoring.svc:9093"),
		GrafanaURL:        text("http://grafana.monitoring.svc:80"),
		GrafanaSecretName: text("grafana"),
	}
}
