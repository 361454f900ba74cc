package kubeprovider

import (
	"context"
	"fmt"
	"sync"

	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/types/known/emptypb"
)

// provider implements the protocol. The zero value of what it does not
// implement answers Unimplemented.
type provider struct {
	pulumirpc.UnimplementedResourceProviderServer

	version  string
	releases *releaseLog

	mu      sync.Mutex
	cluster *cluster
	ended   context.Context // done when the engine cancels
	end     context.CancelFunc
}

func newProvider(version string) *provider {
	p := &provider{version: version, releases: newReleaseLog()}
	p.ended, p.end = context.WithCancel(context.Background())
	return p
}

// Handshake implements pulumirpc.ResourceProviderServer.
func (p *provider) Handshake(context.Context, *pulumirpc.ProviderHandshakeRequest) (*pulumirpc.ProviderHandshakeResponse, error) {
	return &pulumirpc.ProviderHandshakeResponse{AcceptSecrets: true, AcceptResources: false, AcceptOutputs: false}, nil
}

// GetPluginInfo implements pulumirpc.ResourceProviderServer.
func (p *provider) GetPluginInfo(context.Context, *emptypb.Empty) (*pulumirpc.PluginInfo, error) {
	return &pulumirpc.PluginInfo{Version: p.version}, nil
}

// GetSchema implements pulumirpc.ResourceProviderServer.
func (p *provider) GetSchema(context.Context, *pulumirpc.GetSchemaRequest) (*pulumirpc.GetSchemaResponse, error) {
	return &pulumirpc.GetSchemaResponse{Schema: fmt.Sprintf(`{"name":"kubernetes","version":%q}`, p.version)}, nil
}

// Attach implements pulumirpc.ResourceProviderServer. The engine calls it on a
// provider it did not start itself; this one never calls back.
func (p *provider) Attach(context.Context, *pulumirpc.PluginAttach) (*emptypb.Empty, error) {
	return &emptypb.Empty{}, nil
}

// Cancel implements pulumirpc.ResourceProviderServer: it ends every wait.
func (p *provider) Cancel(context.Context, *emptypb.Empty) (*emptypb.Empty, error) {
	p.cancel()
	return &emptypb.Empty{}, nil
}

// Invoke implements pulumirpc.ResourceProviderServer: every lookup is refused.
func (p *provider) Invoke(_ context.Context, req *pulumirpc.InvokeRequest) (*pulumirpc.InvokeResponse, error) {
	return nil, status.Errorf(codes.Unimplemented, "the thin Kubernetes provider answers no lookups: %s; install pulumi-resource-kubernetes to use it", req.GetTok())
}

// Call implements pulumirpc.ResourceProviderServer: every method is refused.
func (p *provider) Call(_ context.Context, req *pulumirpc.CallRequest) (*pulumirpc.CallResponse, error) {
	return nil, status.Errorf(codes.Unimplemented, "the thin Kubernetes provider has no methods: %s; install pulumi-resource-kubernetes to use it", req.GetTok())
}

// Construct implements pulumirpc.ResourceProviderServer: components are refused.
func (p *provider) Construct(_ context.Context, req *pulumirpc.ConstructRequest) (*pulumirpc.ConstructResponse, error) {
	return nil, status.Error(codes.Unimplemented, refusal(req.GetType()))
}

func (p *provider) cancel() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.end()
}

// configured returns the cluster, and a context that also ends when the engine
// cancels the run.
func (p *provider) configured(ctx context.Context) (*cluster, context.Context, context.CancelFunc, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.cluster == nil {
		return nil, nil, nil, status.Error(codes.FailedPrecondition, "the Kubernetes provider is not configured yet")
	}
	bound, cancel := context.WithCancelCause(ctx)
	stop := context.AfterFunc(p.ended, func() { cancel(errCancelled) })
	return p.cluster, bound, func() { stop(); cancel(nil) }, nil
}
