package kubeprovider

import (
	"context"

	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
	"google.golang.org/grpc"
	"google.golang.org/protobuf/types/known/emptypb"
)

// front hands every request on to another provider, except those about Helm
// releases, which it records as planned.
type front struct {
	pulumirpc.UnimplementedResourceProviderServer

	behind   pulumirpc.ResourceProviderClient
	releases *releaseLog
}

// release says whether a request is about a Helm release.
func release(urn string) (target, bool) {
	t, err := targetOf(urn)
	return t, err == nil && t.isRelease() // what the real provider covers is for it to say
}

// Handshake implements pulumirpc.ResourceProviderServer.
func (f *front) Handshake(ctx context.Context, req *pulumirpc.ProviderHandshakeRequest) (*pulumirpc.ProviderHandshakeResponse, error) {
	return f.behind.Handshake(ctx, req)
}

// Parameterize implements pulumirpc.ResourceProviderServer.
func (f *front) Parameterize(ctx context.Context, req *pulumirpc.ParameterizeRequest) (*pulumirpc.ParameterizeResponse, error) {
	return f.behind.Parameterize(ctx, req)
}

// GetSchema implements pulumirpc.ResourceProviderServer.
func (f *front) GetSchema(ctx context.Context, req *pulumirpc.GetSchemaRequest) (*pulumirpc.GetSchemaResponse, error) {
	return f.behind.GetSchema(ctx, req)
}

// CheckConfig implements pulumirpc.ResourceProviderServer.
func (f *front) CheckConfig(ctx context.Context, req *pulumirpc.CheckRequest) (*pulumirpc.CheckResponse, error) {
	return f.behind.CheckConfig(ctx, req)
}

// DiffConfig implements pulumirpc.ResourceProviderServer.
func (f *front) DiffConfig(ctx context.Context, req *pulumirpc.DiffRequest) (*pulumirpc.DiffResponse, error) {
	return f.behind.DiffConfig(ctx, req)
}

// Configure implements pulumirpc.ResourceProviderServer.
func (f *front) Configure(ctx context.Context, req *pulumirpc.ConfigureRequest) (*pulumirpc.ConfigureResponse, error) {
	return f.behind.Configure(ctx, req)
}

// Invoke implements pulumirpc.ResourceProviderServer.
func (f *front) Invoke(ctx context.Context, req *pulumirpc.InvokeRequest) (*pulumirpc.InvokeResponse, error) {
	return f.behind.Invoke(ctx, req)
}

// Call implements pulumirpc.ResourceProviderServer.
func (f *front) Call(ctx context.Context, req *pulumirpc.CallRequest) (*pulumirpc.CallResponse, error) {
	return f.behind.Call(ctx, req)
}

// Check implements pulumirpc.ResourceProviderServer.
func (f *front) Check(ctx context.Context, req *pulumirpc.CheckRequest) (*pulumirpc.CheckResponse, error) {
	if t, ok := release(req.GetUrn()); ok {
		return f.releases.check(t, req)
	}
	return f.behind.Check(ctx, req)
}

// Diff implements pulumirpc.ResourceProviderServer.
func (f *front) Diff(ctx context.Context, req *pulumirpc.DiffRequest) (*pulumirpc.DiffResponse, error) {
	if _, ok := release(req.GetUrn()); ok {
		return f.releases.diff(req)
	}
	return f.behind.Diff(ctx, req)
}

// Create implements pulumirpc.ResourceProviderServer.
func (f *front) Create(ctx context.Context, req *pulumirpc.CreateRequest) (*pulumirpc.CreateResponse, error) {
	if _, ok := release(req.GetUrn()); ok {
		return f.releases.create(req)
	}
	return f.behind.Create(ctx, req)
}

// Read implements pulumirpc.ResourceProviderServer.
func (f *front) Read(ctx context.Context, req *pulumirpc.ReadRequest) (*pulumirpc.ReadResponse, error) {
	if _, ok := release(req.GetUrn()); ok {
		return unchanged(req), nil
	}
	return f.behind.Read(ctx, req)
}

// Update implements pulumirpc.ResourceProviderServer.
func (f *front) Update(ctx context.Context, req *pulumirpc.UpdateRequest) (*pulumirpc.UpdateResponse, error) {
	if _, ok := release(req.GetUrn()); ok {
		return f.releases.update(req)
	}
	return f.behind.Update(ctx, req)
}

// Delete implements pulumirpc.ResourceProviderServer.
func (f *front) Delete(ctx context.Context, req *pulumirpc.DeleteRequest) (*emptypb.Empty, error) {
	if _, ok := release(req.GetUrn()); ok {
		f.releases.remove(req.GetUrn(), req.GetId())
		return &emptypb.Empty{}, nil
	}
	return f.behind.Delete(ctx, req)
}

// Construct implements pulumirpc.ResourceProviderServer.
func (f *front) Construct(ctx context.Context, req *pulumirpc.ConstructRequest) (*pulumirpc.ConstructResponse, error) {
	return f.behind.Construct(ctx, req)
}

// Cancel implements pulumirpc.ResourceProviderServer.
func (f *front) Cancel(ctx context.Context, req *emptypb.Empty) (*emptypb.Empty, error) {
	return f.behind.Cancel(ctx, req)
}

// GetPluginInfo implements pulumirpc.ResourceProviderServer.
func (f *front) GetPluginInfo(ctx context.Context, req *emptypb.Empty) (*pulumirpc.PluginInfo, error) {
	return f.behind.GetPluginInfo(ctx, req)
}

// Attach implements pulumirpc.ResourceProviderServer: the provider behind talks
// to the engine itself.
func (f *front) Attach(ctx context.Context, req *pulumirpc.PluginAttach) (*emptypb.Empty, error) {
	return f.behind.Attach(ctx, req)
}

// GetMapping implements pulumirpc.ResourceProviderServer.
func (f *front) GetMapping(ctx context.Context, req *pulumirpc.GetMappingRequest) (*pulumirpc.GetMappingResponse, error) {
	return f.behind.GetMapping(ctx, req)
}

// GetMappings implements pulumirpc.ResourceProviderServer.
func (f *front) GetMappings(ctx context.Context, req *pulumirpc.GetMappingsRequest) (*pulumirpc.GetMappingsResponse, error) {
	return f.behind.GetMappings(ctx, req)
}

// List implements pulumirpc.ResourceProviderServer.
func (f *front) List(req *pulumirpc.ListRequest, to grpc.ServerStreamingServer[pulumirpc.ListResponse]) error {
	from, err := f.behind.List(to.Context(), req)
	if err != nil {
		return err
	}
	return relay(from, to)
}
