package localcluster

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"os"
	"path/filepath"
	"slices"
	"time"

	"k8s.io/client-go/dynamic"
	"k8s.io/client-go/rest"
	"k8s.io/client-go/tools/clientcmd"

	"github.com/mlops-iac/mlops/internal/workbench/process"
)

// Context is the name of the context in the kubeconfig of a Cluster.
const Context = "mlops-embedded"

// Cluster is a running control plane.
type Cluster struct {
	options   Options
	folder    string
	temporary bool
	keys      keys
	ports     ports
	processes []*process.Process
	client    *dynamic.DynamicClient
	// background ends what runs in this process.
	background context.CancelFunc
	volumes    *provisioner
}

// ports of one control plane, all on loopback.
type ports struct{ etcd, etcdPeer, apiServer, kwok, metricsServer *process.Port }

func (p *ports) all() []**process.Port {
	return []**process.Port{&p.etcd, &p.etcdPeer, &p.apiServer, &p.kwok, &p.metricsServer}
}

// Start brings a control plane up and returns when its API answers, its
// controllers and scheduler run, and its nodes are ready. Nothing is left of it
// when it fails or when ctx ends before that.
func Start(ctx context.Context, options Options) (*Cluster, error) {
	if err := options.validate(); err != nil {
		return nil, fmt.Errorf("control plane: %w", err)
	}
	c, err := newCluster(options.withDefaults())
	if err != nil {
		return nil, fmt.Errorf("control plane: %w", err)
	}
	if err := c.start(ctx); err != nil {
		return nil, fmt.Errorf("control plane: %w", errors.Join(err, c.Stop()))
	}
	return c, nil
}

// Kubeconfig is the path of a kubeconfig for an administrator.
func (c *Cluster) Kubeconfig() string { return c.keys.kubeconfig }

// URL is the address of the API server.
func (c *Cluster) URL() string { return localURL(c.ports.apiServer) }

// Folder holds the state, keys and logs.
func (c *Cluster) Folder() string { return c.folder }

// RESTConfig returns the configuration of an administrator's client. Its
// requests are not throttled.
func (c *Cluster) RESTConfig() (*rest.Config, error) { return RESTConfig(c.Kubeconfig()) }

// RESTConfig returns the configuration of a client for the control plane that a
// kubeconfig is of. Its requests are not throttled.
func RESTConfig(kubeconfig string) (*rest.Config, error) {
	config, err := clientcmd.BuildConfigFromFlags("", kubeconfig)
	if err != nil {
		return nil, fmt.Errorf("reading %s: %w", kubeconfig, err)
	}
	// With the keys themselves instead of their paths a client does not go on
	// looking for newer files when the folder has gone.
	if err := rest.LoadTLSFiles(config); err != nil {
		return nil, fmt.Errorf("reading the keys of %s: %w", kubeconfig, err)
	}
	config.CAFile, config.CertFile, config.KeyFile = "", "", ""
	config.QPS = -1
	return config, nil
}

// Err says which process of the control plane has ended by itself, and why; nil
// while all run.
func (c *Cluster) Err() error {
	for _, p := range c.processes {
		select {
		case <-p.Ended():
			return p.Failure()
		default:
		}
	}
	if c.options.Machine != nil {
		return c.options.Machine.Err()
	}
	return nil
}

// Revive starts every process that has ended by itself again, those of the Machine too;
// one that ends again and again is an error.
func (c *Cluster) Revive() error {
	for _, p := range c.processes {
		if err := p.Revive(); err != nil {
			return err
		}
	}
	if c.options.Machine != nil {
		return c.options.Machine.Revive()
	}
	return nil
}

// Stop ends every process and removes a temporary folder.
func (c *Cluster) Stop() error {
	var errs []error
	if c.background != nil {
		c.background()
		c.volumes.wait()
	}
	if c.options.Machine != nil {
		errs = append(errs, c.options.Machine.Stop())
	}
	for _, p := range slices.Backward(c.processes) {
		errs = append(errs, p.Stop())
	}
	c.processes = nil
	errs = append(errs, c.ports.release())
	if c.temporary {
		errs = append(errs, os.RemoveAll(c.folder))
	}
	return errors.Join(errs...)
}

func newCluster(options Options) (*Cluster, error) {
	c := &Cluster{options: options, folder: options.Folder}
	if c.folder == "" {
		folder, err := os.MkdirTemp("", "mlops-controlplane-")
		if err != nil {
			return nil, fmt.Errorf("making a temporary folder: %w; set TMPDIR to a folder that can be written", err)
		}
		c.folder, c.temporary = folder, true
	}
	return c, nil
}

func (c *Cluster) start(ctx context.Context) error {
	if err := c.prepare(); err != nil {
		return err
	}
	if err := c.startStore(ctx); err != nil {
		return err
	}
	if err := c.startAPIServer(ctx); err != nil {
		return err
	}
	if err := c.startControllers(); err != nil {
		return err
	}
	if err := c.startNodes(ctx); err != nil {
		return err
	}
	if c.options.Metrics {
		if err := c.startMetrics(ctx); err != nil {
			return err
		}
	}
	return c.Err()
}

// prepare makes the folders, finds free ports and issues every certificate.
func (c *Cluster) prepare() error {
	for _, folder := range []string{c.path("pki"), c.path("logs"), c.path("etcd")} {
		if err := os.MkdirAll(folder, 0o700); err != nil {
			return fmt.Errorf("preparing the folder of the control plane: %w", err)
		}
	}
	if err := c.ports.reserve(c.options.Port); err != nil {
		return err
	}
	var addresses []net.IP
	if c.options.Machine != nil {
		addresses = append(addresses, c.options.Machine.Address())
	}
	var err error
	c.keys, err = newKeys(c.path("pki"), c.URL(), c.options.ServiceCIDR, addresses...)
	return err
}

func (c *Cluster) path(parts ...string) string {
	return filepath.Join(append([]string{c.folder}, parts...)...)
}

// reserve keeps a port for every server until release: some listen only a while after
// others have been started. The API server's is given, or 0 for any.
func (p *ports) reserve(apiServer int) (err error) {
	if apiServer != 0 {
		if p.apiServer, err = process.ReserveNumber(apiServer); err != nil {
			return err
		}
	}
	for _, port := range p.all() {
		if *port != nil {
			continue
		}
		if *port, err = process.Reserve(); err != nil {
			return err
		}
	}
	return nil
}

func (p *ports) release() error {
	var errs []error
	for _, port := range p.all() {
		if *port != nil {
			errs = append(errs, (*port).Release())
			*port = nil
		}
	}
	return errors.Join(errs...)
}

// firstAddress is the address of the service "kubernetes": the first of the range.
func firstAddress(cidr string) (net.IP, error) {
	prefix, err := netip.ParsePrefix(cidr)
	if err != nil {
		return nil, fmt.Errorf("serviceCIDR: %q: %w", cidr, err)
	}
	return net.IP(prefix.Masked().Addr().Next().AsSlice()), nil
}

// run starts a program of the control plane; Stop ends it.
func (c *Cluster) run(name, path string, args ...string) (*process.Process, error) {
	p, err := process.Start(process.Program{Name: name, Path: path, Args: args, Folder: c.path("logs")})
	if err != nil {
		return nil, err
	}
	c.processes = append(c.processes, p)
	return p, nil
}

// readyTimeout is generous: a loaded machine with a cold disk needs more than
// the few seconds that are normal.
const readyTimeout = 2 * time.Minute
