package monitoring_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"text/template"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"sigs.k8s.io/yaml"

	"github.com/mlops-iac/mlops/components/iampolicy"
	"github.com/mlops-iac/mlops/components/monitoring"
	"github.com/mlops-iac/mlops/components/monitoring/rules"
	"github.com/mlops-iac/mlops/tests/harness"
	valid "github.com/mlops-iac/mlops/tests/harness/valid/monitoring"
)

// alertConfig returns Alertmanager's configuration as parsed YAML.
func alertConfig(t *testing.T, recorder *harness.Recorder) map[string]any {
	t.Helper()
	data, ok := recorder.One(t, secret, configName).Prop("stringData").(map[string]any)
	require.True(t, ok)
	var parsed map[string]any
	require.NoError(t, yaml.UnmarshalStrict([]byte(data["alertmanager.yaml"].(string)), &parsed))
	return parsed
}

func named(t *testing.T, list any, name string) map[string]any {
	t.Helper()
	for _, item := range list.([]any) {
		if entry := item.(map[string]any); entry["name"] == name || entry["receiver"] == name && entry["continue"] == true {
			return entry
		}
	}
	require.Failf(t, "not found", "%q in %v", name, list)
	return nil
}

func TestRoutesGroupByTenant(t *testing.T) {
	t.Parallel()
	config := alertConfig(t, run(t, valid.Monitoring()))
	route := config["route"].(map[string]any)
	assert.Equal(t, []any{"tenant", "alertname"}, route["group_by"])
	assert.Equal(t, "null", route["receiver"])
	for receiver, matcher := range map[string]string{
		"pagerduty": `severity = "critical"`, "slack": `severity != "info"`, "sns": `severity != "info"`,
		"webhook": `severity != "info"`,
	} {
		assert.Equal(t, []any{matcher}, named(t, route["routes"], receiver)["matchers"], receiver)
	}
	silent := route["routes"].([]any)[0].(map[string]any)
	assert.Equal(t, map[string]any{"receiver": "null", "matchers": []any{`alertname =~ "Watchdog|InfoInhibitor"`}}, silent)
}

func TestReceivers(t *testing.T) {
	t.Parallel()
	receivers := alertConfig(t, run(t, valid.Monitoring()))["receivers"]
	first := func(receiver, kind string) map[string]any {
		return named(t, receivers, receiver)[kind].([]any)[0].(map[string]any)
	}
	const mounted = "/etc/alertmanager/secrets/alertmanager-credentials/"
	assert.Equal(t, mounted+"slack-webhook-url", first("slack", "slack_configs")["api_url_file"])
	assert.Equal(t, "#ml-alerts", first("slack", "slack_configs")["channel"])
	assert.Equal(t, mounted+"pagerduty-routing-key", first("pagerduty", "pagerduty_configs")["routing_key_file"])
	assert.Equal(t, "arn:aws:sns:eu-west-1:111111111111:alerts", first("sns", "sns_configs")["topic_arn"])
	assert.Equal(t, map[string]any{"region": "eu-west-1"}, first("sns", "sns_configs")["sigv4"])
	assert.Equal(t, map[string]any{"url_file": mounted + "webhook-url", "send_resolved": true, "max_alerts": 0.0},
		first("webhook", "webhook_configs"))
}

func TestWebhookOptions(t *testing.T) {
	t.Parallel()
	args := valid.Monitoring()
	args.Alertmanager.Receivers.Webhook.FiringOnly = true
	args.Alertmanager.Receivers.Webhook.MaxAlerts = 20
	config := named(t, alertConfig(t, run(t, args))["receivers"], "webhook")["webhook_configs"].([]any)[0].(map[string]any)
	assert.Equal(t, false, config["send_resolved"])
	assert.Equal(t, 20.0, config["max_alerts"])
}

// SNS refuses a subject of more than 100 characters, and so would lose alerts.
const maxSubject = 100

func TestTextsOfNotifications(t *testing.T) {
	t.Parallel()
	receivers := alertConfig(t, run(t, valid.Monitoring()))["receivers"]
	slack := named(t, receivers, "slack")["slack_configs"].([]any)[0].(map[string]any)
	subject := named(t, receivers, "sns")["sns_configs"].([]any)[0].(map[string]any)["subject"].(string)
	longestTenant := strings.Repeat("t", 40)
	for _, name := range rules.Names(rules.Options{GPU: true}) {
		labels := map[string]string{"alertname": name, "severity": "critical", "tenant": longestTenant}
		group := notification{
			Status: "resolved", GroupLabels: labels, CommonLabels: labels,
			Alerts: slices.Repeat([]alertOf{{Labels: labels, Annotations: map[string]string{"summary": "What", "description": "Why.", "runbook_url": "Where"}}}, 999),
		}
		head := fill(t, slack["title"], group)
		assert.Equal(t, "[RESOLVED critical] "+longestTenant+": "+name+" (999)", head)
		assert.Equal(t, head, fill(t, subject, group))
		assert.LessOrEqual(t, len(head), maxSubject)
		assert.True(t, strings.HasPrefix(fill(t, slack["text"], group), "CRITICAL: What. Why. Where\n"))
	}
	assert.Equal(t, "[FIRING] NodeDown (0)", fill(t, slack["title"],
		notification{Status: "firing", GroupLabels: map[string]string{"alertname": "NodeDown"}}), "without tenant and severity")
}

// What Alertmanager gives its templates, as far as ours use it.
type (
	notification struct {
		Status                    string
		GroupLabels, CommonLabels map[string]string
		Alerts                    []alertOf
	}
	alertOf struct{ Labels, Annotations map[string]string }
)

