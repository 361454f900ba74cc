package process

import (
	"crypto/rand"
	"encoding/binary"
	"errors"
	"fmt"
	"net"
	"strconv"
)

// loopback is where all that is started here listens.
const loopback = "127.0.0.1"

// Ports are taken below those the system gives to connections, which could
// otherwise take one between finding it free and listening on it, and below those of
// services of type NodePort (30000 to 32767): policy controllers let every pod reach
// them at the address of its node, and so the API server too.
const lowestPort, highestPort = 20000, 30000

// Port is a TCP port on loopback that a program is going to listen on. Until it does, and
// until Release or the end of this process, no other process gets it from this package.
type Port struct {
	Number int
	// claim is the UDP port of the same number, which nothing here listens on: the
	// system gives it to one process only, and takes it back when that one ends.
	claim net.PacketConn
}

// Reserve finds a port that nothing listens on.
func Reserve() (*Port, error) {
	port, listener, err := find()
	if err != nil {
		return nil, err
	}
	return port, listener.Close()
}

// ReserveNumber reserves one port; it is an error that it is in use or reserved.
func ReserveNumber(number int) (*Port, error) {
	port, listener, err := take(number)
	if err != nil {
		return nil, err
	}
	return port, listener.Close()
}

// Listen listens on a port of loopback that nobody else uses or reserved.
func Listen() (net.Listener, error) {
	port, listener, err := find()
	if err != nil {
		return nil, err
	}
	return listener, port.Release()
}

// find takes the first port that can be had. The random one it begins with keeps
// programs that start at the same time apart, most of the time.
func find() (*Port, net.Listener, error) {
	const span = highestPort - lowestPort
	var random [2]byte
	_, _ = rand.Read(random[:]) // it never returns an error
	first := int(binary.BigEndian.Uint16(random[:])) % span
	var last error
	for i := range span {
		port, listener, err := take(lowestPort + (first+i)%span)
		if err == nil {
			return port, listener, nil
		}
		last = err
	}
	return nil, nil, fmt.Errorf("no port from %d to %d is free on loopback: %w", lowestPort, highestPort, last)
}

// take reserves a port and listens on it.
func take(number int) (*Port, net.Listener, error) {
	port := &Port{Number: number}
	var err error
	if port.claim, err = net.ListenPacket("udp4", port.Address()); err != nil {
		return nil, nil, fmt.Errorf("port %d is reserved: %w", number, err)
	}
	listener, err := net.Listen("tcp4", port.Address())
	if err != nil {
		return nil, nil, errors.Join(fmt.Errorf("port %d is in use: %w", number, err), port.Release())
	}
	return port, listener, nil
}

// Release gives the port back.
func (p *Port) Release() error { return p.claim.Close() }

// String is the number.
func (p *Port) String() string { return strconv.Itoa(p.Number) }

// Address is the host and the port.
func (p *Port) Address() string { return net.JoinHostPort(loopback, p.String()) }
