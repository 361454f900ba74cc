package fakeprovider

import (
	"context"
	"fmt"
	"maps"
	"sync"

	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/types/known/emptypb"
	"google.golang.org/protobuf/types/known/structpb"
)

// Planned is one resource as the engine handed it to the provider: inputs
// after transforms, unknown values as Pulumi's unknown sentinel.
type Planned struct {
	URN    string
	Inputs *structpb.Struct
}

// Namer says what the outputs of a planned resource are called. Where it gives a
// value, that takes the place of an unknown output, so that what is made from it
// shows what it was made from.
type Namer interface {
	// Name returns the id of a resource and the outputs that differ from its inputs.
	Name(urn string, inputs *structpb.Struct) (id string, outputs map[string]any)
}

// Provider is a fake of one provider package.
type Provider struct {
	pulumirpc.UnimplementedResourceProviderServer

	name    string
	version string
	desk    *desk
	namer   Namer

	mu      sync.Mutex
	planned []Planned
}

// New makes a fake provider of the package name ("aws", "kubernetes") that answers
// the allowed lookups. version is reported to the engine, without a leading "v".
func New(name, version string, allowed []Lookup) *Provider {
	return &Provider{name: name, version: version, desk: newDesk(allowed)}
}

// Use makes the fake provider name the outputs of what it plans; nil leaves them
// unknown. Call it before the first resource.
func (p *Provider) Use(namer Namer) { p.namer = namer }

// Planned returns the resources checked so far, in the order of arrival.
func (p *Provider) Planned() []Planned {
	p.mu.Lock()
	defer p.mu.Unlock()
	return append([]Planned(nil), p.planned...)
}

// Handshake implements pulumirpc.ResourceProviderServer.
func (p *Provider) Handshake(context.Context, *pulumirpc.ProviderHandshakeRequest) (*pulumirpc.ProviderHandshakeResponse, error) {
	return &pulumirpc.ProviderHandshakeResponse{AcceptSecrets: true, AcceptResources: true, AcceptOutputs: false}, nil
}

// GetPluginInfo implements pulumirpc.ResourceProviderServer.
func (p *Provider) GetPluginInfo(context.Context, *emptypb.Empty) (*pulumirpc.PluginInfo, error) {
	return &pulumirpc.PluginInfo{Version: p.version}, nil
}

// GetSchema implements pulumirpc.ResourceProviderServer.
func (p *Provider) GetSchema(context.Context, *pulumirpc.GetSchemaRequest) (*pulumirpc.GetSchemaResponse, error) {
	return &pulumirpc.GetSchemaResponse{Schema: fmt.Sprintf(`{"name":%q,"version":%q}`, p.name, p.version)}, nil
}

// CheckConfig implements pulumirpc.ResourceProviderServer.
func (p *Provider) CheckConfig(_ context.Context, req *pulumirpc.CheckRequest) (*pulumirpc.CheckResponse, error) {
	return &pulumirpc.CheckResponse{Inputs: req.GetNews()}, nil
}

// DiffConfig implements pulumirpc.ResourceProviderServer.
func (p *Provider) DiffConfig(context.Context, *pulumirpc.DiffRequest) (*pulumirpc.DiffResponse, error) {
	return &pulumirpc.DiffResponse{Changes: pulumirpc.DiffResponse_DIFF_NONE}, nil
}

// Configure implements pulumirpc.ResourceProviderServer.
func (p *Provider) Configure(context.Context, *pulumirpc.ConfigureRequest) (*pulumirpc.ConfigureResponse, error) {
	return &pulumirpc.ConfigureResponse{AcceptSecrets: true, AcceptResources: true, SupportsPreview: true}, nil
}

// Check implements pulumirpc.ResourceProviderServer: it records the inputs and
// accepts them unchanged.
func (p *Provider) Check(_ context.Context, req *pulumirpc.CheckRequest) (*pulumirpc.CheckResponse, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.planned = append(p.planned, Planned{URN: req.GetUrn(), Inputs: req.GetNews()})
	return &pulumirpc.CheckResponse{Inputs: req.GetNews()}, nil
}

// Create implements pulumirpc.ResourceProviderServer for previews. A fake provider
// has no cloud behind it, so anything but a preview is refused.
func (p *Provider) Create(_ context.Context, req *pulumirpc.CreateRequest) (*pulumirpc.CreateResponse, error) {
	if !req.GetPreview() {
		return nil, status.Errorf(codes.FailedPrecondition, "%s is a fake provider that can only preview; install the real provider to deploy", p.name)
	}
	if p.namer == nil {
		return &pulumirpc.CreateResponse{Properties: req.GetProperties()}, nil
	}
	return p.named(req)
}

func (p *Provider) named(req *pulumirpc.CreateRequest) (*pulumirpc.CreateResponse, error) {
	id, outputs := p.namer.Name(req.GetUrn(), req.GetProperties())
	named, err := structpb.NewStruct(outputs)
	if err != nil {
		return nil, fmt.Errorf("naming the outputs of %s: %w", req.GetUrn(), err)
	}
	properties := maps.Clone(req.GetProperties().GetFields())
	maps.Copy(properties, named.GetFields())
	return &pulumirpc.CreateResponse{Id: id, Properties: &structpb.Struct{Fields: properties}}, nil
}

// Invoke implements pulumirpc.ResourceProviderServer.
func (p *Provider) Invoke(ctx context.Context, req *pulumirpc.InvokeRequest) (*pulumirpc.InvokeResponse, error) {
	return p.desk.Invoke(ctx, req)
}

// Cancel implements pulumirpc.ResourceProviderServer.
func (p *Provider) Cancel(context.Context, *emptypb.Empty) (*emptypb.Empty, error) {
	return &emptypb.Empty{}, nil
}

// Attach implements pulumirpc.ResourceProviderServer. The engine calls it on a
// provider it did not start itself; a fake provider never calls back.
func (p *Provider) Attach(context.Context, *pulumirpc.PluginAttach) (*emptypb.Empty, error) {
	return &emptypb.Empty{}, nil
}
