package charts

import (
	"context"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"google.golang.org/grpc"
	"google.golang.org/protobuf/types/known/emptypb"
	"google.golang.org/protobuf/types/known/structpb"

	"github.com/mlops-iac/mlops/internal/workbench/providerproxy"
)

const (
	releaseURN = "urn:pulumi:local::mlops::kubernetes:helm.sh/v3:Release::monitoring"
	configURN  = "urn:pulumi:local::mlops::kubernetes:core/v1:ConfigMap::settings"
)

// behind notes which requests reach it.
type behind struct {
	pulumirpc.ResourceProviderClient

	asked []string
}

func (p *behind) Check(context.Context, *pulumirpc.CheckRequest, ...grpc.CallOption) (*pulumirpc.CheckResponse, error) {
	p.asked = append(p.asked, "check")
	return &pulumirpc.CheckResponse{}, nil
}

func (p *behind) Diff(context.Context, *pulumirpc.DiffRequest, ...grpc.CallOption) (*pulumirpc.DiffResponse, error) {
	p.asked = append(p.asked, "diff")
	return &pulumirpc.DiffResponse{}, nil
}

func (p *behind) Create(context.Context, *pulumirpc.CreateRequest, ...grpc.CallOption) (*pulumirpc.CreateResponse, error) {
	p.asked = append(p.asked, "create")
	return &pulumirpc.CreateResponse{}, nil
}

func (p *behind) Read(context.Context, *pulumirpc.ReadRequest, ...grpc.CallOption) (*pulumirpc.ReadResponse, error) {
	p.asked = append(p.asked, "read")
	return &pulumirpc.ReadResponse{}, nil
}

func (p *behind) Update(context.Context, *pulumirpc.UpdateRequest, ...grpc.CallOption) (*pulumirpc.UpdateResponse, error) {
	p.asked = append(p.asked, "update")
	return &pulumirpc.UpdateResponse{}, nil
}

func (p *behind) Delete(context.Context, *pulumirpc.DeleteRequest, ...grpc.CallOption) (*emptypb.Empty, error) {
	p.asked = append(p.asked, "delete")
	return &emptypb.Empty{}, nil
}

// everything sends one request of each kind.
func everything(t *testing.T, p *proxy, urn string, inputs, state *structpb.Struct) *pulumirpc.DiffResponse {
	t.Helper()
	_, err := p.Check(t.Context(), &pulumirpc.CheckRequest{Urn: urn, News: inputs})
	require.NoError(t, err)
	diff, err := p.Diff(t.Context(), &pulumirpc.DiffRequest{Urn: urn, Olds: state, OldInputs: inputs, News: inputs})
	require.NoError(t, err)
	_, err = p.Create(t.Context(), &pulumirpc.CreateRequest{Urn: urn, Properties: inputs})
	require.NoError(t, err)
	_, err = p.Read(t.Context(), &pulumirpc.ReadRequest{Urn: urn, Properties: state})
	require.NoError(t, err)
	_, err = p.Update(t.Context(), &pulumirpc.UpdateRequest{Urn: urn, Olds: state, News: inputs})
	require.NoError(t, err)
	_, err = p.Delete(t.Context(), &pulumirpc.DeleteRequest{Urn: urn, Properties: state})
	require.NoError(t, err)
	return diff
}

func properties(t *testing.T, values map[string]any) *structpb.Struct {
	t.Helper()
	encoded, err := encode(resource.NewPropertyMapFromMap(values))
	require.NoError(t, err)
	return encoded
}

func monitoring(version string) map[string]any {
	return map[string]any{
		"name": "monitoring", "namespace": "monitoring", "chart": "prometheus", "version": version,
		"repositoryOpts": map[string]any{"repo": "https://charts.example.com"},
	}
}

func newProxy(answer bool) (*proxy, *behind, *[]Chart) {
	asks, asked := &behind{}, &[]Chart{}
	return &proxy{
		Passthrough: providerproxy.Passthrough{Behind: asks}, log: newRecord(),
		available: remember(func(_ context.Context, chart Chart) bool {
			*asked = append(*asked, chart)
			return answer
		}),
	}, asks, asked
}

var everyRequest = []string{"check", "diff", "create", "read", "update", "delete"}

