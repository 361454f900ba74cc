package nodes

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"strings"
	"time"
)

// dialLimit bounds how long a connection inside of a sandbox may take to come about.
const dialLimit = 10 * time.Second

// accepted is what a relay answers when it has a connection.
const accepted = "ok"

// ServeRelay lets the machine reach addresses inside of a sandbox through a socket,
// until ctx ends. Names are those of the cluster.
func ServeRelay(ctx context.Context, socket string) error {
	listener, err := net.Listen("unix", socket)
	if err != nil {
		return fmt.Errorf("listening for the machine: %w", err)
	}
	context.AfterFunc(ctx, func() { _ = listener.Close() })
	go acceptAll(listener, func(outside net.Conn) { relay(ctx, outside) })
	return nil
}

func acceptAll(listener net.Listener, handle func(net.Conn)) {
	for {
		connection, err := listener.Accept()
		if errors.Is(err, net.ErrClosed) {
			return
		}
		if err != nil {
			time.Sleep(10 * time.Millisecond) // too many files are open, say
			continue
		}
		go handle(connection)
	}
}

// relay reads an address and connects the caller to it.
func relay(ctx context.Context, outside net.Conn) {
	defer outside.Close()
	reader := bufio.NewReader(outside)
	address, err := reader.ReadString('\n')
	if err != nil {
		return
	}
	cluster := &net.Resolver{PreferGo: true, Dial: func(ctx context.Context, network, _ string) (net.Conn, error) {
		return (&net.Dialer{}).DialContext(ctx, network, net.JoinHostPort(dnsAddress, "53"))
	}}
	dialer := &net.Dialer{Timeout: dialLimit, Resolver: cluster}
	inside, err := dialer.DialContext(ctx, "tcp", strings.TrimSpace(address))
	if err != nil {
		fmt.Fprintln(outside, strings.ReplaceAll(err.Error(), "\n", " "))
		return
	}
	defer inside.Close()
	if _, err := fmt.Fprintln(outside, accepted); err != nil {
		return
	}
	join(inside, outside, reader)
}

// join copies in both directions until both have ended. What reader holds of the
// outside comes first.
func join(inside, outside net.Conn, reader io.Reader) {
	done := make(chan struct{})
	go func() {
		defer close(done)
		_, _ = io.Copy(inside, reader) // whoever talks sees that the other has gone
		closeWrite(inside)
	}()
	_, _ = io.Copy(outside, inside)
	closeWrite(outside)
	<-done
}

// closeWrite tells the other side that nothing follows.
func closeWrite(connection net.Conn) {
	if half, ok := connection.(interface{ CloseWrite() error }); ok {
		_ = half.CloseWrite() // it may have gone
	}
}

// Dial connects to an address inside of the sandbox whose relay listens on a socket.
func Dial(ctx context.Context, socket, address string) (net.Conn, error) {
	connection, err := (&net.Dialer{}).DialContext(ctx, "unix", socket)
	if err != nil {
		return nil, fmt.Errorf("reaching the nodes: %w", err)
	}
	stop := context.AfterFunc(ctx, func() { _ = connection.Close() })
	defer stop()
	if _, err := fmt.Fprintln(connection, address); err != nil {
		return nil, errors.Join(err, connection.Close())
	}
	answer, err := readLine(connection)
	if err == nil && answer != accepted {
		err = errors.New(answer)
	}
	if err != nil {
		return nil, errors.Join(fmt.Errorf("reaching %s in the cluster: %w", address, err), connection.Close())
	}
	return connection, nil
}

// readLine reads not a byte more: what follows is not for it.
func readLine(from io.Reader) (string, error) {
	var line []byte
	for one := make([]byte, 1); ; {
		if _, err := io.ReadFull(from, one); err != nil {
			return "", err
		}
		if one[0] == '\n' {
			return string(line), nil
		}
		line = append(line, one[0])
	}
}

// Forward connects whoever comes to a listener to an address inside, until the
// listener is closed.
func Forward(ctx context.Context, listener net.Listener, socket, address string) {
	go acceptAll(listener, func(outside net.Conn) {
		defer outside.Close()
		inside, err := Dial(ctx, socket, address)
		if err != nil {
			return // the caller sees the connection end
		}
		defer inside.Close()
		join(inside, outside, outside)
	})
}
