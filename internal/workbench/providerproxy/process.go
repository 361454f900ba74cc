package providerproxy

import (
	"bufio"
	"context"
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

// startTimeout bounds how long a plugin may take to print its port. It takes
// about a second; a cold disk on a loaded machine takes longer.
const startTimeout = 60 * time.Second

// Process is a plugin that runs.
type Process struct {
	// Client speaks to it.
	Client pulumirpc.ResourceProviderClient

	conn *grpc.ClientConn
	stop func()
}

// Start starts a plugin and waits for the port it prints. cmd is the command,
// not started and without arguments, with which a plugin waits for the engine to
// attach; its standard output is taken, everything else is the caller's to set.
// Close ends the plugin.
func Start(ctx context.Context, cmd *exec.Cmd) (*Process, error) {
	stdout, err := cmd.StdoutPipe()
	if err != nil {
		return nil, fmt.Errorf("starting %s: %w", cmd.Path, err)
	}
	if err := cmd.Start(); err != nil {
		return nil, fmt.Errorf("starting %s: %w", cmd.Path, err)
	}
	drained := make(chan struct{})
	stop := func() {
		_ = cmd.Process.Kill() // it may have ended by itself
		<-drained              // its output must be read before Wait closes it
		_ = cmd.Wait()
	}
	port, err := awaitPort(ctx, stdout, drained)
	if err != nil {
		stop()
		return nil, fmt.Errorf("starting %s: %w", cmd.Path, err)
	}
	unlimited := grpc.WithDefaultCallOptions(grpc.MaxCallRecvMsgSize(math.MaxInt32), grpc.MaxCallSendMsgSize(math.MaxInt32))
	conn, err := grpc.NewClient(fmt.Sprintf("127.0.0.1:%d", port), grpc.WithTransportCredentials(insecure.NewCredentials()), unlimited)
	if err != nil {
		stop()
		return nil, fmt.Errorf("connecting to %s: %w", cmd.Path, err)
	}
	return &Process{Client: pulumirpc.NewResourceProviderClient(conn), conn: conn, stop: stop}, nil
}

// Close ends the plugin and waits for it.
func (p *Process) Close() {
	_ = p.conn.Close() // nothing is under way that could fail
	p.stop()
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
