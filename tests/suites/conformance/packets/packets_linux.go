package packets

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"strings"

	"github.com/mlops-iac/mlops/tests/suites/conformance/reach"
)

// Unavailable says why packets cannot be sent on this machine; nil where they can.
func Unavailable() error {
	if os.Geteuid() != 0 {
		return errors.New("only root may make network namespaces")
	}
	for _, tool := range []string{"ip", "iptables", "iptables-save", "iptables-restore", "ipset"} {
		if _, err := exec.LookPath(tool); err != nil {
			return fmt.Errorf("%s is not installed", tool)
		}
	}
	trial, err := newNamespace()
	if err != nil {
		return err
	}
	defer trial.close()
	return trial.do(func() error {
		if err := route(); err != nil {
			return err
		}
		for _, command := range []string{
			"ipset create trial hash:net",
			"iptables -A FORWARD -m set --match-set trial src -m conntrack --ctstate NEW -m comment --comment trial -j REJECT",
		} {
			if err := run("", strings.Fields(command)...); err != nil {
				return err
			}
		}
		return nil
	})
}

// Send tries every cell and returns which connections came about. Before the
// enforcer starts, every one must: otherwise a broken network would look like a
// policy, and that is an error, as is a connection that is neither answered nor
// refused.
func Send(ctx context.Context, o Options) (reach.Matrix, error) {
	n, err := build(o.Peers)
	if err != nil {
		return nil, fmt.Errorf("building the network: %w", err)
	}
	defer n.close()
	if err := n.serve(o.Cells); err != nil {
		return nil, fmt.Errorf("starting the servers: %w", err)
	}
	open, err := n.probe(ctx, o.Cells)
	if err != nil {
		return nil, fmt.Errorf("without policies: %w", err)
	}
	for cell, connected := range open {
		if !connected {
			return nil, fmt.Errorf("without policies: %s was refused", cell)
		}
	}
	stop, err := n.enforce(ctx, o)
	if err != nil {
		return nil, fmt.Errorf("enforcing the policies: %w", err)
	}
	matrix, err := n.probe(ctx, o.Cells)
	if err != nil {
		err = fmt.Errorf("with policies: %w", err)
	}
	return matrix, errors.Join(err, stop())
}

// run runs a command in the namespace of the calling thread.
func run(input string, command ...string) error {
	cmd := exec.Command(command[0], command[1:]...)
	cmd.Stdin = strings.NewReader(input)
	if output, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("%s: %w: %s", strings.Join(command, " "), err, strings.TrimSpace(string(output)))
	}
	return nil
}
