package nodes_test

import (
	"context"
	"io"
	"net"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/mlops-iac/mlops/internal/workbench/nodes"
)

// shouting answers with what it got in capitals, once the caller has finished.
func shouting(t *testing.T) net.Listener {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	t.Cleanup(func() { _ = listener.Close() })
	go func() {
		for {
			connection, err := listener.Accept()
			if err != nil {
				return
			}
			go func() {
				defer connection.Close()
				text, _ := io.ReadAll(connection)
				_, _ = io.WriteString(connection, strings.ToUpper(string(text)))
			}()
		}
	}()
	return listener
}

func say(t *testing.T, connection net.Conn, text string) string {
	t.Helper()
	_, err := io.WriteString(connection, text)
	require.NoError(t, err)
	half, ok := connection.(interface{ CloseWrite() error })
	require.True(t, ok)
	require.NoError(t, half.CloseWrite())
	answer, err := io.ReadAll(connection)
	require.NoError(t, err)
	require.NoError(t, connection.Close())
	return string(answer)
}

func TestRelay(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	socket := filepath.Join(t.TempDir(), "relay.sock")
	require.NoError(t, nodes.ServeRelay(ctx, socket))
	inside := shouting(t)

	direct, err := nodes.Dial(ctx, socket, inside.Addr().String())
	require.NoError(t, err)
	assert.Equal(t, "HELLO", say(t, direct, "hello"))

	outside, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	defer outside.Close()
	nodes.Forward(ctx, outside, socket, inside.Addr().String())
	forwarded, err := net.Dial("tcp", outside.Addr().String())
	require.NoError(t, err)
	assert.Equal(t, "AND BACK", say(t, forwarded, "and back"))

	const nobody = "127.0.0.1:1"
	_, err = nodes.Dial(ctx, socket, nobody)
	require.EqualError(t, err, "reaching "+nobody+" in the cluster: dial tcp "+nobody+": connect: connection refused")

	cancel()
	assert.Eventually(t, func() bool {
		_, err := nodes.Dial(t.Context(), socket, inside.Addr().String())
		return err != nil && strings.HasPrefix(err.Error(), "reaching the nodes: ")
	}, 5e9, 1e7, "it ends with its context")
}
