// Package freeport gives tests ports for the servers that they start.
package freeport

import (
	"testing"

	"github.com/mlops-iac/mlops/internal/workbench/process"
)

// Reserve keeps a port of loopback for a server until the test ends.
func Reserve(t testing.TB) *process.Port {
	t.Helper()
	port, err := process.Reserve()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := port.Release(); err != nil {
			t.Error(err)
		}
	})
	return port
}
