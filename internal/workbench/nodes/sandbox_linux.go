package nodes

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// Sandbox is a process with namespaces of its own, and all that it starts.
type Sandbox struct {
	folder string
	cmd    *exec.Cmd
	ended  chan struct{}
	err    error
}

// SandboxOptions say what runs in a sandbox.
type SandboxOptions struct {
	// Folder holds the state. Required.
	Folder string
	// Keep are further folders that stay as they are inside: programs, say.
	Keep []string
	// Init starts a program that calls Init, and Command is what that runs inside.
	// Both begin with arguments of this program.
	Init, Command []string
	// Log receives what they print.
	Log *os.File
}

const (
	processFile = "sandbox.json"
	// keepVariable carries Keep and the folder to Init.
	keepVariable = "MLOPS_SANDBOX_KEEP"
	// self is this program, also where its file has gone or cannot be seen.
	self = "/proc/self/exe"
)

// identity tells one process from a later one with the same number.
type identity struct {
	PID     int    `json:"pid"`
	Started string `json:"started"`
}

// StartSandbox starts a sandbox. It ends with this process, even when that is killed.
func StartSandbox(options SandboxOptions) (*Sandbox, error) {
	cmd := exec.Command(self, append(options.Init, options.Command...)...)
	cmd.Stdout, cmd.Stderr, cmd.Dir = options.Log, options.Log, options.Folder
	cmd.Env = append(os.Environ(), keepVariable+"="+strings.Join(append([]string{options.Folder}, options.Keep...), ":"))
	cmd.SysProcAttr = &syscall.SysProcAttr{
		Cloneflags: syscall.CLONE_NEWNS | syscall.CLONE_NEWPID | syscall.CLONE_NEWNET | syscall.CLONE_NEWIPC | syscall.CLONE_NEWUTS,
		Pdeathsig:  syscall.SIGKILL, Setpgid: true,
	}
	if err := cmd.Start(); err != nil {
		return nil, fmt.Errorf("making the namespaces of the nodes: %w", err)
	}
	s := &Sandbox{folder: options.Folder, cmd: cmd, ended: make(chan struct{})}
	go func() {
		s.err = cmd.Wait()
		close(s.ended)
	}()
	if err := s.record(); err != nil {
		return nil, errors.Join(err, s.Close())
	}
	return s, nil
}

func (s *Sandbox) record() error {
	started, err := startOf(s.cmd.Process.Pid)
	if err != nil {
		return err
	}
	data, err := json.Marshal(identity{PID: s.cmd.Process.Pid, Started: started})
	if err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(s.folder, processFile), data, 0o600)
}

// startOf is when a process has started, in ticks since the machine did.
func startOf(pid int) (string, error) {
	data, err := os.ReadFile(filepath.Join("/proc", strconv.Itoa(pid), "stat"))
	if err != nil {
		return "", fmt.Errorf("asking when process %d has started: %w", pid, err)
	}
	// The second field, the name, may hold anything but ends with the last bracket.
	fields := strings.Fields(string(data[strings.LastIndexByte(string(data), ')')+1:]))
	if len(fields) < 20 {
		return "", fmt.Errorf("process %d has an odd status", pid)
	}
	return fields[19], nil
}

// Ended is closed when the sandbox has ended, however that came.
func (s *Sandbox) Ended() <-chan struct{} { return s.ended }

// Close ends everything in the sandbox at once and removes its control groups.
func (s *Sandbox) Close() error {
	// The first process of a namespace takes all others with it.
	if err := s.cmd.Process.Kill(); err != nil && !errors.Is(err, os.ErrProcessDone) {
		return fmt.Errorf("ending the nodes: %w", err)
	}
	<-s.ended
	return removeCgroups(cgroupName(s.folder))
}

// Clean ends what is left of a sandbox whose owner was killed, and removes its
// control groups. The folder stays.
func Clean(folder string) error {
	data, err := os.ReadFile(filepath.Join(folder, processFile))
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	var left identity
	if err := json.Unmarshal(data, &left); err != nil {
		return fmt.Errorf("reading %s: %w", filepath.Join(folder, processFile), err)
	}
	for deadline := time.Now().Add(10 * time.Second); ; time.Sleep(20 * time.Millisecond) {
		started, err := startOf(left.PID)
		if err != nil || started != left.Started {
			break
		}
		if time.Now().After(deadline) {
			return fmt.Errorf("process %d of an earlier platform does not end", left.PID)
		}
		_ = syscall.Kill(left.PID, syscall.SIGKILL) // it may be ending
	}
	return removeCgroups(cgroupName(folder))
}
