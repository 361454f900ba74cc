package providerproxy

import (
	"context"
	"errors"
	"io"

	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
	"google.golang.org/grpc"
	"google.golang.org/protobuf/types/known/emptypb"
)

// Passthrough hands every request on to the provider behind it.
type Passthrough struct {
	pulumirpc.UnimplementedResourceProviderServer

	// Behind is that provider.
	Behind pulumirpc.ResourceProviderClient
}

// Handshake implements pulumirpc.ResourceProviderServer.
func (p *Passthrough) Handshake(ctx context.Context, req *pulumirpc.ProviderHandshakeRequest) (*pulumirpc.ProviderHandshakeResponse, error) {
	return p.Behind.Handshake(ctx, req)
}

// Parameterize implements pulumirpc.ResourceProviderServer.
func (p *Passthrough) Parameterize(ctx context.Context, req *pulumirpc.ParameterizeRequest) (*pulumirpc.ParameterizeResponse, error) {
	return p.Behind.Parameterize(ctx, req)
}

// GetSchema implements pulumirpc.ResourceProviderServer.
func (p *Passthrough) GetSchema(ctx context.Context, req *pulumirpc.GetSchemaRequest) (*pulumirpc.GetSchemaResponse, error) {
	return p.Behind.GetSchema(ctx, req)
}

// CheckConfig implements pulumirpc.ResourceProviderServer.
func (p *Passthrough) CheckConfig(ctx context.Context, req *pulumirpc.CheckRequest) (*pulumirpc.CheckResponse, error) {
	return p.Behind.CheckConfig(ctx, req)
}

// DiffConfig implements pulumirpc.ResourceProviderServer.
func (p *Passthrough) DiffConfig(ctx context.Context, req *pulumirpc.DiffRequest) (*pulumirpc.DiffResponse, error) {
	return p.Behind.DiffConfig(ctx, req)
}

// Configure implements pulumirpc.ResourceProviderServer.
func (p *Passthrough) Configure(ctx context.Context, req *pulumirpc.ConfigureRequest) (*pulumirpc.ConfigureResponse, error) {
	return p.Behind.Configure(ctx, req)
}

// Invoke implements pulumirpc.ResourceProviderServer.
func (p *Passthrough) Invoke(ctx context.Context, req *pulumirpc.InvokeRequest) (*pulumirpc.InvokeResponse, error) {
	return p.Behind.Invoke(ctx, req)
}

// Call implements pulumirpc.ResourceProviderServer.
func (p *Passthrough) Call(ctx context.Context, req *pulumirpc.CallRequest) (*pulumirpc.CallResponse, error) {
	return p.Behind.Call(ctx, req)
}

// Check implements pulumirpc.ResourceProviderServer.
func (p *Passthrough) Check(ctx context.Context, req *pulumirpc.CheckRequest) (*pulumirpc.CheckResponse, error) {
	return p.Behind.Check(ctx, req)
}

// Diff implements pulumirpc.ResourceProviderServer.
func (p *Passthrough) Diff(ctx context.Context, req *pulumirpc.DiffRequest) (*pulumirpc.DiffResponse, error) {
	return p.Behind.Diff(ctx, req)
}

// Create implements pulumirpc.ResourceProviderServer.
func (p *Passthrough) Create(ctx context.Context, req *pulumirpc.CreateRequest) (*pulumirpc.CreateResponse, error) {
	return p.Behind.Create(ctx, req)
}

// Read implements pulumirpc.ResourceProviderServer.
func (p *Passthrough) Read(ctx context.Context, req *pulumirpc.ReadRequest) (*pulumirpc.ReadResponse, error) {
	return p.Behind.Read(ctx, req)
}

// Update implements pulumirpc.ResourceProviderServer.
func (p *Passthrough) Update(ctx context.Context, req *pulumirpc.UpdateRequest) (*pulumirpc.UpdateResponse, error) {
	return p.Behind.Update(ctx, req)
}

// Delete implements pulumirpc.ResourceProviderServer.
func (p *Passthrough) Delete(ctx context.Context, req *pulumirpc.DeleteRequest) (*emptypb.Empty, error) {
	return p.Behind.Delete(ctx, req)
}

// Construct implements pulumirpc.ResourceProviderServer.
func (p *Passthrough) Construct(ctx context.Context, req *pulumirpc.ConstructRequest) (*pulumirpc.ConstructResponse, error) {
	return p.Behind.Construct(ctx, req)
}

// Cancel implements pulumirpc.ResourceProviderServer.
func (p *Passthrough) Cancel(ctx context.Context, req *emptypb.Empty) (*emptypb.Empty, error) {
	return p.Behind.Cancel(ctx, req)
}

// GetPluginInfo implements pulumirpc.ResourceProviderServer.
func (p *Passthrough) GetPluginInfo(ctx context.Context, req *emptypb.Empty) (*pulumirpc.PluginInfo, error) {
	return p.Behind.GetPluginInfo(ctx, req)
}

// Attach implements pulumirpc.ResourceProviderServer: the
// provider behind talks to the engine itself.
func (p *Passthrough) Attach(ctx context.Context, req *pulumirpc.PluginAttach) (*emptypb.Empty, error) {
	return p.Behind.Attach(ctx, req)
}

// GetMapping implements pulumirpc.ResourceProviderServer.
func (p *Passthrough) GetMapping(ctx context.Context, req *pulumirpc.GetMappingRequest) (*pulumirpc.GetMappingResponse, error) {
	return p.Behind.GetMapping(ctx, req)
}

// GetMappings implements pulumirpc.ResourceProviderServer.
func (p *Passthrough) GetMappings(ctx context.Context, req *pulumirpc.GetMappingsRequest) (*pulumirpc.GetMappingsResponse, error) {
	return p.Behind.GetMappings(ctx, req)
}

// List implements pulumirpc.ResourceProviderServer.
func (p *Passthrough) List(req *pulumirpc.ListRequest, to grpc.ServerStreamingServer[pulumirpc.ListResponse]) error {
	from, err := p.Behind.List(to.Context(), req)
	if err != nil {
		return err
	}
	return relay(from, to)
}

func relay[M any](from grpc.ServerStreamingClient[M], to grpc.ServerStreamingServer[M]) error {
	for {
		message, err := from.Recv()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		if err := to.Send(message); err != nil {
			return err
		}
	}
}
