package packets

import (
	"fmt"
	"os"
	"runtime"

	"golang.org/x/sys/unix"
)

// namespace is a network namespace. It has no name: the open file keeps it.
type namespace struct{ file *os.File }

const ownNamespace = "/proc/thread-self/ns/net"

func newNamespace() (*namespace, error) {
	var n namespace
	err := visit(func() error { return unix.Unshare(unix.CLONE_NEWNET) }, func() error {
		var err error
		n.file, err = os.Open(ownNamespace)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("making a network namespace: %w", err)
	}
	return &n, nil
}

// do calls a function whose sockets and processes belong to the namespace. It
// must not leave that to goroutines of its own.
func (n *namespace) do(call func() error) error {
	return visit(func() error { return unix.Setns(int(n.file.Fd()), unix.CLONE_NEWNET) }, call)
}

// path is the namespace for other processes.
func (n *namespace) path() string { return fmt.Sprintf("/proc/%d/fd/%d", os.Getpid(), n.file.Fd()) }

func (n *namespace) close() { _ = n.file.Close() } // nothing was written to it

// visit takes the thread somewhere else for the length of a call. The thread is
// brought back rather than ended: the kernel ends processes with the thread that
// started them, and this one may have started a control plane.
func visit(enter, call func() error) error {
	runtime.LockOSThread()
	home, err := os.Open(ownNamespace)
	if err != nil {
		runtime.UnlockOSThread()
		return err
	}
	defer home.Close()
	if err := enter(); err != nil {
		runtime.UnlockOSThread()
		return err
	}
	result := call()
	if err := unix.Setns(int(home.Fd()), unix.CLONE_NEWNET); err != nil {
		return fmt.Errorf("returning from a network namespace: %w", err) // the thread stays locked: nobody else may use it
	}
	runtime.UnlockOSThread()
	return result
}
