// Package tool runs programs whose versions the modules below tools/ pin.
package tool

import (
	"bytes"
	"fmt"
	"os/exec"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"
)

// Tool is a program that tests put configuration before.
type Tool struct{ find func() (string, error) }

// New returns the program called name: the one on PATH, or else the one pinned
// in module, a folder seen from that of the test, which is built on first use.
func New(name, module string) Tool {
	return Tool{find: sync.OnceValues(func() (string, error) { return find(name, module) })}
}

// Run runs the program and returns what it printed. A machine that can neither
// find nor build it fails the test: a check that is skipped in silence is none.
func (p Tool) Run(t *testing.T, args ...string) (string, error) {
	t.Helper()
	path, err := p.find()
	require.NoError(t, err)
	var output bytes.Buffer
	command := exec.CommandContext(t.Context(), path, args...)
	command.Stdout, command.Stderr = &output, &output
	err = command.Run()
	return output.String(), err
}

// Path returns where the program is, for those that run for longer than a call.
func (p Tool) Path(t *testing.T) string {
	t.Helper()
	path, err := p.find()
	require.NoError(t, err)
	return path
}

func find(name, module string) (string, error) {
	if path, err := exec.LookPath(name); err == nil {
		return path, nil
	}
	command := exec.Command("go", "tool", "-n", name)
	command.Dir = module
	output, err := command.Output()
	if err != nil {
		return "", fmt.Errorf("building %s: %w", name, err)
	}
	return strings.TrimSpace(string(output)), nil
}
