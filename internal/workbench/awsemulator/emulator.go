// Package awsemulator runs an emulated AWS on loopback. Whoever calls it is known by
// the access key: twelve digits are the number of an account, and every account has
// nothing but its own.
package awsemulator

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strconv"
	"time"

	"github.com/mlops-iac/mlops/internal/workbench/process"
	"github.com/mlops-iac/mlops/internal/workbench/toolset"
)

// readyLimit is how long an emulator may take to answer. Alone it takes 3 s.
const readyLimit = time.Minute

// Emulator is an emulated AWS that runs. Its state is in memory.
type Emulator struct {
	// Endpoint is where all its services answer.
	Endpoint string

	port    *process.Port
	front   *front
	process *process.Process
}

// Options say how an emulator runs.
type Options struct {
	// Folder is where its log and its files are. The caller removes it.
	Folder string
	// Enforce says that calls are refused which no policy of IAM allows the caller.
	Enforce bool
}

// Start starts an emulator that ends with this process, and waits until it answers.
func Start(ctx context.Context, program toolset.Ministack, options Options) (*Emulator, error) {
	port, err := process.Reserve()
	if err != nil {
		return nil, err
	}
	before, err := newFront(port, options.Folder)
	if err != nil {
		return nil, errors.Join(err, port.Release())
	}
	started, err := process.Start(process.Program{
		Name: "aws", Path: program.Python, Args: []string{"-m", "ministack"}, Folder: options.Folder,
		Env: environment(options, port),
	})
	if err != nil {
		return nil, errors.Join(err, before.stop(), port.Release())
	}
	e := &Emulator{Endpoint: before.endpoint, port: port, front: before, process: started}
	if err := started.Await(ctx, readyLimit, before.ready); err != nil {
		return nil, fmt.Errorf("starting the emulator of AWS: %w", errors.Join(err, e.Stop()))
	}
	return e, nil
}

// environment has nothing of the user's but what finds programs. Protocols beside the
// one port are off, and temporary files are in the folder.
func environment(options Options, port *process.Port) []string {
	return []string{
		"PATH=" + os.Getenv("PATH"), "HOME=" + options.Folder, "TMPDIR=" + options.Folder,
		"BIND_HOST=127.0.0.1", "GATEWAY_PORT=" + port.String(), "IOT_MTLS_ENABLED=0", "SFTP_ENABLED=0",
		"AUTH=" + strconv.FormatBool(options.Enforce), "PYTHONDONTWRITEBYTECODE=1",
		// It would look for Docker to run databases in; there must be none for it.
		"DOCKER_HOST=unix://" + options.Folder + "/no-docker.sock",
	}
}

// Failure is how an emulator ended that nobody stopped; nil while it runs.
func (e *Emulator) Failure() error {
	select {
	case <-e.process.Ended():
		return e.process.Failure()
	default:
		return nil
	}
}

// Stop ends the emulator.
func (e *Emulator) Stop() error {
	return errors.Join(e.front.stop(), e.process.Stop(), e.port.Release())
}
