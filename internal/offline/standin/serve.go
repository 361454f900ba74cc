package standin

import (
	"fmt"
	"math"
	"net"

	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
	"google.golang.org/grpc"
)

// Server is a provider that listens on a free loopback port.
type Server struct {
	desk   *desk
	port   int
	server *grpc.Server
	stop   func()
}

// Serve starts the provider. Close ends it.
func Serve(p *Provider) (*Server, error) { return listen(p, p.desk, func() {}) }

func listen(p pulumirpc.ResourceProviderServer, d *desk, stop func()) (*Server, error) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, fmt.Errorf("opening a loopback port for a provider: %w", err)
	}
	// Plans of hundreds of resources with large documents pass the 4 MiB default.
	server := grpc.NewServer(grpc.MaxRecvMsgSize(math.MaxInt32), grpc.MaxSendMsgSize(math.MaxInt32))
	pulumirpc.RegisterResourceProviderServer(server, p)
	go func() { _ = server.Serve(listener) }() // returns when Close stops the server
	return &Server{desk: d, port: listener.Addr().(*net.TCPAddr).Port, server: server, stop: stop}, nil
}

// Port is the loopback port to attach to.
func (s *Server) Port() int { return s.port }

// Asked returns the lookups asked for so far, sorted by token.
func (s *Server) Asked() []Asked { return s.desk.Asked() }

// Close ends the server at once, and the plugin behind it.
func (s *Server) Close() {
	s.server.Stop()
	s.stop()
}
