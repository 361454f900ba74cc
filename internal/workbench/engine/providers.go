package engine

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/blang/semver"

	"github.com/mlops-iac/mlops/internal/workbench/engine/fakeprovider"
	"github.com/mlops-iac/mlops/internal/workbench/process"
	"github.com/mlops-iac/mlops/internal/workbench/toolset"
)

// attachments are the providers the engine is pointed at.
type providerSet struct {
	servers   []*fakeprovider.Server
	fakes     []*fakeprovider.Provider
	eks       *eksProcess
	ports     map[string]int
	providers []Provider
}

func attach(ctx context.Context, job Job, w *workspace) (*providerSet, error) {
	a := &providerSet{ports: map[string]int{}}
	for _, wanted := range job.Fakes {
		server, about, err := a.serve(ctx, wanted, w)
		if err != nil {
			a.close()
			return nil, err
		}
		a.servers = append(a.servers, server)
		a.ports[wanted.Package] = server.Port()
		a.providers = append(a.providers, about)
	}
	if job.EKS == nil {
		return a, nil
	}
	process, err := startEKS(ctx, *job.EKS, w)
	if err != nil {
		a.close()
		return nil, err
	}
	a.eks = process
	a.ports[eksPackage] = process.relay.port()
	a.providers = append(a.providers, process.about())
	return a, nil
}

// serve starts the real plugin, where it is installed, behind a proxy,
// and else a fake provider.
func (a *providerSet) serve(ctx context.Context, wanted FakeProvider, w *workspace) (*fakeprovider.Server, Provider, error) {
	folder, found := toolset.RealPlugin(wanted.Package, semver.Version{})
	if !found || wanted.Only {
		provider := fakeprovider.New(wanted.Package, wanted.Version, wanted.Lookups)
		provider.Use(wanted.Namer)
		a.fakes = append(a.fakes, provider)
		server, err := fakeprovider.Serve(provider)
		return server, Provider{Package: wanted.Package, Detail: "plans what is registered, computes nothing"}, err
	}
	cmd := exec.Command(filepath.Join(folder, "pulumi-resource-"+wanted.Package))
	cmd.Env = pluginEnvironment(os.Environ(), w)
	process.EndWithParent(cmd)
	server, err := fakeprovider.Proxy(ctx, cmd, wanted.Lookups)
	return server, Provider{
		Package: wanted.Package, Real: true,
		Detail: "plugin in " + folder + ", with dummy credentials; no lookup reaches it",
	}, err
}

func (a *providerSet) debugProviders() string {
	pairs := make([]string, 0, len(a.ports))
	for name, port := range a.ports {
		pairs = append(pairs, name+":"+strconv.Itoa(port))
	}
	return strings.Join(pairs, ",")
}

// asked sums up the lookups of all providers.
func (a *providerSet) asked() []fakeprovider.Asked {
	var all []fakeprovider.Asked
	for _, server := range a.servers {
		all = append(all, server.Asked()...)
	}
	return all
}

// received lists what the fake providers were asked to plan.
func (a *providerSet) received() []fakeprovider.Planned {
	var all []fakeprovider.Planned
	for _, provider := range a.fakes {
		all = append(all, provider.Planned()...)
	}
	return all
}

func (a *providerSet) close() {
	for _, server := range a.servers {
		server.Close()
	}
	if a.eks != nil {
		a.eks.close()
	}
}
