package checkservice

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os/exec"
	"strings"
	"sync"
	"syscall"
	"time"

	"github.com/mlops-iac/mlops/internal/workbench/process"
)

// server is one that was started here.
type server struct {
	cmd    *exec.Cmd
	output output
	exited chan struct{}
	err    error
}

// output keeps what the server writes.
type output struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (o *output) Write(text []byte) (int, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.text.Write(text)
}

func (o *output) lines() []string {
	o.mu.Lock()
	defer o.mu.Unlock()
	return strings.Split(strings.TrimSpace(o.text.String()), "\n")
}

// start runs a command line; the shell that reads it makes way for the program, so
// that signals reach the program itself.
func start(ctx context.Context, command, port string) (*server, error) {
	s := &server{cmd: exec.Command("sh", "-c", "exec "+command), exited: make(chan struct{})}
	s.cmd.Env = append(s.cmd.Environ(), "PORT="+port)
	s.cmd.Stdout, s.cmd.Stderr = &s.output, &s.output
	// A child that outlives the server must not keep its output open for ever.
	s.cmd.WaitDelay = time.Second
	process.EndWithParent(s.cmd)
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	if err := s.cmd.Start(); err != nil {
		return nil, fmt.Errorf("starting the server: %w", err)
	}
	go func() {
		if s.err = s.cmd.Wait(); errors.Is(s.err, exec.ErrWaitDelay) {
			s.err = nil // it has ended with 0, and a child of it has not
		}
		close(s.exited)
	}()
	return s, nil
}

// kill ends a server that still runs.
func (s *server) kill() {
	_ = s.cmd.Process.Kill() // it may have ended
	<-s.exited
}

func (s *server) running() bool {
	select {
	case <-s.exited:
		return false
	default:
		return true
	}
}

func (s *subject) startup(ctx context.Context) error {
	for {
		err := dial(ctx, s.address)
		if err == nil {
			return nil
		}
		if !s.server.running() {
			lines := s.server.output.lines()
			return fmt.Errorf("the server ended (%s); its last line is %q", s.server.cmd.ProcessState, lines[len(lines)-1])
		}
		if time.Since(s.begin) > s.options.Startup {
			return fmt.Errorf("nothing listened after %s: %w", s.options.Startup, err)
		}
		if err := wait(ctx); err != nil {
			return err
		}
	}
}

// terminate sends SIGTERM.
func (s *server) terminate() error {
	if err := s.cmd.Process.Signal(syscall.SIGTERM); err != nil {
		return fmt.Errorf("sending SIGTERM: %w", err)
	}
	return nil
}
