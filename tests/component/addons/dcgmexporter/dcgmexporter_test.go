package dcgmexporter_test

import (
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/mlops-iac/mlops/components/addons/dcgmexporter"
	"github.com/mlops-iac/mlops/tests/harness"
	"github.com/mlops-iac/mlops/tests/harness/charts"
	"github.com/mlops-iac/mlops/tests/harness/contract"
	"github.com/mlops-iac/mlops/tests/harness/example"
	valid "github.com/mlops-iac/mlops/tests/harness/valid/addons"
)

func TestRelease(t *testing.T) {
	t.Parallel()
	recorder := harness.Run(t, harness.Program(dcgmexporter.New, "gpu", valid.DCGMExporter()))
	r := charts.Release(t, recorder, dcgmexporter.Token, "gpu", dcgmexporter.Record)
	assert.Equal(t, "monitoring", r.Prop("namespace"))
	assert.Equal(t, "1Gi", r.Prop("values.resources.limits.memory"))
	harness.AssertOnGPUNodes(t, r)
	assert.Equal(t, map[string]any{"enabled": true, "interval": "30s", "honorLabels": true}, r.Prop("values.serviceMonitor"))
}

func TestInvalidArguments(t *testing.T) {
	t.Parallel()
	_, err := harness.RunErr(harness.Program(dcgmexporter.New, "gpu", &dcgmexporter.Args{Interval: "often"}))
	require.ErrorContains(t, err, `dcgm exporter "gpu": 2 errors:
  interval: Invalid value: "often": must be a number of seconds or minutes such as 30s
  namespace: Required value: a namespace that admits privileged pods`)
}

func TestContract(t *testing.T) {
	t.Parallel()
	contract.Check(t, &dcgmexporter.DCGMExporter{}, dcgmexporter.Args{}, dcgmexporter.Token)
}

// The load of every GPU, in the Prometheus of the monitoring stack.
func Example() {
	example.PrintResources(func(ctx *pulumi.Context) error {
		_, err := dcgmexporter.New(ctx, "gpu-metrics", &dcgmexporter.Args{
			Namespace: pulumi.String("monitoring"),
			Interval:  "15s",
		})
		return err
	})
	// Output:
	// mlops:index:DCGMExporter gpu-metrics
	//   kubernetes:helm.sh/v3:Release gpu-metrics-release
}
