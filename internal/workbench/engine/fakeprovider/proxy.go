package fakeprovider

import (
	"context"
	"os/exec"

	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"

	"github.com/mlops-iac/mlops/internal/workbench/providerproxy"
)

// proxy hands every request on to the real plugin, except lookups.
type proxy struct {
	providerproxy.Passthrough

	desk *desk
}

// Invoke implements pulumirpc.ResourceProviderServer. No lookup reaches the
// plugin: it has no credentials with which it could ask.
func (p *proxy) Invoke(ctx context.Context, req *pulumirpc.InvokeRequest) (*pulumirpc.InvokeResponse, error) {
	return p.desk.Invoke(ctx, req)
}

// Proxy starts a real plugin and serves in front of it: lookups on the list are
// answered, others refused, and everything else is handed on. cmd is the
// command, as plugin.Start takes it. Close ends the plugin.
func Proxy(ctx context.Context, cmd *exec.Cmd, allowed []Lookup) (*Server, error) {
	process, err := providerproxy.Start(ctx, cmd)
	if err != nil {
		return nil, err
	}
	p := &proxy{Passthrough: providerproxy.Passthrough{Behind: process.Client}, desk: newDesk(allowed)}
	server, err := listen(p, p.desk, process.Close)
	if err != nil {
		process.Close()
		return nil, err
	}
	return server, nil
}
