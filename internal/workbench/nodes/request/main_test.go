package main

import (
	"net"
	"net/http"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestLine asks an address that answers only after a while.
func TestLine(t *testing.T) {
	t.Parallel()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	address := listener.Addr().String()
	require.NoError(t, listener.Close())
	refused := "error: dial tcp " + address + ": connect: connection refused"
	assert.Equal(t, refused, line(http.DefaultClient, "http://"+address, 0))

	server := &http.Server{ReadHeaderTimeout: time.Second, Addr: address, Handler: http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		_, _ = w.Write([]byte("{\n}\n"))
	})}
	t.Cleanup(func() { _ = server.Close() })
	time.AfterFunc(200*time.Millisecond, func() { _ = server.ListenAndServe() })
	assert.Equal(t, "200 OK { }", line(http.DefaultClient, "http://"+address, 10*time.Second))
}
