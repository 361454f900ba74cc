package local

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"net/http"
	"os"
	"os/signal"
	"path/filepath"
	"strconv"
	"syscall"
	"time"

	"github.com/mlops-iac/mlops/internal/workbench/localcluster"
	"github.com/mlops-iac/mlops/internal/workbench/nodes"
	"github.com/mlops-iac/mlops/internal/workbench/process"
	"github.com/mlops-iac/mlops/internal/workbench/toolset"
)

const (
	nodesFolder = "nodes"
	relaySocket = "relay.sock"
	insideFile  = "inside.json"
)

// RealOptions say what a supervisor of real nodes runs.
type RealOptions struct {
	// Archives are the images that are put on every node.
	Archives []string
	// Init starts this program as the first process of a sandbox; Inside starts it
	// there for a port.
	Init   []string
	Inside func(port int) []string
}

// Inside runs a control plane with real nodes inside of a sandbox until ctx ends.
func Inside(ctx context.Context, folder, checkout string, port int, archives []string) error {
	ctx, stop := signal.NotifyContext(ctx, syscall.SIGTERM)
	defer stop()
	instance, err := Open(folder)
	if err != nil {
		return err
	}
	set, err := toolset.New(checkout, func(string, ...any) {})
	if err != nil {
		return err
	}
	tools, err := set.Kube(ctx)
	if err != nil {
		return err
	}
	programs, err := set.Nodes(ctx)
	if err != nil {
		return err
	}
	machine := nodes.New(nodes.Options{
		Programs: nodes.Programs{Kubelet: programs.Kubelet, KubeProxy: programs.KubeProxy, PolicyEnforcer: programs.PolicyEnforcer},
		Folder:   instance.path(nodesFolder), Archives: archives,
	})
	cluster, err := localcluster.Start(ctx, localcluster.Options{
		Tools: tools, Folder: instance.path("cluster"), Metrics: true, AutoscalerSync: autoscalerSync, Machine: machine, Port: port,
	})
	if err != nil {
		return err
	}
	if err := nodes.ServeRelay(ctx, instance.path(relaySocket)); err != nil {
		return errors.Join(err, cluster.Stop())
	}
	err = instance.writeJSON(insideFile, record{Kubeconfig: cluster.Kubeconfig(), URL: cluster.URL(), Version: tools.Version})
	if err == nil {
		err = watch(ctx, cluster, nil)
	}
	return errors.Join(err, cluster.Stop())
}

// superviseReal runs a sandbox until ctx ends or keep is over. Ending the sandbox
// ends all in it at once: nothing of it is wanted any more.
func (i Instance) superviseReal(ctx context.Context, checkout string, keep time.Duration, options RealOptions) (err error) {
	api, err := process.Listen()
	if err != nil {
		return err
	}
	defer api.Close()
	services, err := process.Listen()
	if err != nil {
		return err
	}
	defer services.Close()
	keepFolders, err := neededInside(checkout)
	if err != nil {
		return err
	}
	port := api.Addr().(*net.TCPAddr).Port
	sandbox, err := nodes.StartSandbox(nodes.SandboxOptions{
		Folder: i.folder, Keep: keepFolders, Init: options.Init, Command: options.Inside(port), Log: os.Stderr,
	})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, sandbox.Close()) }()
	live, err := i.awaitInside(ctx, sandbox)
	if err != nil {
		return err
	}
	nodes.Forward(ctx, api, i.path(relaySocket), net.JoinHostPort("127.0.0.1", strconv.Itoa(port)))
	go func() { _ = serviceProxy(i.path(relaySocket)).Serve(services) }() // it ends with its listener
	live.PID, live.Started, live.Nodes = os.Getpid(), time.Now(), NodesReal
	live.Ends, live.Services = live.Started.Add(keep), "http://"+services.Addr().String()
	if err := i.write(live); err != nil {
		return err
	}
	select {
	case <-ctx.Done():
	case <-time.After(keep):
	case <-sandbox.Ended():
		return errors.New("the nodes have ended by themselves; see above")
	}
	return nil
}

// neededInside are the folders with what runs inside: the programs, and the checkout
// that names their versions.
func neededInside(checkout string) ([]string, error) {
	set, err := toolset.New(checkout, func(string, ...any) {})
	if err != nil {
		return nil, err
	}
	cache, err := filepath.Abs(set.Cache)
	return []string{cache, set.Root}, err
}

func (i Instance) awaitInside(ctx context.Context, sandbox *nodes.Sandbox) (record, error) {
	for {
		data, err := os.ReadFile(i.path(insideFile))
		if err == nil {
			var live record
			if err := json.Unmarshal(data, &live); err != nil {
				return record{}, fmt.Errorf("reading %s: %w", i.path(insideFile), err)
			}
			return live, nil
		}
		if !errors.Is(err, fs.ErrNotExist) {
			return record{}, err
		}
		select {
		case <-ctx.Done():
			return record{}, ctx.Err()
		case <-sandbox.Ended():
			return record{}, errors.New("the nodes did not start; see above")
		case <-time.After(50 * time.Millisecond):
		}
	}
}

// serviceProxy answers /TENANT/PATH with PATH of the inference service of a tenant.
func serviceProxy(socket string) *http.Server {
	return &http.Server{Handler: proxyHandler(socket), ReadHeaderTimeout: 10 * time.Second}
}
