package packets

import (
	"net"
	"net/netip"

	corev1 "k8s.io/api/core/v1"

	"github.com/mlops-iac/mlops/tests/suites/conformance/reach"
)

// serve starts a server at the far end of every cell. It answers with the name
// of its peer, so that a probe knows whom it has reached.
func (n *network) serve(cells []reach.Cell) error {
	started := map[string]map[reach.Port]bool{}
	for _, cell := range cells {
		if started[cell.To] == nil {
			started[cell.To] = map[reach.Port]bool{}
		}
		started[cell.To][cell.Port] = true
	}
	for name, ports := range started {
		err := n.hosts[name].do(func() error {
			for port := range ports {
				if err := n.listen(name, port); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			return err
		}
	}
	return nil
}

func (n *network) listen(name string, port reach.Port) error {
	at := netip.AddrPortFrom(n.peers[name].Address, uint16(port.Number)) // a port
	if port.Protocol == corev1.ProtocolUDP {
		conn, err := net.ListenUDP("udp4", net.UDPAddrFromAddrPort(at))
		if err != nil {
			return err
		}
		n.open = append(n.open, conn)
		go echo(conn, name)
		return nil
	}
	listener, err := net.ListenTCP("tcp4", net.TCPAddrFromAddrPort(at))
	if err != nil {
		return err
	}
	n.open = append(n.open, listener)
	go greet(listener, name)
	return nil
}

// echo answers every packet until its socket is closed.
func echo(conn *net.UDPConn, name string) {
	buffer := make([]byte, 16)
	for {
		_, from, err := conn.ReadFromUDPAddrPort(buffer)
		if err != nil {
			return
		}
		_, _ = conn.WriteToUDPAddrPort([]byte(name), from) // who asked will ask again
	}
}

// greet answers every connection until its socket is closed.
func greet(listener *net.TCPListener, name string) {
	for {
		conn, err := listener.Accept()
		if err != nil {
			return
		}
		_, _ = conn.Write([]byte(name)) // who asked will ask again
		_ = conn.Close()
	}
}
