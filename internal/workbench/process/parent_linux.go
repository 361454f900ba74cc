package process

import (
	"os/exec"
	"syscall"
)

// EndWithParent makes the kernel end the process when this one dies, even by
// SIGKILL, and keeps a terminal's Ctrl-C from ending it before its parent is
// done with it. It must be called before the process starts.
func EndWithParent(cmd *exec.Cmd) {
	cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL, Setpgid: true}
}
