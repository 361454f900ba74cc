package offline

import (
	"os/exec"
	"syscall"
)

// endWithParent makes the kernel end the child when this process dies, even by
// SIGKILL, and keeps a terminal's Ctrl-C from ending it before the engine is done.
func endWithParent(cmd *exec.Cmd) {
	cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL, Setpgid: true}
}
