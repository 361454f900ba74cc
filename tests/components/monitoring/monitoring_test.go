package monitoring_test

import (
	"strings"
	"sync"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/mlops-iac/mlops/components/addons/dcgmexporter"
	"github.com/mlops-iac/mlops/components/monitoring"
	"github.com/mlops-iac/mlops/tests/pulumitest"
	"github.com/mlops-iac/mlops/tests/pulumitest/valid"
)

const (
	configMap  = "kubernetes:core/v1:ConfigMap"
	namespace  = "kubernetes:core/v1:Namespace"
	secret     = "kubernetes:core/v1:Secret"
	release    = "kubernetes:helm.sh/v3:Release"
	promRule   = "kubernetes:monitoring.coreos.com/v1:PrometheusRule"
	stack      = "m-release"
	configName = "m-alertmanager-config"
	credsName  = "m-alertmanager-credentials"
)

func run(t *testing.T, args *monitoring.Args) *pulumitest.Recorder {
	t.Helper()
	return pulumitest.Run(t, func(ctx *pulumi.Context) error {
		_, err := monitoring.New(ctx, "m", args)
		return err
	})
}

func assertProps(t *testing.T, r pulumitest.Resource, want map[string]any) {
	t.Helper()
	for path, value := range want {
		assert.Equal(t, value, r.Prop(path), path)
	}
}

func TestResources(t *testing.T) {
	t.Parallel()
	cases := map[string]struct {
		args *monitoring.Args
		want map[string]int
	}{
		"defaults": {nil, map[string]int{
			monitoring.Token: 1, namespace: 1, release: 1, promRule: 1, configMap: 3, secret: 1,
		}},
		"everything on": {valid.Monitoring(), map[string]int{
			monitoring.Token: 1, namespace: 1, release: 2, promRule: 1, configMap: 4, secret: 2, dcgmexporter.Token: 1,
		}},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got := map[string]int{}
			for _, r := range run(t, c.args).Resources() {
				got[r.Type]++
				if r.Type != monitoring.Token && r.ParentType != dcgmexporter.Token {
					assert.Equal(t, monitoring.Token, r.ParentType, r.Name)
				}
				assert.True(t, r.Name == "m" || strings.HasPrefix(r.Name, "m-"), r.Name)
			}
			assert.Equal(t, c.want, got)
		})
	}
}

func TestNamespaceAdmitsExporters(t *testing.T) {
	t.Parallel()
	labels := run(t, nil).One(t, namespace, "m-namespace").Prop("metadata.labels")
	assert.Subset(t, labels, map[string]any{
		"pod-security.kubernetes.io/enforce": "privileged",
		"pod-security.kubernetes.io/audit":   "baseline",
		"pod-security.kubernetes.io/warn":    "baseline",
	})
}

func TestReleaseDefaults(t *testing.T) {
	t.Parallel()
	r := run(t, nil).One(t, release, stack)
	const prometheus, alertmanager = "values.prometheus.prometheusSpec.", "values.alertmanager.alertmanagerSpec."
	const claim = "volumeClaimTemplate.spec."
	assertProps(t, r, map[string]any{
		"chart": monitoring.Chart, "version": monitoring.ChartVersion, "namespace": "monitoring", "atomic": true,
		prometheus + "retention":                                   "7d",
		prometheus + "retentionSize":                               "43520MiB",
		prometheus + "storageSpec." + claim + "storageClassName":   nil,
		prometheus + "storageSpec." + claim + "resources.requests": map[string]any{"storage": "50Gi"},
		prometheus + "resources.limits":                            map[string]any{"memory": "2Gi"},
		prometheus + "serviceMonitorSelectorNilUsesHelmValues":     false,
		prometheus + "podMonitorSelectorNilUsesHelmValues":         false,
		prometheus + "probeSelectorNilUsesHelmValues":              false,
		prometheus + "ruleSelectorNilUsesHelmValues":               false,
		prometheus + "scrapeConfigSelectorNilUsesHelmValues":       false,
		"values.alertmanager.enabled":                              true,
		"values.alertmanager.serviceAccount.name":                  monitoring.AlertmanagerServiceAccount,
		alertmanager + "useExistingSecret":                         true,
		alertmanager + "configSecret":                              "alertmanager-config",
		alertmanager + "secrets":                                   nil,
		alertmanager + "storage." + claim + "storageClassName":     nil,
		alertmanager + "storage." + claim + "resources.requests":   map[string]any{"storage": "5Gi"},
		"values.kube-state-metrics.metricLabelsAllowlist":          []any{"namespaces=[mlops.io/tenant]", "nodes=[mlops.io/node-role]"},
		"values.crds.upgradeJob.enabled":                           true,
	})
}

