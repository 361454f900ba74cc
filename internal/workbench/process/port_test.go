package process_test

import (
	"net"
	"testing"

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
