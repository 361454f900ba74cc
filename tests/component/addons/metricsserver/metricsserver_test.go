package metricsserver_test

import (
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/mlops-iac/mlops/components/addons/metricsserver"
	"github.com/mlops-iac/mlops/tests/harness"
	"github.com/mlops-iac/mlops/tests/harness/charts"
	"github.com/mlops-iac/mlops/tests/harness/contract"
	"github.com/mlops-iac/mlops/tests/harness/example"
	valid "github.com/mlops-iac/mlops/tests/harness/valid/addons"
)

func install(t *testing.T, args *metricsserver.Args) harness.Resource {
	t.Helper()
	recorder := harness.Run(t, func(ctx *pulumi.Context) error {
		server, err := metricsserver.New(ctx, "metrics", args)
		if err != nil {
			return err
		}
		assert.Len(t, server.Ready(), 1)
		return nil
	})
	return charts.Release(t, recorder, metricsserver.Token, "metrics", metricsserver.Record)
}

func TestRelease(t *testing.T) {
	t.Parallel()
	r := install(t, nil)
	assert.Equal(t, "kube-system", r.Prop("namespace"), "elsewhere its priority class may be refused")
	assert.Empty(t, r.Prop("values.args"), "the certificates of kubelets are checked")
	assert.Empty(t, r.Prop("values.nodeSelector"))
}

// TestTheServerIsChecked holds that the API server asks for the certificate of
// the server, which the chart by default does not want.
func TestTheServerIsChecked(t *testing.T) {
	t.Parallel()
	r := install(t, nil)
	assert.Equal(t, false, r.Prop("values.apiService.insecureSkipTLSVerify"))
	assert.Equal(t, "helm", r.Prop("values.tls.type"))
	days, _ := r.Prop("values.tls.helm.certDurationDays").(float64)
	assert.GreaterOrEqual(t, days, 3650.0, "nothing renews the certificate")
}

func TestOptions(t *testing.T) {
	t.Parallel()
	args := valid.MetricsServer()
	args.Namespace, args.InsecureKubeletTLS = "metrics", true
	args.NodeSelector = map[string]string{"mlops.io/node-role": "system"}
	r := install(t, args)
	assert.Equal(t, "metrics", r.Prop("namespace"))
	assert.Equal(t, []any{"--kubelet-insecure-tls"}, r.Prop("values.args"))
	assert.Equal(t, map[string]any{"mlops.io/node-role": "system"}, r.Prop("values.nodeSelector"))
}

func TestInvalidArguments(t *testing.T) {
	t.Parallel()
	_, err := harness.RunErr(harness.Program(metricsserver.New, "metrics", &metricsserver.Args{Namespace: "Not A Name"}))
	require.ErrorContains(t, err, `metrics server "metrics": namespace: Invalid value: "Not A Name": a lowercase RFC 1123 label`)
}

func TestContract(t *testing.T) {
	t.Parallel()
	contract.Check(t, &metricsserver.MetricsServer{}, metricsserver.Args{}, metricsserver.Token)
}

// A server for a cluster whose kubelets sign their own certificates.
func Example() {
	example.PrintResources(func(ctx *pulumi.Context) error {
		_, err := metricsserver.New(ctx, "metrics", &metricsserver.Args{InsecureKubeletTLS: true})
		return err
	})
	// Output:
	// mlops:index:MetricsServer metrics
	//   kubernetes:helm.sh/v3:Release metrics-release
}
