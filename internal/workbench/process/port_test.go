package process_test

import (
	"fmt"
	"net"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/mlops-iac/mlops/internal/workbench/process"
)

// TestPortsArePrivate is about what kube-router does with ports of services: it lets
// every pod reach them at the address of a node, so no port of ours may be one.
func TestPortsArePrivate(t *testing.T) {
	t.Parallel()
	for range 200 {
		listener, err := process.Listen()
		require.NoError(t, err)
		t.Cleanup(func() { _ = listener.Close() })
		address, ok := listener.Addr().(*net.TCPAddr)
		require.True(t, ok)
		require.GreaterOrEqual(t, address.Port, 20000)
		require.Less(t, address.Port, 30000)
	}
}

// TestReservedPortsAreNobodyElses is about servers that listen a while after their port
// was chosen: who looks for one meanwhile must not get it, and they must.
func TestReservedPortsAreNobodyElses(t *testing.T) {
	t.Parallel()
	reserved, err := process.Reserve()
	require.NoError(t, err)
	_, err = process.ReserveNumber(reserved.Number)
	require.ErrorContains(t, err, "port "+reserved.String()+" is reserved: ")

	require.Eventually(t, func() bool { // a program that starts just now holds all sockets for a moment
		listener, err := net.Listen("tcp", reserved.Address())
		return err == nil && listener.Close() == nil
	}, time.Second, time.Millisecond)

	require.NoError(t, reserved.Release())
	require.Eventually(t, func() bool { // and other tests look for ports too
		again, err := process.ReserveNumber(reserved.Number)
		return err == nil && again.Release() == nil
	}, time.Second, time.Millisecond)
}

func TestPortsInUseAreNotReserved(t *testing.T) {
	t.Parallel()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	t.Cleanup(func() { _ = listener.Close() })
	number := listener.Addr().(*net.TCPAddr).Port
	_, err = process.ReserveNumber(number)
	require.ErrorContains(t, err, fmt.Sprintf("port %d is in use: ", number))
}
