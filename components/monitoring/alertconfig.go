package monitoring

import "github.com/mlops-iac/mlops/components/monitoring/rules"

// The part of Alertmanager's configuration file that is used here.
type (
	alertConfig struct {
		Route        route         `json:"route"`
		InhibitRules []inhibitRule `json:"inhibit_rules"`
		Receivers    []receiver    `json:"receivers"`
	}
	route struct {
		Receiver       string   `json:"receiver"`
		Matchers       []string `json:"matchers,omitempty"`
		Continue       bool     `json:"continue,omitempty"`
		GroupBy        []string `json:"group_by,omitempty"`
		GroupWait      string   `json:"group_wait,omitempty"`
		GroupInterval  string   `json:"group_interval,omitempty"`
		RepeatInterval string   `json:"repeat_interval,omitempty"`
		Routes         []route  `json:"routes,omitempty"`
	}
	inhibitRule struct {
		SourceMatchers []string `json:"source_matchers,omitempty"`
		TargetMatchers []string `json:"target_matchers"`
		Equal          []string `json:"equal,omitempty"`
	}
	receiver struct {
		Name      string            `json:"name"`
		Slack     []slackConfig     `json:"slack_configs,omitempty"`
		PagerDuty []pagerDutyConfig `json:"pagerduty_configs,omitempty"`
		SNS       []snsConfig       `json:"sns_configs,omitempty"`
		Webhook   []webhookConfig   `json:"webhook_configs,omitempty"`
	}
	slackConfig struct {
		APIURLFile   string `json:"api_url_file"`
		Channel      string `json:"channel"`
		SendResolved bool   `json:"send_resolved"`
		Title        string `json:"title"`
		Text         string `json:"text"`
	}
	pagerDutyConfig struct {
		RoutingKeyFile string `json:"routing_key_file"`
		SendResolved   bool   `json:"send_resolved"`
		Severity       string `json:"severity"`
		Description    string `json:"description"`
	}
	snsConfig struct {
		TopicARN     string `json:"topic_arn"`
		Sigv4        sigv4  `json:"sigv4"`
		SendResolved bool   `json:"send_resolved"`
		Subject      string `json:"subject"`
		Message      string `json:"message"`
	}
	sigv4 struct {
		Region string `json:"region"`
	}
	webhookConfig struct {
		URLFile      string `json:"url_file"`
		SendResolved bool   `json:"send_resolved"`
		MaxAlerts    int    `json:"max_alerts"`
	}
)

// Names of the receivers in the configuration.
const (
	nobody            = "null"
	slackReceiver     = "slack"
	pagerDutyReceiver = "pagerduty"
	snsReceiver       = "sns"
	webhookReceiver   = "webhook"
)

// Matchers of routes.
const (
	onlyCritical = `severity = "critical"`
	notInfo      = `severity != "info"`
)

// Texts of notifications. A group is one alert of one tenant, so both name it,
// and its severity: whoever reads on a telephone must not open it to know.
const (
	title = `[{{ .Status | toUpper }}{{ with .CommonLabels.severity }} {{ . }}{{ end }}] {{ with .GroupLabels.tenant }}{{ . }}: {{ end }}{{ .GroupLabels.alertname }} ({{ .Alerts | len }})`
	text  = "{{ range .Alerts }}{{ with .Labels.severity }}{{ . | toUpper }}: {{ end }}{{ .Annotations.summary }}. {{ .Annotations.description }} {{ .Annotations.runbook_url }}\n{{ end }}"
)

func (r Receivers) render(topicARN string) alertConfig {
	config := alertConfig{
		Route: route{
			Receiver: nobody,
			GroupBy:  []string{"tenant", "alertname"},
			// Half a minute gathers what one cause sets off.
			GroupWait: "30s", GroupInterval: "5m", RepeatInterval: "12h",
			Routes: []route{{Receiver: nobody, Matchers: []string{`alertname =~ "Watchdog|InfoInhibitor"`}}},
		},
		InhibitRules: inhibitRules(),
		Receivers:    []receiver{{Name: nobody}},
	}
	// Every route continues, so each receiver gets its own.
	add := func(to receiver, matcher string) {
		config.Receivers = append(config.Receivers, to)
		config.Route.Routes = append(config.Route.Routes, route{Receiver: to.Name, Matchers: []string{matcher}, Continue: true})
	}
	if r.PagerDuty != nil {
		add(receiver{Name: pagerDutyReceiver, PagerDuty: []pagerDutyConfig{{
			RoutingKeyFile: credentialsPath + pagerDutyKey, SendResolved: true,
			Severity: "{{ .CommonLabels.severity }}", Description: title,
		}}}, onlyCritical)
	}
	if r.Slack != nil {
		add(receiver{Name: slackReceiver, Slack: []slackConfig{{
			APIURLFile: credentialsPath + slackKey, Channel: r.Slack.Channel, SendResolved: true, Title: title, Text: text,
		}}}, notInfo)
	}
	if r.SNS != nil {
		add(receiver{Name: snsReceiver, SNS: []snsConfig{{
			TopicARN: topicARN, Sigv4: sigv4{Region: r.SNS.Region}, SendResolved: true, Subject: title, Message: text,
		}}}, notInfo)
	}
	if r.Webhook != nil {
		add(receiver{Name: webhookReceiver, Webhook: []webhookConfig{{
			URLFile: credentialsPath + webhookKey, SendResolved: !r.Webhook.FiringOnly, MaxAlerts: r.Webhook.MaxAlerts,
		}}}, notInfo)
	}
	return config
}

// inhibitRules keep a cause's consequences quiet while the cause is known.
func inhibitRules() []inhibitRule {
	samePod := []string{"tenant", "namespace", "pod"}
	return []inhibitRule{
		{
			SourceMatchers: []string{onlyCritical}, TargetMatchers: []string{`severity =~ "warning|info"`},
			Equal: []string{"tenant", "namespace", "alertname"},
		},
		{
			SourceMatchers: []string{`severity = "warning"`}, TargetMatchers: []string{`severity = "info"`},
			Equal: []string{"tenant", "namespace", "alertname"},
		},
		{
			SourceMatchers: []string{named(rules.PodRestarts)},
			TargetMatchers: []string{`alertname =~ "` + rules.PodNotReady + `|` + rules.ModelNotLoaded + `"`},
			Equal:          samePod,
		},
		{
			SourceMatchers: []string{named(rules.GPUPodsPending)},
			TargetMatchers: []string{`alertname =~ "` + rules.PodNotReady + `|` + rules.PodPending + `"`},
			Equal:          samePod,
		},
		{
			SourceMatchers: []string{named(rules.PodPending)}, TargetMatchers: []string{named(rules.PodNotReady)},
			Equal: samePod,
		},
		// A GPU that breaks ends the program on it.
		{
			SourceMatchers: []string{named(rules.GPUXIDErrors)}, TargetMatchers: []string{named(rules.GPUProgramErrors)},
			Equal: samePod,
		},
		// A replica without any model has no model before to go on with.
		{
			SourceMatchers: []string{named(rules.ModelNotLoaded)}, TargetMatchers: []string{named(rules.ModelUpdateFails)},
			Equal: []string{"tenant", "namespace"},
		},
		// The chart fires InfoInhibitor while a namespace has only info alerts.
		{
			SourceMatchers: []string{named("InfoInhibitor")}, TargetMatchers: []string{`severity = "info"`},
			Equal: []string{"namespace"},
		},
	}
}

func named(alert string) string { return `alertname = "` + alert + `"` }
