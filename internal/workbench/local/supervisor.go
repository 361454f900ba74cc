package local

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"syscall"
	"time"

	"github.com/mlops-iac/mlops/internal/workbench/localcluster"
	"github.com/mlops-iac/mlops/internal/workbench/process"
	"github.com/mlops-iac/mlops/internal/workbench/toolset"
)

const (
	// startLimit is generous: ten seconds are normal, a loaded machine needs more.
	startLimit = 5 * time.Minute
	stopLimit  = 30 * time.Second
	// autoscalerSync is a third of Kubernetes' own: somebody is waiting for the
	// first decision.
	autoscalerSync = 5 * time.Second
)

// Supervise runs the control plane of the instance in a folder until ctx ends or
// keep is over, then removes the folder. It is what the process that `up`
// leaves behind does. Without options for real nodes, nodes are simulated.
func Supervise(ctx context.Context, folder, checkout string, keep time.Duration, containers *RealOptions) error {
	instance, err := Open(folder)
	if err != nil {
		return err
	}
	held, err := os.Create(instance.path(lockFile))
	if err != nil {
		return fmt.Errorf("locking the embedded platform: %w", err)
	}
	defer held.Close()
	if err := flock(held); err != nil {
		return fmt.Errorf("locking the embedded platform: %w", err)
	}
	if containers != nil {
		err = instance.superviseReal(ctx, checkout, keep, *containers)
	} else {
		err = instance.superviseSimulated(ctx, checkout, keep)
	}
	if err != nil {
		return err // the folder stays: its logs say why
	}
	return instance.remove()
}

func (i Instance) superviseSimulated(ctx context.Context, checkout string, keep time.Duration) error {
	set, err := toolset.New(checkout, func(string, ...any) {})
	if err != nil {
		return err
	}
	tools, err := set.Kube(ctx)
	if err != nil {
		return err
	}
	cluster, err := localcluster.Start(ctx, localcluster.Options{
		Tools: tools, Folder: i.path("cluster"), Metrics: true, AutoscalerSync: autoscalerSync,
	})
	if err != nil {
		return err
	}
	now := time.Now()
	err = i.write(record{
		PID: os.Getpid(), Kubeconfig: cluster.Kubeconfig(), URL: cluster.URL(), Version: tools.Version,
		Started: now, Ends: now.Add(keep), Nodes: NodesSimulated,
	})
	if err == nil {
		err = watch(ctx, cluster, time.After(keep))
	}
	return errors.Join(err, cluster.Stop())
}

// watch starts every part of the control plane again that ends by itself. It returns
// when the control plane is no longer wanted, or with an error when that does not help.
func watch(ctx context.Context, cluster *localcluster.Cluster, over <-chan time.Time) error {
	ticker := time.NewTicker(time.Second)
	defer ticker.Stop()
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-over:
			return nil
		case <-ticker.C:
			if err := cluster.Revive(); err != nil {
				return err
			}
		}
	}
}

// supervisor is a supervisor that this process has started.
type supervisor struct {
	instance Instance
	cmd      *exec.Cmd
	ended    chan struct{}
}

// startSupervisor starts a supervisor and waits until its control plane is
// ready. When that fails or ctx ends, nothing is left.
func (i Instance) startSupervisor(ctx context.Context, command []string) (record, error) {
	log, err := os.Create(i.path("supervisor.log"))
	if err != nil {
		return record{}, err
	}
	defer log.Close()
	cmd := exec.Command(command[0], command[1:]...)
	cmd.Stdout, cmd.Stderr = log, log
	process.Detach(cmd)
	if err := cmd.Start(); err != nil {
		return record{}, fmt.Errorf("starting the supervisor: %w", err)
	}
	s := &supervisor{instance: i, cmd: cmd, ended: make(chan struct{})}
	go func() {
		_ = cmd.Wait() // how it ended is in its log
		close(s.ended)
	}()
	ready, err := s.await(ctx)
	if err != nil {
		return record{}, errors.Join(err, i.stop(cmd.Process.Pid))
	}
	return ready, nil
}

func (s *supervisor) await(ctx context.Context) (record, error) {
	limit := time.After(startLimit)
	for {
		if ready, err := s.instance.running(); err == nil {
			return ready, nil
		}
		select {
		case <-ctx.Done():
			return record{}, ctx.Err()
		case <-limit:
			return record{}, fmt.Errorf("the control plane was not ready within %s", startLimit)
		case <-s.ended:
			text, _ := os.ReadFile(s.instance.path("supervisor.log"))
			return record{}, fmt.Errorf("the control plane did not start:\n%s", strings.TrimSpace(string(text)))
		case <-time.After(50 * time.Millisecond):
		}
	}
}

// stop ends a supervisor, waits until it has, and removes what is left.
func (i Instance) stop(pid int) error {
	if process, err := os.FindProcess(pid); err == nil {
		_ = process.Signal(syscall.SIGTERM) // it may have ended by itself
	}
	for deadline := time.Now().Add(stopLimit); i.supervised(); time.Sleep(50 * time.Millisecond) {
		if time.Now().After(deadline) {
			return fmt.Errorf("the supervisor, process %d, does not end; its log is %s", pid, i.path("supervisor.log"))
		}
	}
	return i.remove()
}
