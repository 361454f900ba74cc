package chart_test

import (
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/mlops-iac/mlops/components/addons/chart"
	"github.com/mlops-iac/mlops/components/scheduling"
	"github.com/mlops-iac/mlops/tests/harness"
	"github.com/mlops-iac/mlops/tests/harness/contract"
	"github.com/mlops-iac/mlops/tests/harness/example"
	valid "github.com/mlops-iac/mlops/tests/harness/valid/addons"
)

const release = "kubernetes:helm.sh/v3:Release"

func run(t *testing.T, args *chart.Args) harness.Resource {
	t.Helper()
	recorder := harness.Run(t, harness.Program(chart.New, "app", args))
	return recorder.One(t, release, "app")
}

func TestReleaseIsPinnedAndAtomic(t *testing.T) {
	t.Parallel()
	r := run(t, valid.Chart())
	want := map[string]any{
		"chart": "podinfo", "version": "1.2.3", "name": "podinfo", "namespace": "apps",
		"repositoryOpts.repo": "https://charts.example.com",
		"atomic":              true, "cleanupOnFail": true, "skipAwait": false,
		"timeout": float64(chart.DefaultTimeout), "maxHistory": float64(chart.MaxHistory),
		"values.replicas": float64(2),
	}
	for path, value := range want {
		assert.Equal(t, value, r.Prop(path), path)
	}
}

func TestSkipAwaitIsNotAtomic(t *testing.T) {
	t.Parallel()
	args := valid.Chart()
	args.SkipAwait, args.Timeout, args.ReleaseName = true, 60, "other"
	r := run(t, args)
	assert.Equal(t, false, r.Prop("atomic"))
	assert.Equal(t, true, r.Prop("skipAwait"))
	assert.Equal(t, float64(60), r.Prop("timeout"))
	assert.Equal(t, "other", r.Prop("name"))
}

func TestValuesKeepInputsAndSecrets(t *testing.T) {
	t.Parallel()
	args := valid.Chart()
	args.Values = map[string]any{
		"plain":  map[string]any{"list": []any{"a", true, 3, map[string]any{"deep": "b"}}},
		"input":  pulumi.String("given"),
		"secret": map[string]any{"token": pulumi.ToSecret(pulumi.String("hush"))},
	}
	r := run(t, args)
	assert.Equal(t, []any{"a", true, float64(3), map[string]any{"deep": "b"}}, r.Prop("values.plain.list"))
	assert.Equal(t, "given", r.Prop("values.input"))
	assert.Equal(t, "hush", r.Prop("values.secret.token"))
	assert.True(t, r.IsSecret("values") || r.Inputs["values"].ContainsSecrets(), "the secret lost its mark")
}

func TestInvalidArguments(t *testing.T) {
	t.Parallel()
	cases := map[string]struct {
		args *chart.Args
		want string
	}{
		"nothing given": {nil, `chart "app": 4 errors:
  chart: Required value: the name of a chart
  namespace: Required value: an existing namespace
  repository: Invalid value: "": must be an https URL
  version: Invalid value: "": must be an exact version such as 1.2.3`},
		"range and plain http": {
			&chart.Args{Record: chart.Record{Chart: "a", Version: "^1.2.0", Repository: "http://x"}, Namespace: pulumi.String("n"), Timeout: -1},
			`chart "app": 3 errors:
  repository: Invalid value: "http://x": must be an https URL
  timeout: Invalid value: -1: must be >= 0 seconds
  version: Invalid value: "^1.2.0": must be an exact version such as 1.2.3`,
		},
		"null value": {
			func() *chart.Args {
				a := valid.Chart()
				a.Values = map[string]any{"a": []any{map[string]any{"b": nil}}}
				return a
			}(),
			`chart "app": values.a[0].b: null is not a chart value`,
		},
		"unknown type": {
			func() *chart.Args { a := valid.Chart(); a.Values = map[string]any{"a": 1.5}; return a }(),
			`chart "app": values.a: float64 is not a chart value`,
		},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := harness.RunErr(harness.Program(chart.New, "app", c.args))
			require.ErrorContains(t, err, c.want)
		})
	}
}

func TestTolerationsMatchTheTaint(t *testing.T) {
	t.Parallel()
	assert.Equal(t,
		[]any{map[string]any{"key": "nvidia.com/gpu", "operator": "Equal", "value": "present", "effect": "NoSchedule"}},
		chart.Tolerations(scheduling.GPUTaint()))
	assert.Equal(t, []any{}, chart.Tolerations())
}

func TestContract(t *testing.T) {
	t.Parallel()
	contract.CheckArgs(t, chart.Args{})
}

// A release of a chart for which there is no component.
func Example() {
	example.PrintResources(func(ctx *pulumi.Context) error {
		_, err := chart.New(ctx, "podinfo", &chart.Args{
			Record:    chart.Record{Chart: "podinfo", Version: "6.9.0", Repository: "https://charts.example.com"},
			Namespace: pulumi.String("apps"),
			Values:    map[string]any{"replicaCount": 2},
		})
		return err
	})
	// Output:
	// kubernetes:helm.sh/v3:Release podinfo
}
