package nodes

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"slices"

	"golang.org/x/sync/errgroup"
	corev1 "k8s.io/api/core/v1"

	"github.com/mlops-iac/mlops/internal/workbench/localcluster"
	"github.com/mlops-iac/mlops/internal/workbench/process"
)

// Addresses inside of a sandbox. The node's is in a range for benchmarks of networks
// (RFC 2544), which nobody uses for services or pods.
const (
	nodeAddress = "198.18.0.1"
	dnsAddress  = "172.20.0.10"
)

// Programs are what nodes are made of beside what the distribution brings.
type Programs struct {
	// Paths of the executables.
	Kubelet, KubeProxy, PolicyEnforcer string
}

// Options describe the nodes of a machine. Programs and Folder are required.
type Options struct {
	Programs Programs
	// Folder holds state and logs.
	Folder string
	// Archives are images to put on every node, as Stock makes them.
	Archives []string
	// Names of the nodes; each is in a zone of its own. Default: node-1 and node-2.
	Names []string
}

// Machine is the nodes of one sandbox.
type Machine struct {
	options   Options
	processes []*process.Process
}

// New describes nodes; Start starts them. It must run inside of a sandbox.
func New(options Options) *Machine {
	if options.Names == nil {
		options.Names = []string{"node-1", "node-2"}
	}
	return &Machine{options: options}
}

var _ localcluster.Machine = (*Machine)(nil)

// Address is that of every node.
func (m *Machine) Address() net.IP { return net.ParseIP(nodeAddress) }

// Start starts the nodes, what they share, and DNS; it returns when all are ready.
func (m *Machine) Start(ctx context.Context, join localcluster.Join) error {
	group, ctx := errgroup.WithContext(ctx)
	starters := make([]*node, len(m.options.Names))
	for i, name := range m.options.Names {
		n, err := m.newNode(i, name)
		if err != nil {
			return err
		}
		starters[i] = n
		if err := n.startContainerd(); err != nil {
			return err
		}
	}
	for _, n := range starters {
		group.Go(func() error {
			if err := n.awaitContainerd(ctx); err != nil {
				return err
			}
			return n.importImages(ctx, m.options.Archives)
		})
	}
	if err := group.Wait(); err != nil {
		return err
	}
	return m.join(context.WithoutCancel(ctx), join, starters)
}

// join starts what talks to the API server, once the images are there: a pod must
// not look for one in vain.
func (m *Machine) join(ctx context.Context, join localcluster.Join, starters []*node) error {
	for _, n := range starters {
		if err := n.startKubelet(join); err != nil {
			return err
		}
	}
	if err := m.startProxy(join); err != nil {
		return err
	}
	if err := awaitNodes(ctx, join.Client, m); err != nil {
		return err
	}
	if err := m.startPolicyEnforcer(join); err != nil {
		return err
	}
	return installDNS(ctx, join.Client, m)
}

// run starts a program that Stop ends.
func (m *Machine) run(name, path string, args ...string) (*process.Process, error) {
	logs := m.path("logs")
	if err := os.MkdirAll(logs, 0o700); err != nil {
		return nil, err
	}
	started, err := process.Start(process.Program{Name: name, Path: path, Args: args, Folder: logs})
	if err != nil {
		return nil, err
	}
	m.processes = append(m.processes, started)
	return started, nil
}

func (m *Machine) path(parts ...string) string {
	return filepath.Join(append([]string{m.options.Folder}, parts...)...)
}

// Err says which program of the nodes has ended by itself; nil while all run.
func (m *Machine) Err() error {
	for _, p := range m.processes {
		select {
		case <-p.Ended():
			return p.Failure()
		default:
		}
	}
	return nil
}

// Revive starts every program of the nodes that has ended by itself again.
func (m *Machine) Revive() error {
	for _, p := range m.processes {
		if err := p.Revive(); err != nil {
			return err
		}
	}
	return nil
}

// Stop ends the programs of the nodes. Containers end with the sandbox.
func (m *Machine) Stop() error {
	var errs []error
	for _, p := range slices.Backward(m.processes) {
		errs = append(errs, p.Stop())
	}
	m.processes = nil
	return errors.Join(errs...)
}

// Volume makes a folder that only one node reaches, as a disk in it would be. The
// kubelet gives it to the group of the pod.
func (m *Machine) Volume(name, node string) (corev1.PersistentVolumeSource, *corev1.VolumeNodeAffinity, error) {
	if node == "" {
		node = m.options.Names[0]
	}
	folder := m.path("volumes", name)
	if err := os.MkdirAll(folder, 0o755); err != nil {
		return corev1.PersistentVolumeSource{}, nil, fmt.Errorf("making the folder of volume %s: %w", name, err)
	}
	source := corev1.PersistentVolumeSource{Local: &corev1.LocalVolumeSource{Path: folder}}
	return source, &corev1.VolumeNodeAffinity{Required: &corev1.NodeSelector{NodeSelectorTerms: []corev1.NodeSelectorTerm{{
		MatchExpressions: []corev1.NodeSelectorRequirement{
			{Key: corev1.LabelHostname, Operator: corev1.NodeSelectorOpIn, Values: []string{node}},
		},
	}}}}, nil
}

// DeleteVolume removes the folder of a volume.
func (m *Machine) DeleteVolume(name string) error { return os.RemoveAll(m.path("volumes", name)) }
