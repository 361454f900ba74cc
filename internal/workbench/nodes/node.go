package nodes

import (
	"bytes"
	"context"
	_ "embed" // for the configurations below
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"text/template"
	"time"

	"github.com/mlops-iac/mlops/internal/workbench/images"
	"github.com/mlops-iac/mlops/internal/workbench/localcluster"
	"github.com/mlops-iac/mlops/internal/workbench/process"
)

//go:embed containerd.toml.tmpl
var containerdConfig string

//go:embed kubelet.yaml.tmpl
var kubeletConfig string

//go:embed cni.json.tmpl
var cniConfig string

// node is one kubelet with its containerd. Its exported fields are for the templates.
type node struct {
	machine *Machine
	number  int

	Name, Address, Zone         string
	Folder, Run, Socket         string
	Runc, Plugins, PauseImage   string
	Cgroup, DNS, PodRange       string
	Port, HealthPort            int
	LowersOOMScore              bool
	Authority, Certificate, Key string
	MaxOpenFiles                uint64
	containerd                  *process.Process
}

// startLimit is generous: images are unpacked by then.
const startLimit = 2 * time.Minute

func (m *Machine) newNode(number int, name string) (*node, error) {
	plugins, err := pluginFolder()
	if err != nil {
		return nil, err
	}
	runc, err := exec.LookPath("runc")
	if err != nil {
		return nil, err
	}
	n := &node{
		machine: m, number: number, Name: name, Address: nodeAddress, Zone: "local-1" + string(rune('a'+number)),
		Folder: m.path(name), Run: filepath.Join("/run/mlops", name), Socket: m.path(name + ".sock"),
		Runc: runc, Plugins: plugins, PauseImage: pauseReference,
		Cgroup: "/" + cgroupName(filepath.Dir(m.options.Folder)) + "/" + name, DNS: dnsAddress,
		PodRange: fmt.Sprintf("10.244.%d.0/24", number), Port: 10250 + number, HealthPort: 10350 + number,
		LowersOOMScore: lowersOOMScore(), MaxOpenFiles: openFilesLimit(),
	}
	for _, folder := range []string{n.Folder, n.Run, filepath.Join(n.Folder, "cni")} {
		if err := os.MkdirAll(folder, 0o755); err != nil {
			return nil, err
		}
	}
	// Containers see no name server but the cluster's; the node has none either.
	if err := os.WriteFile(filepath.Join(n.Folder, "resolv.conf"), nil, 0o644); err != nil {
		return nil, err
	}
	if err := n.fill(cniConfig, "cni/10-pods.conflist"); err != nil {
		return nil, err
	}
	return n, makeCgroups(n.Cgroup[1:])
}

// fill writes a template into a file of the node.
func (n *node) fill(text, file string) error {
	parsed, err := template.New(file).Option("missingkey=error").Parse(text)
	if err != nil {
		return fmt.Errorf("reading the template of %s: %w", file, err)
	}
	var filled bytes.Buffer
	if err := parsed.Execute(&filled, n); err != nil {
		return fmt.Errorf("filling the template of %s: %w", file, err)
	}
	return os.WriteFile(filepath.Join(n.Folder, file), filled.Bytes(), 0o600)
}

func (n *node) startContainerd() error {
	if err := n.fill(containerdConfig, "containerd.toml"); err != nil {
		return err
	}
	var err error
	n.containerd, err = n.machine.run("containerd-"+n.Name, "containerd", "--config", filepath.Join(n.Folder, "containerd.toml"))
	return err
}

func (n *node) awaitContainerd(ctx context.Context) error {
	return n.containerd.Await(ctx, startLimit, func(ctx context.Context) error {
		return exec.CommandContext(ctx, "ctr", "--address", n.Socket, "version").Run()
	})
}

func (n *node) importImages(ctx context.Context, archives []string) error {
	for _, archive := range archives {
		if err := images.ImportArchive(ctx, n.Socket, archive); err != nil {
			return fmt.Errorf("putting images on %s: %w", n.Name, err)
		}
	}
	return nil
}

func (n *node) startKubelet(join localcluster.Join) error {
	kubeconfig, err := join.Kubeconfig("system:node:"+n.Name, "system:nodes")
	if err != nil {
		return err
	}
	n.Authority = join.Authority
	if n.Certificate, n.Key, err = join.Serving("kubelet-"+n.Name, net.ParseIP(n.Address)); err != nil {
		return err
	}
	if err := n.fill(kubeletConfig, "kubelet.yaml"); err != nil {
		return err
	}
	_, err = n.machine.run("kubelet-"+n.Name, n.machine.options.Programs.Kubelet,
		"--config="+filepath.Join(n.Folder, "kubelet.yaml"), "--kubeconfig="+kubeconfig,
		"--hostname-override="+n.Name, "--node-ip="+n.Address, "--root-dir="+filepath.Join(n.Folder, "kubelet"),
		"--containerd="+n.Socket, // what is used is said by pod, too
		"--node-labels=topology.kubernetes.io/region=local-1,topology.kubernetes.io/zone="+n.Zone)
	return err
}

func (m *Machine) startProxy(join localcluster.Join) error {
	kubeconfig, err := join.Kubeconfig("system:kube-proxy")
	if err != nil {
		return err
	}
	config := fmt.Sprintf(`apiVersion: kubeproxy.config.k8s.io/v1alpha1
kind: KubeProxyConfiguration
mode: iptables
clientConnection: {kubeconfig: %q}
clusterCIDR: %q
hostnameOverride: %q
# Limits of the whole machine are left as they are.
conntrack: {maxPerCore: 0, min: 0, tcpEstablishedTimeout: 0s, tcpCloseWaitTimeout: 0s}
iptables: {localhostNodePorts: false, minSyncPeriod: 0s}
oomScoreAdj: 0
`, kubeconfig, join.PodCIDR, m.options.Names[0])
	path := m.path("kube-proxy.yaml")
	if err := os.WriteFile(path, []byte(config), 0o600); err != nil {
		return err
	}
	_, err = m.run("kube-proxy", m.options.Programs.KubeProxy, "--config="+path)
	return err
}

// startPolicyEnforcer guards the pods of every node: all have the address of one.
func (m *Machine) startPolicyEnforcer(join localcluster.Join) error {
	_, err := m.run("kube-router", m.options.Programs.PolicyEnforcer,
		"--kubeconfig="+join.Admin, "--node="+m.options.Names[0], "--service-cidr="+join.ServiceCIDR)
	return err
}
