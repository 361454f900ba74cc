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
	"github.com/mlops-iac/mlops/components/monitoring/spec"
	"github.com/mlops-iac/mlops/tests/harness"
	valid "github.com/mlops-iac/mlops/tests/harness/valid/monitoring"
)

const (
	configMap  = "kubernetes:core/v1:ConfigMap"
	namespace  = "kubernetes:core/v1:Namespace"
	secret     = "kubernetes:core/v1:Secret"
	release    = "kubernetes:helm.sh/v3:Release"
	promRule   = "kubernetes:monitoring.coreos.com/v1:PrometheusRule"
	roleType   = "kubernetes:rbac.authorization.k8s.io/v1:Role"
	stack      = "m-release"
	configName = "m-alertmanager-config"
	credsName  = "m-alertmanager-credentials"
)

func run(t *testing.T, args *monitoring.Args) *harness.Recorder {
	t.Helper()
	return harness.Run(t, harness.Program(monitoring.New, "m", args))
}

func assertProps(t *testing.T, r harness.Resource, want map[string]any) {
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
			monitoring.Token: 1, namespace: 1, release: 1, promRule: 1, configMap: 3, secret: 1, roleType: 1, harness.ClaimType: 2,
		}},
		"everything on": {valid.Monitoring(), map[string]int{
			monitoring.Token: 1, namespace: 1, release: 2, promRule: 1, configMap: 4, secret: 2, roleType: 1, dcgmexporter.Token: 1, harness.ClaimType: 2,
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
		"chart": monitoring.Chart, "version": monitoring.Record.Version, "namespace": "monitoring", "atomic": true,
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
		"values.crds.upgradeJob.image.busybox.tag":                 "1.38.0",
		"values.kubelet.serviceMonitor.cAdvisorInterval":           "30s",
	})
}

// Proves I4 by Pulumi mocks: Grafana reads ConfigMaps of its own namespace, and
// kube-state-metrics neither those nor Secrets.
func TestWhatTheStackReads(t *testing.T) {
	t.Parallel()
	record := run(t, &monitoring.Args{Namespace: "metrics"})
	role := record.One(t, roleType, "m-grafana-role")
	assert.Equal(t, "metrics", role.Prop("metadata.namespace"))
	assert.Equal(t, "grafana-content", role.Prop("metadata.name"))
	assert.Equal(t, []any{map[string]any{
		"apiGroups": []any{""}, "resources": []any{"configmaps"}, "verbs": []any{"get", "list", "watch"},
	}}, role.Prop("rules"))
	r := record.One(t, release, stack)
	harness.AssertDependsOn(t, r, "m-grafana-role")
	assertProps(t, r, map[string]any{
		"values.grafana.ingress": map[string]any{"enabled": false},
		"values.grafana.rbac":    map[string]any{"namespaced": true, "useExistingRole": "grafana-content"},
		"values.grafana.sidecar": map[string]any{
			"resources": map[string]any{"requests": map[string]any{"cpu": "10m", "memory": "128Mi"}, "limits": map[string]any{"memory": "128Mi"}},
			"dashboards": map[string]any{
				"enabled": true, "label": "grafana_dashboard", "labelValue": "1", "resource": "configmap", "searchNamespace": "metrics",
				"folderAnnotation": "grafana_folder", "provider": map[string]any{"foldersFromFilesStructure": true, "allowUiUpdates": false},
			},
			"datasources": map[string]any{"resource": "configmap", "searchNamespace": "metrics"},
		},
		"values.kube-state-metrics.collectors": []any{
			"cronjobs", "daemonsets", "deployments", "horizontalpodautoscalers", "ingresses", "jobs", "limitranges", "namespaces",
			"networkpolicies", "nodes", "persistentvolumeclaims", "persistentvolumes", "poddisruptionbudgets", "pods", "replicasets",
			"replicationcontrollers", "resourcequotas", "services", "statefulsets", "storageclasses", "volumeattachments",
		},
	})
}

