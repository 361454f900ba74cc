package process

import (
	"crypto/rand"
	"encoding/binary"
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

// Listen takes a port on loopback that is free. It begins at a random one, so that
// programs that start at the same time rarely want the same.
func Listen() (net.Listener, error) {
	const span = highestPort - lowestPort
	var random [2]byte
	_, _ = rand.Read(random[:]) // it never returns an error
	first := int(binary.BigEndian.Uint16(random[:])) % span
	var err error
	for i := range span {
		port := lowestPort + (first+i)%span
		var listener net.Listener
		if listener, err = net.Listen("tcp", net.JoinHostPort(loopback, strconv.Itoa(port))); err == nil {
			return listener, nil
		}
	}
	return nil, fmt.Errorf("no port from %d to %d is free on loopback: %w", lowestPort, highestPort, err)
}
