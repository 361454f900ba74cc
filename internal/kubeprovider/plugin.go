package kubeprovider

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"math"
	"os/exec"
	"strconv"
	"strings"
	"time"

	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"
)

// startTimeout bounds how long the real plugin may take to print its port. It
// takes about a second; a cold disk on a loaded machine takes longer.
const startTimeout = 60 * time.Second

// Front starts the real plugin and stands before it: Helm releases are recorded
// as planned, everything else is handed on. plugin is the command of
// pulumi-resource-kubernetes, not started, without arguments; its standard
// output is taken, everything else is the caller's to set. Close ends the plugin.
func Front(ctx context.Context, plugin *exec.Cmd) (*Server, error) {
	stdout, err := plugin.StdoutPipe()
	if err != nil {
		return nil, fmt.Errorf("starting %s: %w", plugin.Path, err)
	}
	if err := plugin.Start(); err != nil {
		return nil, fmt.Errorf("starting the Kubernetes provider: %w", err)
	}
	drained := make(chan struct{})
	stop := func() {
		_ = plugin.Process.Kill() // it may have ended by itself
		<-drained                 // its output must be read before Wait closes it
		_ = plugin.Wait()
	}
	port, err := awaitPort(ctx, stdout, drained)
	if err != nil {
		stop()
		return nil, fmt.Errorf("starting %s: %w", plugin.Path, err)
	}
	server, err := frontOf(port, stop)
	if err != nil {
		stop()
		return nil, err
	}
	return server, nil
}

func frontOf(port int, stop func()) (*Server, error) {
	unlimited := grpc.WithDefaultCallOptions(grpc.MaxCallRecvMsgSize(math.MaxInt32), grpc.MaxCallSendMsgSize(math.MaxInt32))
	conn, err := grpc.NewClient(fmt.Sprintf("127.0.0.1:%d", port), grpc.WithTransportCredentials(insecure.NewCredentials()), unlimited)
	if err != nil {
		return nil, fmt.Errorf("connecting to the Kubernetes provider: %w", err)
	}
	releases := newReleaseLog()
	f := &front{behind: pulumirpc.NewResourceProviderClient(conn), releases: releases}
	server, err := listen(f, releases, func() { _ = conn.Close(); stop() })
	if err != nil {
		return nil, errors.Join(err, conn.Close())
	}
	return server, nil
}

// awaitPort reads the port from the first line, and everything after it so that
// the plugin never blocks; drained is closed at the end of the output.
func awaitPort(ctx context.Context, stdout io.Reader, drained chan<- struct{}) (int, error) {
	lines := make(chan string, 1)
	go func() {
		defer close(drained)
		reader := bufio.NewReader(stdout)
		line, _ := reader.ReadString('\n') // an end of the output shows as a line without a port
		lines <- strings.TrimSpace(line)
		_, _ = io.Copy(io.Discard, reader)
	}()
	bounded, cancel := context.WithTimeoutCause(ctx, startTimeout, fmt.Errorf("it printed no port within %s", startTimeout))
	defer cancel()
	select {
	case line := <-lines:
		port, err := strconv.Atoi(line)
		if err != nil {
			return 0, fmt.Errorf("it printed %q in place of a port", line)
		}
		return port, nil
	case <-bounded.Done():
		return 0, context.Cause(bounded)
	}
}

func relay[M any](from grpc.ServerStreamingClient[M], to grpc.ServerStreamingServer[M]) error {
	for {
		message, err := from.Recv()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		if err := to.Send(message); err != nil {
			return err
		}
	}
}