// Proves I11 by Pulumi mocks: every container of the stack says what it needs, and images have
// fixed tags.
func TestEveryContainerAsksForResources(t *testing.T) {
	t.Parallel()
	r := run(t, nil).One(t, release, stack)
	for part, memory := range map[string]string{
		"alertmanager.alertmanagerSpec": "128Mi", "crds.upgradeJob": "256Mi", "grafana": "512Mi", "grafana.sidecar": "128Mi",
		"kube-state-metrics": "256Mi", "prometheus-node-exporter": "64Mi", "prometheus.prometheusSpec": "2Gi",
		"prometheusOperator": "256Mi", "prometheusOperator.admissionWebhooks.patch": "64Mi",
		"prometheusOperator.prometheusConfigReloader": "64Mi",
	} {
		resources := "values." + part + ".resources."
		assert.Equal(t, memory, r.Prop(resources+"requests.memory"), part)
		assert.Equal(t, memory, r.Prop(resources+"limits.memory"), part)
		assert.NotNil(t, r.Prop(resources+"requests.cpu"), part)
	}
	assert.Equal(t, "1.38.0", r.Prop("values.crds.upgradeJob.image.busybox.tag"))
}

// Proves C8 by Pulumi mocks: the claims of Prometheus and Alertmanager are the program's, one
// for each replica, under the names that the operator's StatefulSets look for.
func TestC8TheClaimsAreTheProgramsOwn(t *testing.T) {
	t.Parallel()
	const (
		prometheus   = "prometheus-kube-prometheus-stack-prometheus"
		alertmanager = "alertmanager-kube-prometheus-stack-alertmanager"
	)
	claim := func(set, ordinal, namespace, size, class string) harness.Claim {
		return harness.Claim{
			Name: set + "-db-" + set + "-" + ordinal, Parent: "m", Namespace: namespace, Size: size, Class: class,
			Labels: map[string]any{"app.kubernetes.io/managed-by": "pulumi"},
		}
	}
	record := run(t, nil)
	harness.AssertClaims(t, record, map[string]harness.Claim{
		"m-prometheus-claim-0":   claim(prometheus, "0", "monitoring", "50Gi", ""),
		"m-alertmanager-claim-0": claim(alertmanager, "0", "monitoring", "5Gi", ""),
	})
	for _, name := range []string{"m-prometheus-claim-0", "m-alertmanager-claim-0"} {
		harness.AssertDependsOn(t, record.One(t, release, stack), name)
	}
	harness.AssertClaims(t, run(t, &monitoring.Args{
		Monitoring: spec.Monitoring{StorageGiB: 200}, Namespace: "metrics", StorageClass: "fast",
		Prometheus: monitoring.Prometheus{Replicas: 2}, Alertmanager: monitoring.Alertmanager{Replicas: 3, StorageGiB: 7},
	}), map[string]harness.Claim{
		"m-prometheus-claim-0":   claim(prometheus, "0", "metrics", "200Gi", "fast"),
		"m-prometheus-claim-1":   claim(prometheus, "1", "metrics", "200Gi", "fast"),
		"m-alertmanager-claim-0": claim(alertmanager, "0", "metrics", "7Gi", "fast"),
		"m-alertmanager-claim-1": claim(alertmanager, "1", "metrics", "7Gi", "fast"),
		"m-alertmanager-claim-2": claim(alertmanager, "2", "metrics", "7Gi", "fast"),
	})
}

