package opencost_test

import (
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/mlops-iac/mlops/components/addons/opencost"
	"github.com/mlops-iac/mlops/tests/pulumitest"
	"github.com/mlops-iac/mlops/tests/pulumitest/valid"
)

func program(args *opencost.Args) pulumi.RunFunc {
	return func(ctx *pulumi.Context) error {
		_, err := opencost.New(ctx, "costs", args)
		return err
	}
}

func TestRelease(t *testing.T) {
	t.Parallel()
	args := valid.OpenCost()
	args.NodeSelector = map[string]string{"mlops.io/node-role": "system"}
	recorder := pulumitest.Run(t, program(args))
	require.Len(t, recorder.Resources(), 2)
	r := recorder.One(t, "kubernetes:helm.sh/v3:Release", "costs-release")
	for path, want := range map[string]any{
		"version":             opencost.ChartVersion,
		"repositoryOpts.repo": opencost.Repository,
		"namespace":           "monitoring",
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
	} {
		assert.Equal(t, want, r.Prop(path), path)
	}
	assert.Equal(t, opencost.Token, r.ParentType)
	assert.Nil(t, r.Prop("values.opencost.exporter.aws"), "it has no credentials")
}

func TestFaults(t *testing.T) {
	t.Parallel()
	_, err := pulumitest.RunErr(program(nil))
	require.ErrorContains(t, err, `opencost "costs": 3 faults:
  clusterId: Required value: the name of the cluster in reports
  namespace: Required value: an existing namespace
  prometheusUrl: Required value: the URL of Prometheus`)
}
