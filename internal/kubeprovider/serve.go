package kubeprovider

import (
	"fmt"
	"math"
	"net"

	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
	"google.golang.org/grpc"
)

// Server is a provider that listens on a free loopback port.
type Server struct {
	releases *releaseLog
	port     int
	server   *grpc.Server
	stop     func()
}

// Serve starts the thin provider. version is reported to the engine, without a
// leading "v"; the engine warns when it is older than the SDK of the program.
// Close ends it.
func Serve(version string) (*Server, error) {
	p := newProvider(version)
	return listen(p, p.releases, p.cancel)
}

func listen(p pulumirpc.ResourceProviderServer, releases *releaseLog, stop func()) (*Server, error) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, fmt.Errorf("opening a loopback port for the Kubernetes provider: %w", err)
	}
	// A custom resource definition in inputs and outputs passes the 4 MiB default.
	server := grpc.NewServer(grpc.MaxRecvMsgSize(math.MaxInt32), grpc.MaxSendMsgSize(math.MaxInt32))
	pulumirpc.RegisterResourceProviderServer(server, p)
	go func() { _ = server.Serve(listener) }() // returns when Close stops the server
	return &Server{
		releases: releases,
		port:     listener.Addr().(*net.TCPAddr).Port,
		server:   server,
		stop:     stop,
	}, nil
}

// Port is the loopback port to attach to.
func (s *Server) Port() int { return s.port }

// Releases returns the Helm releases recorded as planned, ordered by namespace
// and name.
func (s *Server) Releases() []Release { return s.releases.list() }

// Close ends every wait and the server at once. Objects stay as they are.
func (s *Server) Close() {
	s.stop()
	s.server.Stop()
}
