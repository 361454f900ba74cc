package controlplane

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

	"github.com/mlops-iac/mlops/internal/child"
)

// stopTimeout is how long a process may take to end before it is killed.
const stopTimeout = 5 * time.Second

// process is one program of the control plane.
type process struct {
	name string
	cmd  *exec.Cmd
	log  *os.File
	// ended is closed when the process has; err says how.
	ended chan struct{}
	err   error
}

// start runs a program with its output in a file of its own.
func start(folder, name, path string, args ...string) (*process, error) {
	log, err := os.Create(filepath.Join(folder, name+".log"))
	if err != nil {
		return nil, fmt.Errorf("opening the log of %s: %w", name, err)
	}
	cmd := exec.Command(path, args...)
	cmd.Stdout, cmd.Stderr, cmd.Dir = log, log, folder
	child.EndWithParent(cmd)
	if err := cmd.Start(); err != nil {
		return nil, errors.Join(fmt.Errorf("starting %s: %w", name, err), log.Close())
	}
	p := &process{name: name, cmd: cmd, log: log, ended: make(chan struct{})}
	go func() {
		p.err = cmd.Wait()
		close(p.ended)
	}()
	return p, nil
}

// stop asks the process to end, kills it when it does not, and waits for it.
func (p *process) stop() error {
	if err := p.cmd.Process.Signal(syscall.SIGTERM); err != nil && !errors.Is(err, os.ErrProcessDone) {
		return fmt.Errorf("stopping %s: %w", p.name, err)
	}
	select {
	case <-p.ended:
	case <-time.After(stopTimeout):
		_ = p.cmd.Process.Kill() // it may just have ended
		<-p.ended
	}
	return p.log.Close()
}

// failure describes a process that ended by itself: how, and its last words.
func (p *process) failure() error {
	return fmt.Errorf("%s ended by itself (%w); its log ends with:\n%s", p.name, errors.Join(errors.New("unexpectedly"), p.err), p.lastLines(15))
}

func (p *process) lastLines(count int) string {
	data, err := os.ReadFile(p.log.Name())
	if err != nil {
		return err.Error()
	}
	lines := strings.Split(strings.TrimSpace(string(data)), "\n")
	return strings.Join(lines[max(0, len(lines)-count):], "\n")
}

// await calls ready until it returns nil. It ends early with the context or
// with the process.
func (p *process) await(ctx context.Context, limit time.Duration, ready func(context.Context) error) error {
	ctx, cancel := context.WithTimeoutCause(ctx, limit, fmt.Errorf("%s was not ready within %s", p.name, limit))
	defer cancel()
	for {
		err := ready(ctx)
		if err == nil {
			return nil
		}
		select {
		case <-p.ended:
			return p.failure()
		case <-ctx.Done():
			return fmt.Errorf("%w: %w; its log ends with:\n%s", context.Cause(ctx), err, p.lastLines(5))
		case <-time.After(50 * time.Millisecond):
		}
	}
}