func TestRetentionOfEachEnvironment(t *testing.T) {
	t.Parallel()
	for days, want := range map[int]string{7: "7d", 15: "15d", 30: "30d"} {
		r := run(t, &monitoring.Args{
			Monitoring:   spec.Monitoring{RetentionDays: days, StorageGiB: 200},
			Prometheus:   monitoring.Prometheus{CPU: "2", Memory: "8Gi", Replicas: 2},
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

// Proves N8 by Pulumi mocks: the chart's alerts about overcommitted nodes and about quotas that are full are
// off, with and without the metrics of the control plane, and no other alert is.
func TestN8WhatIsFullByDesignIsSilent(t *testing.T) {
	t.Parallel()
	for _, on := range []bool{false, true} {
		r := run(t, &monitoring.Args{ControlPlaneMetrics: on}).One(t, release, stack)
		assert.Equal(t, map[string]any{
			"rules": map[string]any{
				"etcd": on, "kubeControllerManager": on, "kubeProxy": on, "kubeSchedulerAlerting": on, "kubeSchedulerRecording": on,
				"windows": false,
			},
			"disabled": map[string]any{
				"KubeCPUOvercommit": true, "KubeMemoryOvercommit": true, "KubeCPUQuotaOvercommit": true, "KubeMemoryQuotaOvercommit": true,
				"KubeQuotaAlmostFull": true, "KubeQuotaFullyUsed": true,
			},
		}, r.Prop("values.defaultRules"))
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
	_, err := harness.RunErr(func(ctx *pulumi.Context) error {
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

// invalid are arguments with the error that they lead to.
type invalid struct {
	args *monitoring.Args
	want string
}

func TestInvalidArguments(t *testing.T) {
	t.Parallel()
	for name, c := range invalidArguments() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := harness.RunErr(harness.Program(monitoring.New, "m", c.args))
			require.ErrorContains(t, err, c.want)
		})
	}
}

func invalidArguments() map[string]invalid {
	return map[string]invalid{
		"sizes": {&monitoring.Args{
			Monitoring:   spec.Monitoring{RetentionDays: 400, StorageGiB: 5, RunbookBaseURL: "runbooks"},
			Prometheus:   monitoring.Prometheus{CPU: "-1", Memory: "1 GB", Replicas: -1},
			Alertmanager: monitoring.Alertmanager{StorageGiB: -1, Replicas: -2},
		}, `monitoring "m": 8 errors:
  alertmanager.replicas: Invalid value: -2: must be >= 1
  alertmanager.storageGiB: Invalid value: -1: must be 1 to 65536
  prometheus.cpu: Invalid value: "-1": must be a positive Kubernetes quantity such as 50Gi or 500m
  prometheus.memory: Invalid value: "1 GB": must be a positive Kubernetes quantity such as 50Gi or 500m
  prometheus.replicas: Invalid value: -1: must be >= 1
  retentionDays: Invalid value: 400: must be 1 to 90
  runbookBaseUrl: Invalid value: "runbooks": must be an https address
  storageGiB: Invalid value: 5: must be 10 to 16384`},
		"receivers": {&monitoring.Args{Alertmanager: monitoring.Alertmanager{Receivers: monitoring.Receivers{
			Slack: &monitoring.Slack{Channel: "alerts"}, PagerDuty: &monitoring.PagerDuty{}, SNS: &monitoring.SNS{},
			Webhook: &monitoring.Webhook{}, Required: true,
		}}}, `monitoring "m": 6 errors:
  alertmanager.receivers.pagerDuty.routingKey: Required value: the integration key of the Events API v2
  alertmanager.receivers.slack.channel: Invalid value: "alerts": must be # and a channel, or @ and a person
  alertmanager.receivers.slack.webhookUrl: Required value: an incoming webhook
  alertmanager.receivers.sns.region: Required value: the region of the topic, for which requests are signed
  alertmanager.receivers.sns.topicArn: Required value: the ARN of a topic
  alertmanager.receivers.webhook.url: Required value: the endpoint that alerts are posted to`},
		"credentials": {&monitoring.Args{Alertmanager: monitoring.Alertmanager{Receivers: monitoring.Receivers{
			Slack:     &monitoring.Slack{WebhookURL: pulumi.String("http://hooks.slack.example.com/token")},
			PagerDuty: &monitoring.PagerDuty{RoutingKey: pulumi.String("token")},
		}}}, `monitoring "m": 3 errors:
  alertmanager.receivers.pagerDuty.routingKey: Invalid value: "(secret)": must be 32 letters and digits
  alertmanager.receivers.slack.channel: Required value: the channel to post to, such as #mlops-alerts
  alertmanager.receivers.slack.webhookUrl: Invalid value: "(secret)": must be an https address`},
		"webhook": {&monitoring.Args{Alertmanager: monitoring.Alertmanager{Receivers: monitoring.Receivers{
			Webhook: &monitoring.Webhook{URL: pulumi.String("http://alerts.example.com/token"), MaxAlerts: -1},
		}}}, `monitoring "m": 2 errors:
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
}
