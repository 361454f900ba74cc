//go:build !unix

package process

import "os/exec"

// Detach has nothing to add on systems without sessions.
func Detach(*exec.Cmd) {}
