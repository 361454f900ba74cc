//go:build unix

package process

import (
	"os/exec"
	"syscall"
)

// Detach gives the process a session of its own, so that it outlives the
// command and the terminal it was started from. It must be called before the
// process starts.
func Detach(cmd *exec.Cmd) { cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true} }