func TestRetentionOfEachEnvironment(t *testing.T) {
	t.Parallel()
	for days, want := range map[int]string{7: "7d", 15: "15d", 30: "30d"} {
		r := run(t, &monitoring.Args{
			Prometheus:   monitoring.Prometheus{RetentionDays: days, StorageSize: "200Gi", CPU: "2", Memory: "8Gi", Replicas: 2},
			StorageClass: "standard", NodeSelector: map[string]string{"mlops.io/node-role": "system"},
		}).One(t, release, stack)
		assertProps(t, r, map[string]any{
			"values.prometheus.prometheusSpec.retention":     want,
			"values.prometheus.prometheusSpec.retentionSize": "174080MiB",
			"values.prometheus.prometheusSpec.replicas":      float64(2),
			"values.prometheus.prometheusSpec.resources": map[string]any{
				"requests": map[string]any{"cpu": "2", "memory": "8Gi"}, "limits": map[string]any{"memory": "8Gi"},
			},
			"values.alertmanager.alertmanagerSpec.storage.volumeClaimTemplate.spec.storageClassName": "standard",
		})
		selector := map[string]any{"mlops.io/node-role": "system"}
		for _, part := range []string{
			"prometheus.prometheusSpec", "alertmanager.alertmanagerSpec", "grafana", "prometheusOperator", "kube-state-metrics",
		} {
			assert.Equal(t, selector, r.Prop("values."+part+".nodeSelector"), part)
		}
	}
}

func TestControlPlane(t *testing.T) {
	t.Parallel()
	for _, on := range []bool{false, true} {
		r := run(t, &monitoring.Args{ControlPlaneMetrics: on}).One(t, release, stack)
		for _, part := range []string{"kubeControllerManager", "kubeScheduler", "kubeEtcd", "kubeProxy"} {
			assert.Equal(t, on, r.Prop("values."+part+".enabled"), part)
		}
		for _, group := range []string{"etcd", "kubeControllerManager", "kubeProxy", "kubeSchedulerAlerting", "kubeSchedulerRecording"} {
			assert.Equal(t, on, r.Prop("values.defaultRules.rules."+group), group)
		}
	}
}

func TestGPUAddsTheExporterAfterTheCRDs(t *testing.T) {
	t.Parallel()
	recorder := run(t, &monitoring.Args{GPU: true})
	exporter := recorder.One(t, release, "m-dcgm-release")
	assert.Equal(t, "monitoring", exporter.Prop("namespace"))
	require.NotEmpty(t, exporter.DependsOn)
	assert.Contains(t, strings.Join(exporter.DependsOn, " "), "::"+stack)
}

func TestOrder(t *testing.T) {
	t.Parallel()
	recorder := run(t, valid.Monitoring())
	rules := recorder.One(t, promRule, "m-rules")
	assert.Contains(t, strings.Join(rules.DependsOn, " "), "::"+stack, "the CRD comes with the release")
	before := strings.Join(recorder.One(t, release, stack).DependsOn, " ")
	assert.Contains(t, before, "::"+configName)
	assert.Contains(t, before, "::"+credsName)
}

