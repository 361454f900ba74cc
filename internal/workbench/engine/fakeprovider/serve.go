package fakeprovider

import (
	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"

	"github.com/mlops-iac/mlops/internal/workbench/providerproxy"
)

// Server is a provider that listens on a free loopback port.
type Server struct {
	*providerproxy.Server

	desk *desk
	stop func()
}

// Serve starts the provider. Close ends it.
func Serve(p *Provider) (*Server, error) { return listen(p, p.desk, func() {}) }

func listen(p pulumirpc.ResourceProviderServer, d *desk, stop func()) (*Server, error) {
	server, err := providerproxy.Listen(p)
	if err != nil {
		return nil, err
	}
	return &Server{Server: server, desk: d, stop: stop}, nil
}

// Asked returns the lookups asked for so far, sorted by token.
func (s *Server) Asked() []Asked { return s.desk.Asked() }

// Close ends the server at once, and the plugin behind it.
func (s *Server) Close() {
	s.Server.Close()
	s.stop()
}
