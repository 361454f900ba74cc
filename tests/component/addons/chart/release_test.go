package chart_test

import (
	"reflect"
	"sync"
	"testing"

	corev1 "github.com/pulumi/pulumi-kubernetes/sdk/v4/go/kubernetes/core/v1"
	helm "github.com/pulumi/pulumi-kubernetes/sdk/v4/go/kubernetes/helm/v3"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"google.golang.org/protobuf/proto"

	"github.com/mlops-iac/mlops/components/addons/chart"
)

// TestReleaseIsRegisteredAsTheSDKDoes registers one release with the SDK and one
// without, and compares the whole requests: type, inputs, dependencies of each
// input, version of the provider, aliases and every other option.
func TestReleaseIsRegisteredAsTheSDKDoes(t *testing.T) {
	t.Parallel()
	for name, preview := range map[string]bool{"update": false, "preview": true} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			ours := requestOf(t, preview, func(ctx *pulumi.Context, in given, opts ...pulumi.ResourceOption) error {
				_, err := chart.New(ctx, "app", &chart.Args{
					Record:    chart.Record{Chart: "podinfo", Version: "1.2.3", Repository: "https://charts.example.com"},
					Namespace: in.namespace, ReleaseName: "web", Timeout: 60,
					Values: map[string]any{
						"replicas": 2, "debug": true, "hosts": []any{"a", map[string]any{"b": in.text}}, "password": in.secret,
					},
				}, opts...)
				return err
			})
			theirs := requestOf(t, preview, func(ctx *pulumi.Context, in given, opts ...pulumi.ResourceOption) error {
				_, err := helm.NewRelease(ctx, "app", in.release(), opts...)
				return err
			})
			assert.Empty(t, differences(t, ours, theirs))
			assert.True(t, proto.Equal(ours, theirs), "without the SDK:\n%v\nwith it:\n%v", ours, theirs)
		})
	}
}

// given is what flows into a release from elsewhere.
type given struct{ namespace, text, secret pulumi.StringOutput }

func (g given) release() *helm.ReleaseArgs {
	return &helm.ReleaseArgs{
		Name: pulumi.String("web"), Namespace: g.namespace.ToStringPtrOutput(),
		Chart: pulumi.String("podinfo"), Version: pulumi.String("1.2.3"),
		RepositoryOpts: helm.RepositoryOptsArgs{Repo: pulumi.String("https://charts.example.com")},
		Values: pulumi.Map{
			"replicas": pulumi.Int(2), "debug": pulumi.Bool(true), "password": g.secret,
			"hosts": pulumi.Array{pulumi.String("a"), pulumi.Map{"b": g.text}},
		},
		Atomic: pulumi.Bool(true), CleanupOnFail: pulumi.Bool(true), SkipAwait: pulumi.Bool(false),
		MaxHistory: pulumi.Int(chart.MaxHistory), Timeout: pulumi.Int(60),
	}
}

// differences goes over the fields of the SDK's arguments and names those that
// the two requests give different values, and then what only ours has.
func differences(t *testing.T, ours, theirs *pulumirpc.RegisterResourceRequest) []string {
	t.Helper()
	mine, sdks := ours.GetObject().AsMap(), theirs.GetObject().AsMap()
	fields := helm.ReleaseArgs{}.ElementType()
	require.Greater(t, fields.NumField(), 30, "arguments of the SDK's release")
	var different []string
	for i := range fields.NumField() {
		key := fields.Field(i).Tag.Get("pulumi")
		if !reflect.DeepEqual(mine[key], sdks[key]) {
			different = append(different, key)
		}
		delete(mine, key)
	}
	for key := range mine {
		different = append(different, "unknown "+key)
	}
	return different
}

// requestOf runs a program with one release below a namespace it waits for.
func requestOf(
	t *testing.T, preview bool, register func(*pulumi.Context, given, ...pulumi.ResourceOption) error,
) *pulumirpc.RegisterResourceRequest {
	t.Helper()
	requests := &requests{preview: preview}
	err := pulumi.RunErr(func(ctx *pulumi.Context) error {
		namespace, err := corev1.NewNamespace(ctx, "apps", nil)
		if err != nil {
			return err
		}
		name := namespace.Metadata.Name().Elem()
		in := given{namespace: name, text: namespace.Kind, secret: pulumi.ToSecret(name).(pulumi.StringOutput)}
		return register(ctx, in, pulumi.Parent(namespace), pulumi.DependsOn([]pulumi.Resource{namespace}))
	}, pulumi.WithMocks("mlops", "test", requests), func(info *pulumi.RunInfo) { info.DryRun = preview })
	require.NoError(t, err)
	require.NotNil(t, requests.release)
	// Where in the program it was registered.
	requests.release.SourcePosition, requests.release.StackTrace = nil, nil
	return requests.release
}

// requests keeps the registration of the release.
type requests struct {
	preview bool
	mu      sync.Mutex
	release *pulumirpc.RegisterResourceRequest
}

func (r *requests) NewResource(args pulumi.MockResourceArgs) (string, resource.PropertyMap, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if args.TypeToken == chart.ReleaseToken {
		r.release = args.RegisterRPC
	}
	outputs := args.Inputs.Copy()
	outputs["kind"] = resource.NewStringProperty("Namespace")
	outputs["metadata"] = resource.NewObjectProperty(resource.PropertyMap{"name": resource.NewStringProperty("apps")})
	if r.preview {
		outputs["kind"] = resource.MakeComputed(resource.NewStringProperty(""))
	}
	return args.Name + "-id", outputs, nil
}

func (*requests) Call(args pulumi.MockCallArgs) (resource.PropertyMap, error) {
	return args.Args, nil
}
