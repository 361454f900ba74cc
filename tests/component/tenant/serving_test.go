package tenant_test

import (
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/mlops-iac/mlops/components/tenant"
	"github.com/mlops-iac/mlops/components/tenant/spec"
	"github.com/mlops-iac/mlops/tests/harness"
	valid "github.com/mlops-iac/mlops/tests/harness/valid/tenant"
)

const (
	servingPod  = "spec.template.spec"
	trainingPod = "spec.jobTemplate.spec.template.spec"
)

func TestDeployment(t *testing.T) {
	t.Parallel()
	deployment := run(t, valid.FullTenant()).One(t, deploymentType, "t-deployment")
	assert.Equal(t, "inference", deployment.Prop("metadata.name"))
	assert.Nil(t, deployment.Prop("spec.replicas"), "the autoscaler owns the number of replicas")
	assert.Equal(t, map[string]any{"maxSurge": 1.0, "maxUnavailable": 0.0}, deployment.Prop("spec.strategy.rollingUpdate"))

	pod := deployment.Prop(servingPod).(map[string]any)
	assert.Equal(t, "workload", pod["serviceAccountName"])
	assert.Equal(t, 40.0, pod["terminationGracePeriodSeconds"])
	assert.Len(t, pod["topologySpreadConstraints"], 2)
	assert.Equal(t, "topology.kubernetes.io/zone", deployment.Prop(servingPod+".topologySpreadConstraints.0.topologyKey"))
	assert.Equal(t, "kubernetes.io/hostname", deployment.Prop(servingPod+".topologySpreadConstraints.1.topologyKey"))
	assert.Nil(t, pod["tolerations"], "serving belongs on neither GPU nor spot nodes")

	container := servingPod + ".containers.0"
	assert.Equal(t, "registry.example.com/inference:1.0.0", deployment.Prop(container+".image"))
	assert.Equal(t, map[string]any{
		"requests": map[string]any{"cpu": "100m", "memory": "128Mi", "ephemeral-storage": "256Mi"},
		"limits":   map[string]any{"cpu": "500m", "memory": "512Mi", "ephemeral-storage": "768Mi"},
	}, deployment.Prop(container+".resources"))
	assert.Equal(t, []any{map[string]any{"name": "http", "containerPort": 8080.0, "protocol": "TCP"}}, deployment.Prop(container+".ports"))
	assert.Equal(t, 10.0, deployment.Prop(container+".lifecycle.preStop.sleep.seconds"))
	for probe, path := range map[string]string{"startupProbe": "/health", "livenessProbe": "/health", "readinessProbe": "/ready"} {
		assert.Equal(t, path, deployment.Prop(container+"."+probe+".httpGet.path"), probe)
		assert.Equal(t, "http", deployment.Prop(container+"."+probe+".httpGet.port"), probe)
	}
	assert.Equal(t, 300.0, deployment.Prop(container+".startupProbe.periodSeconds").(float64)*
		deployment.Prop(container+".startupProbe.failureThreshold").(float64), "seconds a model may load")
}

// TestSelectorsFindThePods checks every selector against the labels of the pods.
func TestSelectorsFindThePods(t *testing.T) {
	t.Parallel()
	r := run(t, valid.FullTenant())
	deployment := r.One(t, deploymentType, "t-deployment")
	labels := deployment.Prop("spec.template.metadata.labels")
	training := r.One(t, cronType, "t-training").Prop("spec.jobTemplate.spec.template.metadata.labels")
	for name, selector := range map[string]any{
		"deployment": deployment.Prop("spec.selector.matchLabels"),
		"spread":     deployment.Prop(servingPod + ".topologySpreadConstraints.0.labelSelector.matchLabels"),
		"service":    r.One(t, serviceType, "t-service").Prop("spec.selector"),
		"budget":     r.One(t, budgetType, "t-disruption-budget").Prop("spec.selector.matchLabels"),
		"monitoring": r.One(t, policyType, "t-allow-monitoring").Prop("spec.podSelector.matchLabels"),
	} {
		require.NotEmpty(t, selector, name)
		assert.Subset(t, labels, selector, name)
		assert.NotSubset(t, training, selector, "%s must not find training", name)
	}
	monitored := r.One(t, monitorType, "t-service-monitor").Prop("spec.selector.matchLabels")
	assert.Subset(t, r.One(t, serviceType, "t-service").Prop("metadata.labels"), monitored)
}

