package standin

import (
	"context"
	"os/exec"

	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"

	"github.com/mlops-iac/mlops/internal/plugin"
)

// front hands every request on to the real plugin, except lookups.
type front struct {
	plugin.Passthrough

	desk *desk
}

// Invoke implements pulumirpc.ResourceProviderServer. No lookup reaches the
// plugin: it has no credentials with which it could ask.
func (f *front) Invoke(ctx context.Context, req *pulumirpc.InvokeRequest) (*pulumirpc.InvokeResponse, error) {
	return f.desk.Invoke(ctx, req)
}

// Front starts a real plugin and stands before it: lookups on the list are
// answered, others refused, and everything else is handed on. cmd is the
// command, as plugin.Start takes it. Close ends the plugin.
func Front(ctx context.Context, cmd *exec.Cmd, allowed []Lookup) (*Server, error) {
	process, err := plugin.Start(ctx, cmd)
	if err != nil {
		return nil, err
	}
	f := &front{Passthrough: plugin.Passthrough{Behind: process.Client}, desk: newDesk(allowed)}
	server, err := listen(f, f.desk, process.Close)
	if err != nil {
		process.Close()
		return nil, err
	}
	return server, nil
}
