package kubeprovider

import (
	"context"
	"fmt"
	"os/exec"

	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
	"google.golang.org/protobuf/types/known/emptypb"

	"github.com/mlops-iac/mlops/internal/plugin"
)

// front hands every request on to another provider, except those about Helm
// releases, which it records as planned.
type front struct {
	plugin.Passthrough

	releases *releaseLog
}

// Front starts the real plugin and stands before it: Helm releases are recorded
// as planned, everything else is handed on. cmd is the command of
// pulumi-resource-kubernetes, as plugin.Start takes it. Close ends the plugin.
func Front(ctx context.Context, cmd *exec.Cmd) (*Server, error) {
	process, err := plugin.Start(ctx, cmd)
	if err != nil {
		return nil, fmt.Errorf("starting the Kubernetes provider: %w", err)
	}
	releases := newReleaseLog()
	f := &front{Passthrough: plugin.Passthrough{Behind: process.Client}, releases: releases}
	server, err := listen(f, releases, process.Close)
	if err != nil {
		process.Close()
		return nil, err
	}
	return server, nil
}

// release says whether a request is about a Helm release.
func release(urn string) (target, bool) {
	t, err := targetOf(urn)
	return t, err == nil && t.isRelease() // what the real provider covers is for it to say
}

// Check implements pulumirpc.ResourceProviderServer.
func (f *front) Check(ctx context.Context, req *pulumirpc.CheckRequest) (*pulumirpc.CheckResponse, error) {
	if t, ok := release(req.GetUrn()); ok {
		return f.releases.check(t, req)
	}
	return f.Passthrough.Check(ctx, req)
}

// Diff implements pulumirpc.ResourceProviderServer.
func (f *front) Diff(ctx context.Context, req *pulumirpc.DiffRequest) (*pulumirpc.DiffResponse, error) {
	if _, ok := release(req.GetUrn()); ok {
		return f.releases.diff(req)
	}
	return f.Passthrough.Diff(ctx, req)
}

// Create implements pulumirpc.ResourceProviderServer.
func (f *front) Create(ctx context.Context, req *pulumirpc.CreateRequest) (*pulumirpc.CreateResponse, error) {
	if _, ok := release(req.GetUrn()); ok {
		return f.releases.create(req)
	}
	return f.Passthrough.Create(ctx, req)
}

// Read implements pulumirpc.ResourceProviderServer.
func (f *front) Read(ctx context.Context, req *pulumirpc.ReadRequest) (*pulumirpc.ReadResponse, error) {
	if _, ok := release(req.GetUrn()); ok {
		return unchanged(req), nil
	}
	return f.Passthrough.Read(ctx, req)
}

// Update implements pulumirpc.ResourceProviderServer.
func (f *front) Update(ctx context.Context, req *pulumirpc.UpdateRequest) (*pulumirpc.UpdateResponse, error) {
	if _, ok := release(req.GetUrn()); ok {
		return f.releases.update(req)
	}
	return f.Passthrough.Update(ctx, req)
}

// Delete implements pulumirpc.ResourceProviderServer.
func (f *front) Delete(ctx context.Context, req *pulumirpc.DeleteRequest) (*emptypb.Empty, error) {
	if _, ok := release(req.GetUrn()); ok {
		f.releases.remove(req.GetUrn(), req.GetId())
		return &emptypb.Empty{}, nil
	}
	return f.Passthrough.Delete(ctx, req)
}
