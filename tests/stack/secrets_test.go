package stack_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/mlops-iac/mlops/internal/platform"
	"github.com/mlops-iac/mlops/internal/settings"
	"github.com/mlops-iac/mlops/tests/harness"
)

func TestSecretsStaySecret(t *testing.T) {
	t.Parallel()
	const webhook, key = "https://hooks.slack.com/services/T0/B0/needle-one", "needle22aaaabbbbccccddddeeeeffff"
	const hook = "http://relay.needle-three.svc:8080/alerts"
	for mode, options := range modes {
		t.Run(mode, func(t *testing.T) {
			t.Parallel()
			values := tree(t, "dev")
			set(t, values, "monitoring.alerting.slack", map[string]any{"webhookUrl": webhook, "channel": "#alerts"})
			set(t, values, "monitoring.alerting.pagerDuty", map[string]any{"routingKey": key})
			set(t, values, "monitoring.alerting.webhook", map[string]any{"url": hook})
			options := append([]harness.Option{harness.WithSecretConfig(settings.FullKey)}, options...)
			record, err := build(t, "dev", values, platform.Options{}, options...)
			require.NoError(t, err)

			secret := record.One(t, "kubernetes:core/v1:Secret", "mlops-dev-monitoring-alertmanager-credentials")
			assert.True(t, secret.IsSecret("stringData"))
			data, _ := secret.Prop("stringData").(map[string]any)
			assert.Equal(t, map[string]any{"slack-webhook-url": webhook, "pagerduty-routing-key": key, "webhook-url": hook}, data)
			for _, r := range record.Resources() {
				for input, value := range r.Guard.Inputs {
					text, err := json.Marshal(value)
					require.NoError(t, err)
					if strings.Contains(string(text), "needle") {
						assert.Contains(t, r.Guard.Secrets, input, "%s %s: %s holds a secret in plain text", r.Type, r.Name, input)
					}
				}
			}
		})
	}
}

func TestPlainSecretsAreRefused(t *testing.T) {
	t.Parallel()
	values := tree(t, "dev")
	set(t, values, "monitoring.alerting.pagerDuty", map[string]any{"routingKey": "needle22aaaabbbbccccddddeeeeffff"})
	record, err := build(t, "dev", values, platform.Options{})
	require.ErrorContains(t, err, "monitoring.alerting.pagerDuty.routingKey: Forbidden: ")
	assert.NotContains(t, err.Error(), "needle")
	assert.Empty(t, record.Resources())
}