// TestPodsAreRestricted checks the rules of the Pod Security Standard
// "restricted", and those of the quota, on every pod there is.
func TestPodsAreRestricted(t *testing.T) {
	t.Parallel()
	r := run(t, valid.FullTenant())
	for path, workload := range map[string]harness.Resource{
		servingPod:  r.One(t, deploymentType, "t-deployment"),
		trainingPod: r.One(t, cronType, "t-training"),
	} {
		pod := workload.Prop(path).(map[string]any)
		for _, key := range []string{"hostNetwork", "hostPID", "hostIPC", "initContainers"} {
			assert.Nil(t, pod[key], key)
		}
		assert.Equal(t, false, pod["automountServiceAccountToken"])
		assert.Equal(t, true, workload.Prop(path+".securityContext.runAsNonRoot"))
		assert.Equal(t, 65532.0, workload.Prop(path+".securityContext.runAsUser"))
		assert.Equal(t, "RuntimeDefault", workload.Prop(path+".securityContext.seccompProfile.type"))
		require.Len(t, pod["containers"], 1)
		assert.Equal(t, map[string]any{
			"allowPrivilegeEscalation": false, "privileged": false, "readOnlyRootFilesystem": true, "runAsNonRoot": true,
			"capabilities": map[string]any{"drop": []any{"ALL"}}, "seccompProfile": map[string]any{"type": "RuntimeDefault"},
		}, workload.Prop(path+".containers.0.securityContext"))
		for _, kind := range []string{"requests", "limits"} {
			for _, amount := range []string{"cpu", "memory", "ephemeral-storage"} {
				assert.NotEmpty(t, workload.Prop(path+".containers.0.resources."+kind+"."+amount), "%s %s", kind, amount)
			}
		}
		assertVolumes(t, pod["volumes"].([]any))
	}
}

// assertVolumes checks that only allowed kinds are used, and that none can fill a node.
func assertVolumes(t *testing.T, volumes []any) {
	t.Helper()
	require.NotEmpty(t, volumes)
	for _, item := range volumes {
		volume := item.(map[string]any)
		require.Len(t, volume, 2, "a name and one source")
		if empty, isEmpty := volume["emptyDir"].(map[string]any); isEmpty {
			assert.NotEmpty(t, empty["sizeLimit"], volume["name"])
			continue
		}
		assert.Contains(t, volume, "persistentVolumeClaim")
	}
}

func TestConfigMap(t *testing.T) {
	t.Parallel()
	r := run(t, valid.FullTenant())
	assert.Equal(t, map[string]any{
		"TENANT": "tenant-a", "OBJECT_PREFIX": "tenants/tenant-a/", "MODEL_URI": "s3://models/tenants/tenant-a/churn",
		"RAW_URI": "s3://raw/tenants/tenant-a", "PROCESSED_URI": "s3://processed/tenants/tenant-a",
		"MODELS_URI": "s3://models/tenants/tenant-a", "PORT": "8080", "LOG_LEVEL": "info",
		"MODEL_KIND": "defects", "MODEL_SEED": "true",
	}, r.One(t, configType, "t-inference-config").Prop("data"))
	assert.Equal(t, "inference", r.One(t, deploymentType, "t-deployment").Prop(servingPod+".containers.0.envFrom.0.configMapRef.name"))

	plain := run(t, valid.Tenant()).One(t, configType, "t-inference-config").Prop("data")
	assert.Equal(t, map[string]any{"TENANT": "tenant-a", "OBJECT_PREFIX": "tenants/tenant-a/", "PORT": "8080"}, plain)

	hash := func(level string) any {
		args := valid.Tenant()
		args.Env = pulumi.StringMap{"LOG_LEVEL": pulumi.String(level)}
		annotations := run(t, args).One(t, deploymentType, "t-deployment").Prop("spec.template.metadata.annotations")
		return annotations.(map[string]any)["mlops.io/config-hash"]
	}
	assert.NotEmpty(t, hash("info"))
	assert.Equal(t, hash("info"), hash("info"))
	assert.NotEqual(t, hash("info"), hash("debug"), "new settings must reach running pods")
}

