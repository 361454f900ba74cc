package monitoring_test

import (
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/mlops-iac/mlops/components/monitoring"
	"github.com/mlops-iac/mlops/components/monitoring/spec"
	"github.com/mlops-iac/mlops/tests/harness/contract"
	"github.com/mlops-iac/mlops/tests/harness/example"
)

func TestContract(t *testing.T) {
	t.Parallel()
	contract.Check(t, &monitoring.Monitoring{}, monitoring.Args{}, monitoring.Token)
}

// Prometheus, Grafana, and an Alertmanager that writes to a channel.
func Example() {
	example.PrintOutputs(func(ctx *pulumi.Context) (pulumi.Map, error) {
		metrics, err := monitoring.New(ctx, "monitoring", &monitoring.Args{
			Monitoring: spec.Monitoring{RetentionDays: 30, StorageGiB: 200},
			Alertmanager: monitoring.Alertmanager{Receivers: monitoring.Receivers{Slack: &monitoring.Slack{
				WebhookURL: pulumi.String("https://hooks.slack.example.com/services/T0/B0/secret"),
				Channel:    "#ml-alerts",
			}}},
			GPU: true,
		})
		if err != nil {
			return nil, err
		}
		return metrics.Ref().Outputs(), nil
	})
	// Output:
	// alertmanagerUrl: http://kube-prometheus-stack-alertmanager.monitoring.svc:9093
	// grafanaSecretName: grafana
	// grafanaUrl: http://grafana.monitoring.svc:80
	// namespace: monitoring
	// prometheusUrl: http://kube-prometheus-stack-prometheus.monitoring.svc:9090
}
