package opencost_test

import (
	"fmt"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/mlops-iac/mlops/components/addons/opencost"
	"github.com/mlops-iac/mlops/tests/harness"
	"github.com/mlops-iac/mlops/tests/harness/charts"
	"github.com/mlops-iac/mlops/tests/harness/contract"
	"github.com/mlops-iac/mlops/tests/harness/example"
	valid "github.com/mlops-iac/mlops/tests/harness/valid/addons"
)

const (
	roleType    = "kubernetes:rbac.authorization.k8s.io/v1:ClusterRole"
	bindingType = "kubernetes:rbac.authorization.k8s.io/v1:ClusterRoleBinding"
)

// Proves I4 by Pulumi mocks: OpenCost reads objects and prices, and reaches no node.
func TestItReadsObjectsOnly(t *testing.T) {
	t.Parallel()
	recorder := harness.Run(t, harness.Program(opencost.New, "costs", valid.OpenCost()))
	role := recorder.One(t, roleType, "costs-role")
	var reads []string
	for _, rule := range role.Prop("rules").([]any) {
		rule := rule.(map[string]any)
		assert.Equal(t, []any{"get", "list", "watch"}, rule["verbs"])
		for _, resource := range rule["resources"].([]any) {
			reads = append(reads, fmt.Sprint(rule["apiGroups"].([]any)[0], "/", resource))
		}
	}
	assert.Equal(t, []string{
		"/configmaps", "/endpoints", "/limitranges", "/namespaces", "/nodes", "/persistentvolumeclaims", "/persistentvolumes", "/pods",
		"/replicationcontrollers", "/resourcequotas", "/services",
		"apps/daemonsets", "apps/deployments", "apps/replicasets", "apps/statefulsets", "autoscaling/horizontalpodautoscalers",
		"batch/cronjobs", "batch/jobs", "policy/poddisruptionbudgets", "storage.k8s.io/storageclasses",
	}, reads)
	assert.Equal(t, "mlops-opencost", role.Prop("metadata.name"), "the chart's own has the name of the chart")
	binding := recorder.One(t, bindingType, "costs-role-binding")
	assert.Equal(t, "mlops-opencost", binding.Prop("roleRef.name"))
	assert.Equal(t, []any{map[string]any{"kind": "ServiceAccount", "name": "opencost", "namespace": "monitoring"}}, binding.Prop("subjects"))
}

func TestRelease(t *testing.T) {
	t.Parallel()
	args := valid.OpenCost()
	args.NodeSelector = map[string]string{"mlops.io/node-role": "system"}
	recorder := harness.Run(t, harness.Program(opencost.New, "costs", args))
	r := charts.Release(t, recorder, opencost.Token, "costs", opencost.Record, roleType, bindingType)
	for path, want := range map[string]any{
		"namespace": "monitoring",
		"values.opencost.prometheus.external.url":               "http://prometheus.monitoring.svc:9090",
		"values.opencost.prometheus.external.enabled":           true,
		"values.opencost.prometheus.internal.enabled":           false,
		"values.opencost.exporter.defaultClusterId":             "mlops-test",
		"values.opencost.nodeSelector":                          map[string]any{"mlops.io/node-role": "system"},
		"values.opencost.metrics.serviceMonitor.enabled":        true,
		"values.opencost.metrics.serviceMonitor.honorLabels":    true,
		"values.opencost.ui.enabled":                            false,
		"values.opencost.cloudCost.enabled":                     false,
		"values.opencost.exporter.resources.limits.memory":      "512Mi",
		"values.opencost.exporter.securityContext.capabilities": map[string]any{"drop": []any{"ALL"}},
		"values.podSecurityContext.runAsNonRoot":                true,
		"values.rbac":                                           map[string]any{"enabled": false},
	} {
		assert.Equal(t, want, r.Prop(path), path)
	}
	assert.Nil(t, r.Prop("values.opencost.exporter.aws"), "it has no credentials")
}

func TestInvalidArguments(t *testing.T) {
	t.Parallel()
	_, err := harness.RunErr(harness.Program(opencost.New, "costs", nil))
	require.ErrorContains(t, err, `opencost "costs": 3 errors:
  clusterId: Required value: the name of the cluster in reports
  namespace: Required value: an existing namespace
  prometheusUrl: Required value: the URL of Prometheus`)
}

func TestContract(t *testing.T) {
	t.Parallel()
	contract.Check(t, &opencost.OpenCost{}, opencost.Args{}, opencost.Token)
}

// What each pod costs, in the Prometheus of the monitoring stack.
func Example() {
	example.PrintResources(func(ctx *pulumi.Context) error {
		_, err := opencost.New(ctx, "costs", &opencost.Args{
			Namespace:     pulumi.String("monitoring"),
			PrometheusURL: pulumi.String("http://prometheus.monitoring.svc:9090"),
			ClusterID:     "mlops-prod",
		})
		return err
	})
	// Output:
	// mlops:index:OpenCost costs
	//   kubernetes:helm.sh/v3:Release costs-release
	//   kubernetes:rbac.authorization.k8s.io/v1:ClusterRole costs-role
	//   kubernetes:rbac.authorization.k8s.io/v1:ClusterRoleBinding costs-role-binding
}
