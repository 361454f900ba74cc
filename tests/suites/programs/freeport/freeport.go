// Package freeport gives tests ports for the servers that they start.
package freeport

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/mlops-iac/mlops/internal/workbench/process"
)

// Reserve keeps a port of loopback for a server until the test ends.
func Reserve(t *testing.T) string {
	t.Helper()
	port, err := process.Reserve()
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, port.Release()) })
	return port.String()
}
