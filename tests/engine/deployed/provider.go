package deployed

import (
	"context"
	"fmt"
	"maps"
	"sync"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource/plugin"
	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
	"google.golang.org/protobuf/types/known/emptypb"
	"google.golang.org/protobuf/types/known/structpb"

	"github.com/mlops-iac/mlops/internal/workbench/engine/fakeprovider"
	"github.com/mlops-iac/mlops/tests/engine/cloud"
)

// Call is something that was done to a resource.
type Call struct {
	// What is "create", "update" or "delete".
	What string
	// Type and Name are those of the resource.
	Type, Name string
}

// provider makes everything it is asked to make.
type provider struct {
	*fakeprovider.Provider

	mu    sync.Mutex
	calls []Call
}

// done notes a call unless it only plans.
func (p *provider) done(what, urn string, preview bool) {
	if preview {
		return
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.calls = append(p.calls, Call{what, string(resource.URN(urn).Type()), resource.URN(urn).Name()})
}

// taken returns the calls since it was asked last.
func (p *provider) taken() []Call {
	p.mu.Lock()
	defer p.mu.Unlock()
	calls := p.calls
	p.calls = nil
	return calls
}

// Create implements pulumirpc.ResourceProviderServer.
func (p *provider) Create(_ context.Context, req *pulumirpc.CreateRequest) (*pulumirpc.CreateResponse, error) {
	p.done("create", req.GetUrn(), req.GetPreview())
	outputs, err := p.outputs(req.GetUrn(), req.GetProperties(), req.GetPreview())
	if err != nil || req.GetPreview() {
		return &pulumirpc.CreateResponse{Properties: outputs}, err
	}
	return &pulumirpc.CreateResponse{Id: resource.URN(req.GetUrn()).Name(), Properties: outputs}, nil
}

// Diff implements pulumirpc.ResourceProviderServer.
func (p *provider) Diff(_ context.Context, req *pulumirpc.DiffRequest) (*pulumirpc.DiffResponse, error) {
	changed, err := changedKeys(req)
	if err != nil || len(changed) == 0 {
		return &pulumirpc.DiffResponse{Changes: pulumirpc.DiffResponse_DIFF_NONE}, err
	}
	return &pulumirpc.DiffResponse{Changes: pulumirpc.DiffResponse_DIFF_SOME, Diffs: changed}, nil
}

// changedKeys are the inputs that differ and are not ignored.
func changedKeys(req *pulumirpc.DiffRequest) ([]string, error) {
	before, err := read(req.GetOldInputs())
	if err != nil {
		return nil, err
	}
	after, err := read(req.GetNews())
	if err != nil {
		return nil, err
	}
	return cloud.ChangedKeys(before, after), nil
}

// Update implements pulumirpc.ResourceProviderServer.
func (p *provider) Update(_ context.Context, req *pulumirpc.UpdateRequest) (*pulumirpc.UpdateResponse, error) {
	p.done("update", req.GetUrn(), req.GetPreview())
	outputs, err := p.outputs(req.GetUrn(), req.GetNews(), false)
	return &pulumirpc.UpdateResponse{Properties: outputs}, err
}

// Delete implements pulumirpc.ResourceProviderServer.
func (p *provider) Delete(_ context.Context, req *pulumirpc.DeleteRequest) (*emptypb.Empty, error) {
	p.done("delete", req.GetUrn(), false)
	return &emptypb.Empty{}, nil
}

// outputs are the inputs and what the cloud adds to them; in the plan of something
// new nothing is added.
func (p *provider) outputs(urn string, properties *structpb.Struct, plan bool) (*structpb.Struct, error) {
	if plan {
		return properties, nil
	}
	inputs, err := read(properties)
	if err != nil {
		return nil, fmt.Errorf("reading the inputs of %s: %w", urn, err)
	}
	outputs := inputs.Copy()
	maps.Copy(outputs, added(string(resource.URN(urn).Type()), resource.URN(urn).Name(), inputs))
	return plugin.MarshalProperties(outputs, options)
}

// options keep what a provider must give back as it came.
var options = plugin.MarshalOptions{KeepUnknowns: true, KeepSecrets: true, KeepResources: true}

func read(properties *structpb.Struct) (resource.PropertyMap, error) {
	return plugin.UnmarshalProperties(properties, options)
}
