package packets

import (
	"context"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"

	"github.com/mlops-iac/mlops/internal/workbench/process"
)

// enforceTimeout is how long the enforcer may take to write its rules.
const enforceTimeout = 30 * time.Second

// enforce starts the enforcer on the router and returns when it guards every
// pod. The function it returns ends it.
func (n *network) enforce(ctx context.Context, o Options) (func() error, error) {
	if err := n.relay(o.APIServer); err != nil {
		return nil, err
	}
	log, err := os.Create(filepath.Join(o.Folder, "enforcer.log"))
	if err != nil {
		return nil, err
	}
	cmd := exec.Command(o.Enforcer, "--kubeconfig", o.Kubeconfig, "--node", o.Node)
	cmd.Stdout, cmd.Stderr = log, log
	process.EndWithParent(cmd)
	if err := n.router.do(cmd.Start); err != nil {
		_ = log.Close() // nothing was written
		return nil, err
	}
	ended := make(chan error, 1)
	go func() { ended <- cmd.Wait() }()
	stop := func() error {
		// Its rules vanish with the namespace: there is nothing for it to clean up.
		_ = cmd.Process.Kill()
		<-ended
		return log.Close()
	}
	if err := n.guarded(ctx, ended); err != nil {
		text, _ := os.ReadFile(log.Name()) // the error is enough without it
		_ = stop()
		return nil, fmt.Errorf("%w; its log: %s", err, text)
	}
	return stop, nil
}

// guarded waits until there are rules for every pod.
func (n *network) guarded(ctx context.Context, ended chan error) error {
	ctx, cancel := context.WithTimeout(ctx, enforceTimeout)
	defer cancel()
	for {
		missing, err := n.unguarded()
		if err != nil || missing == "" {
			return err
		}
		select {
		case err := <-ended:
			ended <- err // for who stops it
			return fmt.Errorf("the enforcer ended by itself: %w", err)
		case <-ctx.Done():
			return fmt.Errorf("%w: no rules for %s", ctx.Err(), missing)
		case <-time.After(100 * time.Millisecond):
		}
	}
}

// unguarded returns a pod that there are no rules for yet; "" when there is none.
func (n *network) unguarded() (string, error) {
	var rules []byte
	err := n.router.do(func() error {
		var err error
		rules, err = exec.Command("iptables-save", "-t", "filter").Output()
		return err
	})
	if err != nil {
		return "", fmt.Errorf("reading the rules: %w", err)
	}
	for name, p := range n.peers {
		if p.IsPod() && !strings.Contains(string(rules), "-d "+p.Address.String()+"/32 ") {
			return name, nil
		}
	}
	return "", nil
}

// relay makes the API server, which listens on the host, answer at the same
// address on the router.
func (n *network) relay(address string) error {
	var listener net.Listener
	err := n.router.do(func() error {
		var err error
		listener, err = net.Listen("tcp4", address)
		return err
	})
	if err != nil {
		return err
	}
	n.open = append(n.open, listener)
	go func() {
		for {
			near, err := listener.Accept()
			if err != nil {
				return
			}
			go join(near, address)
		}
	}()
	return nil
}

// join passes on what is sent until either side has closed.
func join(near net.Conn, address string) {
	defer near.Close()
	far, err := net.Dial("tcp4", address)
	if err != nil {
		return
	}
	defer far.Close()
	go func() {
		_, _ = io.Copy(far, near) // ends with either connection
		_ = far.(*net.TCPConn).CloseWrite()
	}()
	_, _ = io.Copy(near, far) // ends with either connection
}