func TestWhatIsNoReleaseIsHandedOn(t *testing.T) {
	t.Parallel()
	p, provider, asked := newProxy(false)
	everything(t, p, configURN, properties(t, map[string]any{"chart": "x"}), properties(t, map[string]any{"status": map[string]any{"status": planned}}))
	assert.Equal(t, everyRequest, provider.asked)
	assert.Empty(t, *asked)
}

func TestReleaseWhoseChartCanBeHadIsInstalled(t *testing.T) {
	t.Parallel()
	p, provider, asked := newProxy(true)
	inputs := properties(t, monitoring("1"))
	everything(t, p, releaseURN, inputs, properties(t, map[string]any{"status": map[string]any{"status": "deployed"}}))
	assert.Equal(t, everyRequest, provider.asked)
	assert.Equal(t, []Chart{{Name: "prometheus", Repository: "https://charts.example.com"}}, *asked, "once for each chart")
	assert.Empty(t, p.log.list())
}

func TestReleaseWhoseChartCannotBeHadIsRecorded(t *testing.T) {
	t.Parallel()
	p, provider, _ := newProxy(false)
	inputs := properties(t, monitoring("1"))
	made, err := p.Create(t.Context(), &pulumirpc.CreateRequest{Urn: releaseURN, Properties: inputs})
	require.NoError(t, err)
	assert.Equal(t, "monitoring/monitoring", made.GetId())
	assert.Equal(t, []Release{{Name: "monitoring", Namespace: "monitoring", Chart: "prometheus", Version: "1"}}, p.log.list())

	diff := everything(t, p, releaseURN, inputs, made.GetProperties())
	assert.Empty(t, provider.asked)
	assert.Equal(t, pulumirpc.DiffResponse_DIFF_NONE, diff.GetChanges())
	changed := monitoring("2")
	changed["namespace"] = "other"
	diff, err = p.Diff(t.Context(), &pulumirpc.DiffRequest{
		Urn: releaseURN, Olds: made.GetProperties(), OldInputs: inputs, News: properties(t, changed),
	})
	require.NoError(t, err)
	assert.Equal(t, []string{"namespace", "version"}, diff.GetDiffs())
	assert.Equal(t, []string{"namespace"}, diff.GetReplaces())
	_, err = p.Delete(t.Context(), &pulumirpc.DeleteRequest{Urn: releaseURN, Id: made.GetId(), Properties: made.GetProperties()})
	require.NoError(t, err)
	assert.Empty(t, p.log.list())
}

func TestRecordedReleaseIsReplacedWhenItsChartCanBeHad(t *testing.T) {
	t.Parallel()
	inputs := properties(t, monitoring("1"))
	before, _, _ := newProxy(false)
	made, err := before.Create(t.Context(), &pulumirpc.CreateRequest{Urn: releaseURN, Properties: inputs})
	require.NoError(t, err)

	p, provider, _ := newProxy(true)
	diff := everything(t, p, releaseURN, inputs, made.GetProperties())
	assert.Equal(t, []string{"status"}, diff.GetReplaces())
	assert.True(t, diff.GetDeleteBeforeReplace())
	assert.Equal(t, []string{"check", "create"}, provider.asked, "what was only recorded is nothing that the provider could delete")
}

func TestReplacementOutlivesTheDeletionOfWhatItReplaces(t *testing.T) {
	t.Parallel()
	p, _, _ := newProxy(false)
	old, err := p.Create(t.Context(), &pulumirpc.CreateRequest{Urn: releaseURN, Properties: properties(t, monitoring("1"))})
	require.NoError(t, err)
	moved := monitoring("1")
	moved["namespace"] = "other"
	_, err = p.Create(t.Context(), &pulumirpc.CreateRequest{Urn: releaseURN, Properties: properties(t, moved)})
	require.NoError(t, err)
	_, err = p.Delete(t.Context(), &pulumirpc.DeleteRequest{Urn: releaseURN, Id: old.GetId(), Properties: old.GetProperties()})
	require.NoError(t, err)
	assert.Equal(t, []Release{{Name: "monitoring", Namespace: "other", Chart: "prometheus", Version: "1"}}, p.log.list())
}
