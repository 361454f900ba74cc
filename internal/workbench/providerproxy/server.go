package providerproxy

import (
	"fmt"
	"math"
	"net"

	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
	"google.golang.org/grpc"
)

// Server is a provider that listens on a free loopback port.
type Server struct {
	port   int
	server *grpc.Server
}

// Listen serves a provider. Close ends it.
func Listen(p pulumirpc.ResourceProviderServer) (*Server, error) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, fmt.Errorf("opening a loopback port for a provider: %w", err)
	}
	// Large documents in inputs and outputs pass the 4 MiB default.
	server := grpc.NewServer(grpc.MaxRecvMsgSize(math.MaxInt32), grpc.MaxSendMsgSize(math.MaxInt32))
	pulumirpc.RegisterResourceProviderServer(server, p)
	go func() { _ = server.Serve(listener) }() // returns when Close stops the server
	return &Server{port: listener.Addr().(*net.TCPAddr).Port, server: server}, nil
}

// Port is the loopback port to attach to.
func (s *Server) Port() int { return s.port }

// Close ends the server at once.
func (s *Server) Close() { s.server.Stop() }
