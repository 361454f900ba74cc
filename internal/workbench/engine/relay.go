package engine

import (
	"context"
	"fmt"
	"io"
	"net"
	"strconv"
	"sync"
	"time"
)

// relay is a loopback port that is there at once and hands its connections on
// to a provider that is still starting. The engine wants to know every port
// before it begins, but talks to the EKS provider only when the program has
// come to the cluster; meanwhile the provider has started beside it.
type relay struct {
	listener net.Listener
	ready    chan struct{}
	mu       sync.Mutex
	target   string
	open     []net.Conn
}

func newRelay() (*relay, error) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, fmt.Errorf("opening a loopback port for the EKS provider: %w", err)
	}
	r := &relay{listener: listener, ready: make(chan struct{})}
	go r.accept()
	return r, nil
}

func (r *relay) port() int { return r.listener.Addr().(*net.TCPAddr).Port }

// pointTo lets the waiting connections through. Port 0 says that the provider
// did not start: the connections are closed.
func (r *relay) pointTo(port int) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if port > 0 {
		r.target = net.JoinHostPort("127.0.0.1", strconv.Itoa(port))
	}
	close(r.ready)
}

func (r *relay) accept() {
	for {
		conn, err := r.listener.Accept()
		if err != nil {
			return // closed
		}
		r.keep(conn)
		go r.serve(conn)
	}
}

func (r *relay) serve(conn net.Conn) {
	<-r.ready
	r.mu.Lock()
	target := r.target
	r.mu.Unlock()
	if target == "" {
		_ = conn.Close()
		return
	}
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()
	behind, err := (&net.Dialer{}).DialContext(ctx, "tcp", target)
	if err != nil {
		_ = conn.Close()
		return
	}
	r.keep(behind)
	go pipe(behind, conn)
	pipe(conn, behind)
}

// pipe copies until one side ends, and then ends the other.
func pipe(to, from net.Conn) {
	_, _ = io.Copy(to, from) // an end, by whichever side, is no error here
	_ = to.Close()
}

func (r *relay) keep(conn net.Conn) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.open = append(r.open, conn)
}

func (r *relay) close() {
	_ = r.listener.Close()
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, conn := range r.open {
		_ = conn.Close()
	}
}
