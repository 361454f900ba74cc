package nodes

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"syscall"
)

// Init is the first process of a sandbox: it prepares mounts and network, runs a
// command of this program, and collects processes whose parents have ended. It
// returns when the command has, and then the kernel ends all that is left.
func Init(command []string) error {
	keep := strings.Split(os.Getenv(keepVariable), ":")
	if os.Getpid() != 1 || keep[0] == "" {
		return errors.New("this is what `mlops up --embedded` starts; it does nothing by itself")
	}
	if err := prepareMounts(keep); err != nil {
		return fmt.Errorf("preparing the mounts of the nodes: %w", err)
	}
	if err := prepareNetwork(); err != nil {
		return fmt.Errorf("preparing the network of the nodes: %w", err)
	}
	pid, err := syscall.ForkExec(self, append([]string{"mlops"}, command...), &syscall.ProcAttr{
		Dir: keep[0], Env: os.Environ(), Files: []uintptr{0, 1, 2},
	})
	if err != nil {
		return fmt.Errorf("starting the nodes: %w", err)
	}
	return collectUntil(pid)
}

// collectUntil takes every process that ends, until the one with this number does.
func collectUntil(pid int) error {
	for {
		var status syscall.WaitStatus
		ended, err := syscall.Wait4(-1, &status, 0, nil)
		if errors.Is(err, syscall.EINTR) {
			continue
		}
		if err != nil {
			return fmt.Errorf("waiting for the nodes: %w", err)
		}
		if ended == pid && (status.Exited() || status.Signaled()) {
			if status.ExitStatus() != 0 {
				return errors.New("the nodes have ended; see above")
			}
			return nil
		}
	}
}

// run runs a program of the distribution.
func run(name string, args ...string) error {
	if output, err := exec.Command(name, args...).CombinedOutput(); err != nil {
		return fmt.Errorf("%s %s: %w: %s", name, strings.Join(args, " "), err, strings.TrimSpace(string(output)))
	}
	return nil
}
