package nvidiadeviceplugin_test

import (
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/mlops-iac/mlops/components/addons/nvidiadeviceplugin"
	"github.com/mlops-iac/mlops/tests/harness"
	"github.com/mlops-iac/mlops/tests/harness/charts"
	"github.com/mlops-iac/mlops/tests/harness/contract"
	"github.com/mlops-iac/mlops/tests/harness/example"
	valid "github.com/mlops-iac/mlops/tests/harness/valid/addons"
)

func TestRelease(t *testing.T) {
	t.Parallel()
	recorder := harness.Run(t, harness.Program(nvidiadeviceplugin.New, "gpu", nil))
	r := charts.Release(t, recorder, nvidiadeviceplugin.Token, "gpu", nvidiadeviceplugin.Record)
	assert.Equal(t, "kube-system", r.Prop("namespace"))
	harness.AssertOnGPUNodes(t, r)
	// The chart's own terms ask for labels that no node here has.
	const terms = "values.affinity.nodeAffinity.requiredDuringSchedulingIgnoredDuringExecution.nodeSelectorTerms"
	assert.Equal(t, []any{map[string]any{"matchExpressions": []any{
		map[string]any{"key": "accelerator", "operator": "In", "values": []any{"nvidia"}},
	}}}, r.Prop(terms))
}

func TestInvalidArguments(t *testing.T) {
	t.Parallel()
	_, err := harness.RunErr(func(ctx *pulumi.Context) error {
		args := valid.NvidiaDevicePlugin()
		args.Namespace = "Not A Name"
		_, err := nvidiadeviceplugin.New(ctx, "gpu", args)
		return err
	})
	require.ErrorContains(t, err, `nvidia device plugin "gpu": namespace: Invalid value: "Not A Name": a lowercase RFC 1123 label`)
}

func TestContract(t *testing.T) {
	t.Parallel()
	contract.Check(t, &nvidiadeviceplugin.NvidiaDevicePlugin{}, nvidiadeviceplugin.Args{}, nvidiadeviceplugin.Token)
}

// GPUs that pods can ask for.
func Example() {
	example.PrintResources(func(ctx *pulumi.Context) error {
		_, err := nvidiadeviceplugin.New(ctx, "gpu", nil)
		return err
	})
	// Output:
	// mlops:index:NvidiaDevicePlugin gpu
	//   kubernetes:helm.sh/v3:Release gpu-release
}
