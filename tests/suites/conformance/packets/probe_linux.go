package packets

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/netip"
	"slices"
	"strings"
	"sync"
	"syscall"
	"time"

	"github.com/mlops-iac/mlops/tests/suites/conformance/reach"
)

const (
	// attempts and patience of one probe. A refusal comes at once; only a lost
	// packet takes this long.
	attempts = 5
	patience = time.Second
)

// probe tries all cells, from every peer at the same time.
func (n *network) probe(ctx context.Context, cells []reach.Cell) (reach.Matrix, error) {
	bySource := map[string][]reach.Cell{}
	for _, cell := range cells {
		bySource[cell.From] = append(bySource[cell.From], cell)
	}
	matrix := reach.Matrix{}
	var errs []error
	var lock sync.Mutex
	var group sync.WaitGroup
	for from, mine := range bySource {
		group.Go(func() {
			err := n.hosts[from].do(func() error {
				for _, cell := range mine {
					connected, err := n.try(ctx, cell)
					if err != nil {
						return err
					}
					lock.Lock()
					matrix[cell] = connected
					lock.Unlock()
				}
				return nil
			})
			lock.Lock()
			errs = append(errs, err)
			lock.Unlock()
		})
	}
	group.Wait()
	return matrix, errors.Join(errs...)
}

// try says whether the peer of a cell answers. Neither an answer nor a refusal
// is an error, and so is the answer of somebody else.
func (n *network) try(ctx context.Context, cell reach.Cell) (bool, error) {
	var last error
	for range attempts {
		if err := ctx.Err(); err != nil {
			return false, err
		}
		answer, err := n.ask(cell)
		if errors.Is(err, syscall.ECONNREFUSED) {
			return false, nil
		}
		if err == nil {
			if answer != cell.To {
				return false, fmt.Errorf("%s: %q answered", cell, answer)
			}
			return true, nil
		}
		last = err
	}
	return false, fmt.Errorf("%s: neither answered nor refused: %w", cell, last)
}

func (n *network) ask(cell reach.Cell) (string, error) {
	network := strings.ToLower(string(cell.Port.Protocol)) + "4"
	dialer := net.Dialer{LocalAddr: local(network, n.peers[cell.From].Address), Timeout: patience}
	to := netip.AddrPortFrom(n.peers[cell.To].Address, uint16(cell.Port.Number)) // a port
	conn, err := dialer.Dial(network, to.String())
	if err != nil {
		return "", err
	}
	defer conn.Close()
	if err := conn.SetDeadline(time.Now().Add(patience)); err != nil {
		return "", err
	}
	if network == "udp4" {
		if _, err := conn.Write([]byte("?")); err != nil {
			return "", err
		}
	}
	buffer := make([]byte, 256)
	size, err := conn.Read(buffer)
	if err != nil && !errors.Is(err, io.EOF) {
		return "", err
	}
	return string(slices.Clip(buffer[:size])), nil
}

func local(network string, address netip.Addr) net.Addr {
	at := netip.AddrPortFrom(address, 0)
	if network == "udp4" {
		return net.UDPAddrFromAddrPort(at)
	}
	return net.TCPAddrFromAddrPort(at)
}
