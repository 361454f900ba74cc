package platform

import (
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/mlops-iac/mlops/components/monitoring"
	"github.com/mlops-iac/mlops/internal/settings"
)

// newMonitoring installs Prometheus, Alertmanager and Grafana, or nothing and
// returns nil when the stack file turns it off.
func (b *build) newMonitoring(ctx *pulumi.Context, s Substrate) (*monitoring.Monitoring, error) {
	in := b.settings.Monitoring
	if !in.Enabled {
		return nil, nil // off is no error, and there is nothing to return
	}
	var first []pulumi.Resource
	if sns := in.Alerting.SNS; sns != nil {
		identity, err := s.PodIdentity(ctx, serviceAccount{
			"alertmanager", monitoring.DefaultNamespace, monitoring.AlertmanagerServiceAccount,
			monitoring.SNSStatements(pulumi.String(sns.TopicARN), nil),
		})
		if err != nil {
			return nil, err
		}
		first = identity
	}
	c := s.Cluster()
	m, err := monitoring.New(ctx, b.name("monitoring"), &monitoring.Args{
		Monitoring:   in.Monitoring,
		Alertmanager: monitoring.Alertmanager{Receivers: receivers(in.Alerting, b.settings.AWS.Region)},
		GPU:          b.settings.Addons.DCGMExporter.Enabled, Cost: b.settings.Addons.OpenCost.Enabled,
		StorageClass: c.StorageClass, NodeSelector: c.SystemNodes, OpenPods: c.OpenPods, DependsOn: first,
	}, c.options(first...)...)
	if err != nil {
		return nil, err
	}
	ctx.Export(monitoring.OutputKey, m.Ref().Outputs())
	return m, nil
}

func receivers(a settings.Alerting, region string) monitoring.Receivers {
	var r monitoring.Receivers
	if a.Slack != nil {
		r.Slack = &monitoring.Slack{WebhookURL: a.Slack.WebhookURL.Input(), Channel: a.Slack.Channel}
	}
	if a.PagerDuty != nil {
		r.PagerDuty = &monitoring.PagerDuty{RoutingKey: a.PagerDuty.RoutingKey.Input()}
	}
	if a.SNS != nil {
		r.SNS = &monitoring.SNS{TopicARN: pulumi.String(a.SNS.TopicARN), Region: region}
	}
	if a.Webhook != nil {
		r.Webhook = &monitoring.Webhook{URL: a.Webhook.URL.Input()}
	}
	return r
}