func TestService(t *testing.T) {
	t.Parallel()
	service := run(t, valid.Tenant()).One(t, serviceType, "t-service")
	assert.Equal(t, "inference", service.Prop("metadata.name"))
	assert.Equal(t, "ClusterIP", service.Prop("spec.type"))
	assert.Equal(t, []any{map[string]any{
		"name": "http", "port": 80.0, "targetPort": "http", "protocol": "TCP", "appProtocol": "http",
	}}, service.Prop("spec.ports"))
}

func TestScaling(t *testing.T) {
	t.Parallel()
	r := run(t, valid.Tenant())
	scaler := r.One(t, scalerType, "t-autoscaler")
	assert.Equal(t, 2.0, scaler.Prop("spec.minReplicas"))
	assert.Equal(t, 10.0, scaler.Prop("spec.maxReplicas"))
	assert.Equal(t, map[string]any{"apiVersion": "apps/v1", "kind": "Deployment", "name": "inference"}, scaler.Prop("spec.scaleTargetRef"))
	assert.Equal(t, []any{map[string]any{"type": "Resource", "resource": map[string]any{
		"name": "cpu", "target": map[string]any{"type": "Utilization", "averageUtilization": 50.0},
	}}}, scaler.Prop("spec.metrics"))
	assert.Equal(t, 300.0, scaler.Prop("spec.behavior.scaleDown.stabilizationWindowSeconds"))
	assert.Equal(t, 0.0, scaler.Prop("spec.behavior.scaleUp.stabilizationWindowSeconds"))

	budget := r.One(t, budgetType, "t-disruption-budget")
	assert.Equal(t, 1.0, budget.Prop("spec.maxUnavailable"))
	assert.Equal(t, "AlwaysAllow", budget.Prop("spec.unhealthyPodEvictionPolicy"))
}

func TestSizesOfServing(t *testing.T) {
	t.Parallel()
	args := valid.Tenant()
	args.Serving = tenant.Serving{
		Replicas: spec.Replicas{Min: 3, Max: 4, TargetCPUPercent: 70},
		Resources: spec.Resources{
			Requests: spec.Compute{CPU: "1", Memory: "1Gi"}, Limits: spec.Compute{CPU: "2", Memory: "2Gi"},
		},
		Port: 9000,
	}
	r := run(t, args)
	scaler := r.One(t, scalerType, "t-autoscaler")
	assert.Equal(t, 3.0, scaler.Prop("spec.minReplicas"))
	assert.Equal(t, 4.0, scaler.Prop("spec.maxReplicas"))
	assert.Equal(t, 70.0, scaler.Prop("spec.metrics.0.resource.target.averageUtilization"))
	deployment := r.One(t, deploymentType, "t-deployment")
	assert.Equal(t, 9000.0, deployment.Prop(servingPod+".containers.0.ports.0.containerPort"))
	assert.Equal(t, "2Gi", deployment.Prop(servingPod+".containers.0.resources.limits.memory"))
	assert.Equal(t, "9000", r.One(t, configType, "t-inference-config").Prop("data.PORT"))
	assert.Equal(t, 9000.0, r.One(t, policyType, "t-allow-monitoring").Prop("spec.ingress.0.ports.0.port"))
}

