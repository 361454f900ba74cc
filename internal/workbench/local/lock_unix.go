//go:build unix

package local

import (
	"os"
	"syscall"
)

// flock takes the lock of a file or folder, which ends with the file or the
// process. It fails when somebody else has it.
func flock(file *os.File) error {
	return syscall.Flock(int(file.Fd()), syscall.LOCK_EX|syscall.LOCK_NB)
}
