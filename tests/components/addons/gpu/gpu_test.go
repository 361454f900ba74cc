package gpu_test

import (
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/mlops-iac/mlops/components/addons/dcgmexporter"
	"github.com/mlops-iac/mlops/components/addons/nvidiadeviceplugin"
	"github.com/mlops-iac/mlops/components/scheduling"
	"github.com/mlops-iac/mlops/tests/pulumitest"
	"github.com/mlops-iac/mlops/tests/pulumitest/valid"
)

const release = "kubernetes:helm.sh/v3:Release"

// assertOnGPUNodesOnly checks that a daemon runs where package scheduling puts
// GPU nodes, and nowhere else.
func assertOnGPUNodesOnly(t *testing.T, r pulumitest.Resource) {
	t.Helper()
	selector, ok := r.Prop("values.nodeSelector").(map[string]any)
	require.True(t, ok)
	labels := scheduling.Labels(scheduling.RoleGPU)
	require.NotEmpty(t, selector)
	for key, value := range selector {
		assert.Equal(t, labels[key], value, "GPU nodes do not carry %s", key)
	}
	taint := scheduling.GPUTaint()
	assert.Equal(t,
		[]any{map[string]any{"key": taint.Key, "operator": "Equal", "value": taint.Value, "effect": taint.Effect}},
		r.Prop("values.tolerations"))
}

func TestDevicePlugin(t *testing.T) {
	t.Parallel()
	recorder := pulumitest.Run(t, func(ctx *pulumi.Context) error {
		_, err := nvidiadeviceplugin.New(ctx, "gpu", nil)
		return err
	})
	require.Len(t, recorder.Resources(), 2)
	r := recorder.One(t, release, "gpu-release")
	assert.Equal(t, nvidiadeviceplugin.Token, r.ParentType)
	assert.Equal(t, nvidiadeviceplugin.ChartVersion, r.Prop("version"))
	assert.Equal(t, nvidiadeviceplugin.Repository, r.Prop("repositoryOpts.repo"))
	assert.Equal(t, "kube-system", r.Prop("namespace"))
	assertOnGPUNodesOnly(t, r)
	// The chart's own terms ask for labels that no node here has.
	const terms = "values.affinity.nodeAffinity.requiredDuringSchedulingIgnoredDuringExecution.nodeSelectorTerms"
	assert.Equal(t, []any{map[string]any{"matchExpressions": []any{
		map[string]any{"key": "accelerator", "operator": "In", "values": []any{"nvidia"}},
	}}}, r.Prop(terms))
}

func TestDevicePluginFaults(t *testing.T) {
	t.Parallel()
	_, err := pulumitest.RunErr(func(ctx *pulumi.Context) error {
		args := valid.NvidiaDevicePlugin()
		args.Namespace = "Not A Name"
		_, err := nvidiadeviceplugin.New(ctx, "gpu", args)
		return err
	})
	require.ErrorContains(t, err, `nvidia device plugin "gpu": namespace: Invalid value: "Not A Name": a lowercase RFC 1123 label`)
}

func TestExporter(t *testing.T) {
	t.Parallel()
	recorder := pulumitest.Run(t, func(ctx *pulumi.Context) error {
		_, err := dcgmexporter.New(ctx, "gpu", valid.DCGMExporter())
		return err
	})
	require.Len(t, recorder.Resources(), 2)
	r := recorder.One(t, release, "gpu-release")
	assert.Equal(t, dcgmexporter.Token, r.ParentType)
	assert.Equal(t, dcgmexporter.ChartVersion, r.Prop("version"))
	assert.Equal(t, "monitoring", r.Prop("namespace"))
	assertOnGPUNodesOnly(t, r)
	assert.Equal(t, map[string]any{"enabled": true, "interval": "30s", "honorLabels": true}, r.Prop("values.serviceMonitor"))
}

func TestExporterFaults(t *testing.T) {
	t.Parallel()
	_, err := pulumitest.RunErr(func(ctx *pulumi.Context) error {
		_, err := dcgmexporter.New(ctx, "gpu", &dcgmexporter.Args{Interval: "often"})
		return err
	})
	require.ErrorContains(t, err, `dcgm exporter "gpu": 2 faults:
  interval: Invalid value: "often": must be a number of seconds or minutes such as 30s
  namespace: Required value: a namespace that admits privileged pods`)
}