func TestServiceMonitor(t *testing.T) {
	t.Parallel()
	monitor := run(t, valid.FullTenant()).One(t, monitorType, "t-service-monitor")
	assert.Equal(t, "monitoring.coreos.com/v1", monitor.Prop("apiVersion"))
	assert.Equal(t, "monitoring", monitor.Prop("metadata.labels.release"))
	assert.Equal(t, map[string]any{
		"selector": map[string]any{"matchLabels": map[string]any{
			"app.kubernetes.io/component": "inference", "app.kubernetes.io/instance": "tenant-a",
		}},
		"namespaceSelector": map[string]any{},
		"sampleLimit":       5000.0,
		"endpoints": []any{map[string]any{
			"port": "http", "path": "/metrics", "scheme": "http", "interval": "30s", "scrapeTimeout": "10s",
			// Whatever a server says of itself.
			"metricRelabelings": []any{map[string]any{"action": "replace", "targetLabel": "tenant", "replacement": "tenant-a"}},
		}},
	}, monitor.Prop("spec"))
}

// TestIngress publishes what callers need, with every setting and with none.
//
// Proves I10 by Pulumi mocks: an Ingress publishes the paths that it names and nothing else, and
// those that it has by default do not hold /metrics.
func TestIngress(t *testing.T) {
	t.Parallel()
	published := func(path, pathType string) any {
		return map[string]any{
			"path": path, "pathType": pathType,
			"backend": map[string]any{"service": map[string]any{"name": "inference", "port": map[string]any{"name": "http"}}},
		}
	}
	full := run(t, valid.FullTenant()).One(t, ingressType, "t-ingress")
	assert.Equal(t, map[string]any{"example.com/team": "a"}, full.Prop("metadata.annotations"))
	assert.Equal(t, map[string]any{
		"ingressClassName": "nginx",
		"tls":              []any{map[string]any{"hosts": []any{"scores.example.com"}, "secretName": "scores-tls"}},
		"rules": []any{map[string]any{"host": "scores.example.com", "http": map[string]any{"paths": []any{
			published("/", "Exact"), published("/v1/models/", "Prefix"), published("/v1/predict", "Exact"),
		}}}},
	}, full.Prop("spec"))

	args := valid.Tenant()
	args.Ingress = &tenant.Ingress{Host: "x.example.com"}
	plain := run(t, args).One(t, ingressType, "t-ingress")
	assert.Equal(t, map[string]any{
		"rules": []any{map[string]any{"host": "x.example.com", "http": map[string]any{"paths": []any{
			published("/health", "Exact"), published("/predict", "Exact"), published("/ready", "Exact"),
		}}}},
	}, plain.Prop("spec"))
	assert.Equal(t, &tenant.Ingress{Host: "x.example.com"}, args.Ingress, "the caller's value")
}

func TestMountToken(t *testing.T) {
	t.Parallel()
	args := valid.FullTenant()
	args.MountToken = true
	r := run(t, args)
	assert.Equal(t, true, r.One(t, accountType, "t-service-account").Prop("automountServiceAccountToken"))
	assert.Equal(t, true, r.One(t, deploymentType, "t-deployment").Prop(servingPod+".automountServiceAccountToken"))
	assert.Equal(t, true, r.One(t, cronType, "t-training").Prop(trainingPod+".automountServiceAccountToken"))
}

func TestBudget(t *testing.T) {
	t.Parallel()
	args := valid.FullTenant()
	args.BudgetUSD = 60
	rule := run(t, args).One(t, "kubernetes:monitoring.coreos.com/v1:PrometheusRule", "t-budget")
	assert.Equal(t, "mlops:tenant_budget:usd_per_month", rule.Prop("spec.groups.0.rules.0.record"))
	assert.Equal(t, "vector(60)", rule.Prop("spec.groups.0.rules.0.expr"))
	assert.Equal(t, map[string]any{"tenant": args.Name}, rule.Prop("spec.groups.0.rules.0.labels"))

	args.NoServiceMonitor = true
	assert.Empty(t, run(t, args).OfType("kubernetes:monitoring.coreos.com/v1:PrometheusRule"), "nobody would read it")

	args.BudgetUSD = -1
	_, err := harness.RunErr(harness.Program(tenant.New, "t", args))
	require.ErrorContains(t, err, "budgetUsd: Invalid value: -1: must be >= 0 US dollars; 0 is no budget")
}