func TestRef(t *testing.T) {
	t.Parallel()
	var mu sync.Mutex
	got := map[string]string{}
	_, err := pulumitest.RunErr(func(ctx *pulumi.Context) error {
		m, err := monitoring.New(ctx, "m", &monitoring.Args{Namespace: "watch"})
		if err != nil {
			return err
		}
		for key, value := range m.Ref().Outputs() {
			ctx.Export(key, value.(pulumi.StringOutput).ApplyT(func(text string) string {
				mu.Lock()
				defer mu.Unlock()
				got[key] = text
				return text
			}))
		}
		return nil
	})
	require.NoError(t, err)
	assert.Equal(t, map[string]string{
		"namespace":         "watch",
		"prometheusUrl":     "http://kube-prometheus-stack-prometheus.watch.svc:9090",
		"alertmanagerUrl":   "http://kube-prometheus-stack-alertmanager.watch.svc:9093",
		"grafanaUrl":        "http://grafana.watch.svc:80",
		"grafanaSecretName": "grafana",
	}, got)
}

func TestFaults(t *testing.T) {
	t.Parallel()
	cases := map[string]struct {
		args *monitoring.Args
		want string
	}{
		"sizes": {&monitoring.Args{
			RunbookBaseURL: "runbooks",
			Prometheus:     monitoring.Prometheus{RetentionDays: 400, StorageSize: "big", CPU: "-1", Memory: "1 GB", Replicas: -1},
			Alertmanager:   monitoring.Alertmanager{StorageSize: "0", Replicas: -2},
		}, `monitoring "m": 8 faults:
  alertmanager.replicas: Invalid value: -2: must be >= 1
  alertmanager.storageSize: Invalid value: "0": must be a positive Kubernetes quantity such as 50Gi or 500m
  prometheus.cpu: Invalid value: "-1": must be a positive Kubernetes quantity such as 50Gi or 500m
  prometheus.memory: Invalid value: "1 GB": must be a positive Kubernetes quantity such as 50Gi or 500m
  prometheus.replicas: Invalid value: -1: must be >= 1
  prometheus.retentionDays: Invalid value: 400: must be between 1 and 365
  prometheus.storageSize: Invalid value: "big": must be a positive Kubernetes quantity such as 50Gi or 500m
  runbookBaseURL: Invalid value: "runbooks": must be an https URL`},
		"receivers": {&monitoring.Args{Alertmanager: monitoring.Alertmanager{Receivers: monitoring.Receivers{
			Slack: &monitoring.Slack{Channel: "alerts"}, PagerDuty: &monitoring.PagerDuty{}, SNS: &monitoring.SNS{},
			Webhook: &monitoring.Webhook{}, Required: true,
		}}}, `monitoring "m": 6 faults:
  alertmanager.receivers.pagerDuty.routingKey: Required value: the integration key of the Events API v2
  alertmanager.receivers.slack.channel: Invalid value: "alerts": must start with # or @
  alertmanager.receivers.slack.webhookURL: Required value: an incoming webhook
  alertmanager.receivers.sns.region: Required value: the region of the topic, for which requests are signed
  alertmanager.receivers.sns.topicARN: Required value: the ARN of a topic
  alertmanager.receivers.webhook.url: Required value: the endpoint that alerts are posted to`},
		"webhook": {&monitoring.Args{Alertmanager: monitoring.Alertmanager{Receivers: monitoring.Receivers{
			Webhook: &monitoring.Webhook{URL: pulumi.String("http://alerts.example.com/token"), MaxAlerts: -1},
		}}}, `monitoring "m": 2 faults:
  alertmanager.receivers.webhook.maxAlerts: Invalid value: -1: must be >= 0; 0 is no limit
  alertmanager.receivers.webhook.url: Invalid value: "(secret)": must be an https address, or an http one of a Service in the cluster (http://name.namespace.svc), without a user`},
		"no receiver": {
			&monitoring.Args{Alertmanager: monitoring.Alertmanager{Receivers: monitoring.Receivers{Required: true}}},
			`monitoring "m": alertmanager.receivers: Required value: at least one of slack, pagerDuty, sns and webhook must be set`,
		},
		"ingress": {
			&monitoring.Args{Grafana: monitoring.Grafana{Ingress: &monitoring.Ingress{Host: "a.example.com"}}},
			`monitoring "m": grafana.ingress.className: Required value: an ingress class`,
		},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := pulumitest.RunErr(func(ctx *pulumi.Context) error {
				_, err := monitoring.New(ctx, "m", c.args)
				return err
			})
			require.ErrorContains(t, err, c.want)
		})
	}
}
