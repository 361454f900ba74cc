//go:build !linux

package nodes

import (
	"errors"
	"os"
)

// Sandbox is for Linux only.
type Sandbox struct{}

// SandboxOptions say what runs in a sandbox.
type SandboxOptions struct {
	Folder              string
	Keep, Init, Command []string
	Log                 *os.File
}

var errLinux = errors.New("real nodes need Linux")

// StartSandbox refuses.
func StartSandbox(SandboxOptions) (*Sandbox, error) { return nil, errLinux }

// Init refuses.
func Init([]string) error { return errLinux }

// Ended is nil.
func (s *Sandbox) Ended() <-chan struct{} { return nil }

// Close has nothing to do.
func (s *Sandbox) Close() error { return nil }

// Clean has nothing to do.
func Clean(string) error { return nil }

func makeCgroups(string) error { return errLinux }

func cgroupName(string) string { return "" }