func fill(t *testing.T, text any, group notification) string {
	t.Helper()
	// Alertmanager reads labels that are not there as empty, too.
	parsed, err := template.New("").Option("missingkey=zero").Funcs(template.FuncMap{"toUpper": strings.ToUpper}).Parse(text.(string))
	require.NoError(t, err)
	var out strings.Builder
	require.NoError(t, parsed.Execute(&out, group))
	return out.String()
}

func TestEachReceiverAlone(t *testing.T) {
	t.Parallel()
	all := valid.Monitoring().Alertmanager.Receivers
	for want, only := range map[string]monitoring.Receivers{
		"[null]":           {},
		"[null slack]":     {Slack: all.Slack},
		"[null pagerduty]": {PagerDuty: all.PagerDuty},
		"[null sns]":       {SNS: all.SNS},
		"[null webhook]":   {Webhook: all.Webhook},
	} {
		t.Run(want, func(t *testing.T) {
			t.Parallel()
			recorder := run(t, &monitoring.Args{Alertmanager: monitoring.Alertmanager{Receivers: only}})
			var names []string
			for _, item := range alertConfig(t, recorder)["receivers"].([]any) {
				names = append(names, item.(map[string]any)["name"].(string))
			}
			assert.Equal(t, want, fmt.Sprint(names))
			if needsFile := only.Slack != nil || only.PagerDuty != nil || only.Webhook != nil; needsFile {
				assert.Equal(t, []any{"alertmanager-credentials"},
					recorder.One(t, release, stack).Prop("values.alertmanager.alertmanagerSpec.secrets"))
			} else {
				assert.Len(t, recorder.OfType(secret), 1, "no credentials, no Secret for them")
			}
		})
	}
}

// inhibition is a rule that keeps targets quiet while a source fires for the same labels.
func inhibition(source, target string, same ...any) map[string]any {
	return map[string]any{"source_matchers": []any{source}, "target_matchers": []any{target}, "equal": same}
}

func TestWhatKeepsWhatQuiet(t *testing.T) {
	t.Parallel()
	recorder := run(t, valid.Monitoring())
	samePod := []any{"tenant", "namespace", "pod"}
	assert.Equal(t, []any{
		inhibition(`severity = "critical"`, `severity =~ "warning|info"`, "tenant", "namespace", "alertname"),
		inhibition(`severity = "warning"`, `severity = "info"`, "tenant", "namespace", "alertname"),
		inhibition(`alertname = "TenantPodRestarts"`, `alertname =~ "TenantPodNotReady|InferenceModelNotLoaded"`, samePod...),
		inhibition(`alertname = "GPUPodsPending"`, `alertname =~ "TenantPodNotReady|TenantPodPending"`, samePod...),
		inhibition(`alertname = "TenantPodPending"`, `alertname = "TenantPodNotReady"`, samePod...),
		inhibition(`alertname = "GPUXIDErrors"`, `alertname = "GPUProgramErrors"`, samePod...),
		inhibition(`alertname = "InferenceModelNotLoaded"`, `alertname = "InferenceModelUpdateFails"`, "tenant", "namespace"),
		inhibition(`alertname = "InfoInhibitor"`, `severity = "info"`, "namespace"),
	}, alertConfig(t, recorder)["inhibit_rules"])
	rules := fmt.Sprint(recorder.One(t, promRule, "m-rules").Prop("spec"))
	for _, alert := range []string{
		"TenantPodRestarts", "TenantPodNotReady", "TenantPodPending", "InferenceModelNotLoaded", "InferenceModelUpdateFails",
		"GPUPodsPending", "GPUXIDErrors", "GPUProgramErrors",
	} {
		assert.Contains(t, rules, "alert:"+alert, "an inhibition of an alert that does not exist")
	}
}

func TestCredentialsAreSecretAndNowhereElse(t *testing.T) {
	t.Parallel()
	recorder := run(t, valid.Monitoring())
	for _, name := range []string{configName, credsName} {
		assert.True(t, recorder.One(t, secret, name).IsSecret("stringData"), name)
	}
	credentials := recorder.One(t, secret, credsName)
	assert.Equal(t, map[string]any{
		"slack-webhook-url": valid.SecretSlackURL, "pagerduty-routing-key": valid.SecretPagerDutyKey,
		"webhook-url": valid.SecretWebhookURL,
	}, credentials.Prop("stringData"))
	for _, r := range recorder.Resources() {
		if r.Name != credsName {
			assert.NotContains(t, fmt.Sprint(r.Inputs), "very-secret", r.Name)
			assert.NotContains(t, fmt.Sprint(r.Inputs), valid.SecretPagerDutyKey, r.Name)
		}
	}
}

func TestSNSIdentity(t *testing.T) {
	t.Parallel()
	args := valid.Monitoring()
	args.Alertmanager.Receivers.SNS.ServiceAccountAnnotations = pulumi.StringMap{"irsa": pulumi.String("role")}
	r := run(t, args).One(t, release, stack)
	assert.Equal(t, map[string]any{"create": true, "name": "alertmanager", "annotations": map[string]any{"irsa": "role"}},
		r.Prop("values.alertmanager.serviceAccount"))

	topic, key := pulumi.String("topic"), pulumi.String("key")
	assert.Equal(t, []iampolicy.Statement{
		{Sid: "Publish", Actions: []string{"sns:Publish"}, Resources: []pulumi.StringInput{topic}},
		{Sid: "Encrypt", Actions: []string{"kms:Decrypt", "kms:GenerateDataKey"}, Resources: []pulumi.StringInput{key}},
	}, monitoring.SNSStatements(topic, key))
	assert.Len(t, monitoring.SNSStatements(topic, nil), 1)
}
