package engine

import (
	"bufio"
	"context"
	_ "embed" // for the script below
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"github.com/mlops-iac/mlops/internal/workbench/process"
	"github.com/mlops-iac/mlops/internal/workbench/toolset"
)

// startTimeout bounds how long the EKS provider may take to print its port;
// about one second is normal, a cold disk on a loaded machine took ten.
const startTimeout = 90 * time.Second

// eksPackage is the name of the provider.
const eksPackage = "eks"

// eksProcess is the EKS component provider, running or about to.
type eksProcess struct {
	version string
	cmd     *exec.Cmd
	stderr  *os.File
	relay   *relay
	// started is closed when the provider has printed its port or failed; only
	// then may startErr be read.
	started  chan struct{}
	startErr error
}

// startEKS starts the real component provider. Before it plans a cluster it
// asks `kubectl` and `aws` for their versions; a plan needs neither, so small
// scripts in a private folder answer.
func startEKS(ctx context.Context, tool toolset.EKS, w *workspace) (*eksProcess, error) {
	if err := writeScripts(w.bin()); err != nil {
		return nil, err
	}
	stderr, err := os.Create(filepath.Join(w.root, "eks-provider.log"))
	if err != nil {
		return nil, err
	}
	cmd := exec.CommandContext(ctx, tool.Node, "--require", filepath.Join(w.bin(), warmScript), tool.Script, "127.0.0.1:1")
	cmd.Env = append(os.Environ(), "PATH="+w.bin()+string(os.PathListSeparator)+os.Getenv("PATH"))
	cmd.Stderr = stderr
	process.EndWithParent(cmd)
	stdout, err := cmd.StdoutPipe()
	if err != nil {
		return nil, errors.Join(err, stderr.Close())
	}
	relay, err := newRelay()
	if err != nil {
		return nil, errors.Join(err, stderr.Close())
	}
	if err := cmd.Start(); err != nil {
		relay.close()
		return nil, errors.Join(fmt.Errorf("starting the EKS provider: %w", err), stderr.Close())
	}
	process := &eksProcess{version: tool.Version, cmd: cmd, stderr: stderr, relay: relay, started: make(chan struct{})}
	go process.awaitPort(ctx, stdout)
	return process, nil
}

func (p *eksProcess) awaitPort(ctx context.Context, stdout io.Reader) {
	port, err := readPort(ctx, stdout)
	if err != nil {
		log, _ := os.ReadFile(p.stderr.Name())
		p.startErr = fmt.Errorf("starting the EKS provider: %w\n%s", err, strings.TrimSpace(string(log)))
	}
	close(p.started)
	p.relay.pointTo(port)
}

// about describes the provider to the reader.
func (p *eksProcess) about() Provider {
	return Provider{Package: eksPackage, Real: true, Detail: "component provider " + p.version + " from npm"}
}

// failure returns why the provider did not start; nil when it did or still may.
func (p *eksProcess) failure() error {
	select {
	case <-p.started:
		return p.startErr
	default:
		return nil
	}
}

func readPort(ctx context.Context, stdout io.Reader) (int, error) {
	type answer struct {
		port int
		err  error
	}
	answers := make(chan answer, 1)
	go func() {
		line, err := bufio.NewReader(stdout).ReadString('\n')
		if err != nil {
			answers <- answer{err: fmt.Errorf("it ended before it printed its port: %w", err)}
			return
		}
		port, err := strconv.Atoi(strings.TrimSpace(line))
		answers <- answer{port: port, err: err}
	}()
	select {
	case got := <-answers:
		return got.port, got.err
	case <-ctx.Done():
		return 0, ctx.Err()
	case <-time.After(startTimeout):
		return 0, fmt.Errorf("it printed no port within %s", startTimeout)
	}
}

// close ends the provider and waits for it.
func (p *eksProcess) close() {
	p.relay.close()
	_ = p.cmd.Process.Kill() // it may have ended by itself
	<-p.started              // its output must be read before Wait closes it
	_ = p.cmd.Wait()
	_ = p.stderr.Close()
}

// warmScript makes the provider load its modules ahead of time.
const warmScript = "warm.js"

//go:embed warm.js
var warm string

func writeScripts(dir string) error {
	scripts := map[string]string{
		warmScript: warm,
		"kubectl":  `#!/bin/sh` + "\n" + `echo '{"clientVersion":{"major":"1","minor":"34","gitVersion":"v1.34.2"}}'` + "\n",
		"aws":      `#!/bin/sh` + "\n" + `echo 'aws-cli/2.31.0 Python/3.13.0 Linux/6.1 source/x86_64'` + "\n",
	}
	for name, script := range scripts {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(script), 0o700); err != nil { // a script must be executable
			return fmt.Errorf("writing %s: %w", name, err)
		}
	}
	return nil
}
