package charts

import (
	"context"
	"fmt"
	"os/exec"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource/urn"
	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
	"google.golang.org/protobuf/types/known/emptypb"
	"google.golang.org/protobuf/types/known/structpb"

	"github.com/mlops-iac/mlops/internal/workbench/providerproxy"
)

// releaseToken is the type of a Helm release.
const releaseToken = "kubernetes:helm.sh/v3:Release"

// Server is the provider with the proxy before it, on a free loopback port.
type Server struct {
	*providerproxy.Server

	plugin *providerproxy.Process
	log    *record
}

// Serve starts the plugin of Pulumi's Kubernetes provider and stands before it. cmd
// is its command, as providerproxy.Start takes it; available says whether a chart
// can be had. Close ends both.
func Serve(ctx context.Context, cmd *exec.Cmd, available Available) (*Server, error) {
	plugin, err := providerproxy.Start(ctx, cmd)
	if err != nil {
		return nil, fmt.Errorf("starting the Kubernetes provider: %w", err)
	}
	p := &proxy{
		Passthrough: providerproxy.Passthrough{Behind: plugin.Client},
		log:         newRecord(), available: remember(available),
	}
	server, err := providerproxy.Listen(p)
	if err != nil {
		plugin.Close()
		return nil, err
	}
	return &Server{Server: server, plugin: plugin, log: p.log}, nil
}

// Releases returns what was recorded as planned, ordered by namespace and name.
func (s *Server) Releases() []Release { return s.log.list() }

// Close ends the proxy and the plugin at once. What is deployed stays as it is.
func (s *Server) Close() {
	s.Server.Close()
	s.plugin.Close()
}

// proxy hands every request on, except those about releases that it records.
type proxy struct {
	providerproxy.Passthrough

	log       *record
	available Available
}

// recorded says whether a state is that of a release which was recorded.
func recorded(urn string, state *structpb.Struct) bool {
	return isRelease(urn) && state.GetFields()["status"].GetStructValue().GetFields()["status"].GetStringValue() == planned
}

func isRelease(of string) bool { return string(urn.URN(of).Type()) == releaseToken }

// Check implements pulumirpc.ResourceProviderServer.
func (p *proxy) Check(ctx context.Context, req *pulumirpc.CheckRequest) (*pulumirpc.CheckResponse, error) {
	if !isRelease(req.GetUrn()) {
		return p.Passthrough.Check(ctx, req)
	}
	inputs, err := decode(req.GetNews())
	if err != nil {
		return nil, err
	}
	if p.available(ctx, chartOf(inputs)) {
		return p.Passthrough.Check(ctx, req)
	}
	// One that does not change is only checked, so that it is recorded here too.
	p.log.add(req.GetUrn(), inputs)
	return &pulumirpc.CheckResponse{Inputs: req.GetNews()}, nil
}

// Diff implements pulumirpc.ResourceProviderServer.
func (p *proxy) Diff(ctx context.Context, req *pulumirpc.DiffRequest) (*pulumirpc.DiffResponse, error) {
	if !recorded(req.GetUrn(), req.GetOlds()) {
		return p.Passthrough.Diff(ctx, req)
	}
	before, err := decode(req.GetOldInputs())
	if err != nil {
		return nil, err
	}
	after, err := decode(req.GetNews())
	if err != nil {
		return nil, err
	}
	if p.available(ctx, chartOf(after)) {
		return &pulumirpc.DiffResponse{
			Changes: pulumirpc.DiffResponse_DIFF_SOME, Diffs: []string{"status"}, Replaces: []string{"status"}, DeleteBeforeReplace: true,
		}, nil
	}
	return difference(before, after), nil
}

// Create implements pulumirpc.ResourceProviderServer.
func (p *proxy) Create(ctx context.Context, req *pulumirpc.CreateRequest) (*pulumirpc.CreateResponse, error) {
	if !isRelease(req.GetUrn()) {
		return p.Passthrough.Create(ctx, req)
	}
	inputs, err := decode(req.GetProperties())
	if err != nil {
		return nil, err
	}
	if p.available(ctx, chartOf(inputs)) {
		return p.Passthrough.Create(ctx, req)
	}
	release := p.log.add(req.GetUrn(), inputs)
	outputs, err := encode(release.outputs(inputs))
	if req.GetPreview() {
		return &pulumirpc.CreateResponse{Properties: outputs}, err
	}
	return &pulumirpc.CreateResponse{Id: release.id(), Properties: outputs}, err
}

// Read implements pulumirpc.ResourceProviderServer. Of a release that was recorded
// there is nothing in the cluster to look at.
func (p *proxy) Read(ctx context.Context, req *pulumirpc.ReadRequest) (*pulumirpc.ReadResponse, error) {
	if !recorded(req.GetUrn(), req.GetProperties()) {
		return p.Passthrough.Read(ctx, req)
	}
	return &pulumirpc.ReadResponse{Id: req.GetId(), Properties: req.GetProperties(), Inputs: req.GetInputs()}, nil
}

// Update implements pulumirpc.ResourceProviderServer.
func (p *proxy) Update(ctx context.Context, req *pulumirpc.UpdateRequest) (*pulumirpc.UpdateResponse, error) {
	if !recorded(req.GetUrn(), req.GetOlds()) {
		return p.Passthrough.Update(ctx, req)
	}
	inputs, err := decode(req.GetNews())
	if err != nil {
		return nil, err
	}
	outputs, err := encode(p.log.add(req.GetUrn(), inputs).outputs(inputs))
	return &pulumirpc.UpdateResponse{Properties: outputs}, err
}

// Delete implements pulumirpc.ResourceProviderServer.
func (p *proxy) Delete(ctx context.Context, req *pulumirpc.DeleteRequest) (*emptypb.Empty, error) {
	if !recorded(req.GetUrn(), req.GetProperties()) {
		return p.Passthrough.Delete(ctx, req)
	}
	p.log.remove(req.GetUrn(), req.GetId())
	return &emptypb.Empty{}, nil
}
