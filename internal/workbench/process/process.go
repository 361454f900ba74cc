package process

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"time"
)

// stopTimeout is how long a process may take to end before it is killed.
const stopTimeout = 5 * time.Second

// Program says what to run.
type Program struct {
	// Name of the process in errors and of its log.
	Name string
	// Path of the executable, and its arguments.
	Path string
	Args []string
	// Env is the whole environment of the process. Default: that of this one.
	Env []string
	// Folder holds the log, <name>.log, and is where the process runs.
	Folder string
}

// mostRevivals is how often a process is started again: one that ends more often has
// a reason that does not go away.
const mostRevivals = 5

// Process is a running program that ends with this one.
type Process struct {
	program Program
	cmd     *exec.Cmd
	log     *os.File
	// ended is closed when the process has; err says how.
	ended    chan struct{}
	err      error
	revivals int
}

// Start runs a program with its output in a file of its own.
func Start(program Program) (*Process, error) {
	log, err := os.OpenFile(filepath.Join(program.Folder, program.Name+".log"), os.O_CREATE|os.O_WRONLY|os.O_APPEND, 0o600)
	if err != nil {
		return nil, fmt.Errorf("opening the log of %s: %w", program.Name, err)
	}
	p := &Process{program: program, log: log}
	if err := p.start(); err != nil {
		return nil, errors.Join(err, log.Close())
	}
	return p, nil
}

func (p *Process) start() error {
	cmd := exec.Command(p.program.Path, p.program.Args...)
	cmd.Stdout, cmd.Stderr, cmd.Dir, cmd.Env = p.log, p.log, p.program.Folder, p.program.Env
	EndWithParent(cmd)
	if err := cmd.Start(); err != nil {
		return fmt.Errorf("starting %s: %w", p.program.Name, err)
	}
	ended := make(chan struct{})
	p.cmd, p.ended = cmd, ended
	go func() {
		p.err = cmd.Wait()
		close(ended)
	}()
	return nil
}

// Revive starts a process that has ended by itself again, with the same log, and does
// nothing to one that runs. The one that ends too often stays as it is: then it is an
// error. Nobody may use the process meanwhile.
func (p *Process) Revive() error {
	select {
	case <-p.ended:
	default:
		return nil
	}
	if p.revivals == mostRevivals {
		return fmt.Errorf("it was started again %d times: %w", mostRevivals, p.Failure())
	}
	p.revivals++
	fmt.Fprintf(p.log, "mlops: %s ended by itself (%v) and is started again, %d of at most %d times\n",
		p.program.Name, p.err, p.revivals, mostRevivals)
	return p.start()
}

// PID is its number.
func (p *Process) PID() int { return p.cmd.Process.Pid }

// Ended is closed once the process has ended, however that came.
func (p *Process) Ended() <-chan struct{} { return p.ended }

// Stop asks the process to end, kills it when it does not, and waits for it.
func (p *Process) Stop() error {
	if err := p.cmd.Process.Signal(syscall.SIGTERM); err != nil && !errors.Is(err, os.ErrProcessDone) {
		return fmt.Errorf("stopping %s: %w", p.program.Name, err)
	}
	select {
	case <-p.ended:
	case <-time.After(stopTimeout):
		_ = p.cmd.Process.Kill() // it may just have ended
		<-p.ended
	}
	return p.log.Close()
}

// Failure describes a process that ended by itself: how, and its last words.
func (p *Process) Failure() error {
	return fmt.Errorf("%s ended by itself (%w); its log ends with:\n%s", p.program.Name, errors.Join(errors.New("unexpectedly"), p.err), p.lastLines(15))
}

func (p *Process) lastLines(count int) string {
	data, err := os.ReadFile(p.log.Name())
	if err != nil {
		return err.Error()
	}
	lines := strings.Split(strings.TrimSpace(string(data)), "\n")
	return strings.Join(lines[max(0, len(lines)-count):], "\n")
}

// Await calls ready until it returns nil. It ends early with the context or
// with the process.
func (p *Process) Await(ctx context.Context, limit time.Duration, ready func(context.Context) error) error {
	ctx, cancel := context.WithTimeoutCause(ctx, limit, fmt.Errorf("%s was not ready within %s", p.program.Name, limit))
	defer cancel()
	for {
		err := ready(ctx)
		if err == nil {
			return nil
		}
		select {
		case <-p.ended:
			return p.Failure()
		case <-ctx.Done():
			return fmt.Errorf("%w: %w; its log ends with:\n%s", context.Cause(ctx), err, p.lastLines(5))
		case <-time.After(50 * time.Millisecond):
		}
	}
}
