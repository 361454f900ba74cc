package offline

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/mlops-iac/mlops/internal/child"
	"github.com/mlops-iac/mlops/internal/offline/standin"
	"github.com/mlops-iac/mlops/internal/toolset"
)

// attachments are the providers the engine is pointed at.
type attachments struct {
	servers   []*standin.Server
	standIns  []*standin.Provider
	eks       *eksProcess
	ports     map[string]int
	providers []Provider
}

func attach(ctx context.Context, job Job, w *workspace) (*attachments, error) {
	a := &attachments{ports: map[string]int{}}
	for _, wanted := range job.StandIns {
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
	a.ports["eks"] = process.relay.port()
	a.providers = append(a.providers, Provider{Package: "eks", Real: true, Detail: "component provider " + job.EKS.Version + " from npm"})
	return a, nil
}

// serve starts the real plugin, where it is installed, with a front before it,
// and else the stand-in.
func (a *attachments) serve(ctx context.Context, wanted StandIn, w *workspace) (*standin.Server, Provider, error) {
	folder, found := toolset.RealPlugin(wanted.Package)
	if !found || wanted.Only {
		provider := standin.New(wanted.Package, wanted.Version, wanted.Lookups)
		provider.Use(wanted.Namer)
		a.standIns = append(a.standIns, provider)
		server, err := standin.Serve(provider)
		return server, Provider{Package: wanted.Package, Detail: "plans what is registered, computes nothing"}, err
	}
	cmd := exec.Command(filepath.Join(folder, "pulumi-resource-"+wanted.Package))
	cmd.Env = pluginEnvironment(os.Environ(), w)
	child.EndWithParent(cmd)
	server, err := standin.Front(ctx, cmd, wanted.Lookups)
	return server, Provider{
		Package: wanted.Package, Real: true,
		Detail: "plugin in " + folder + ", with dummy credentials; no lookup reaches it",
	}, err
}

func (a *attachments) debugProviders() string {
	pairs := make([]string, 0, len(a.ports))
	for name, port := range a.ports {
		pairs = append(pairs, name+":"+strconv.Itoa(port))
	}
	return strings.Join(pairs, ",")
}

// asked sums up the lookups of all providers.
func (a *attachments) asked() []standin.Asked {
	var all []standin.Asked
	for _, server := range a.servers {
		all = append(all, server.Asked()...)
	}
	return all
}

// received lists what the stand-ins were asked to plan.
func (a *attachments) received() []standin.Planned {
	var all []standin.Planned
	for _, provider := range a.standIns {
		all = append(all, provider.Planned()...)
	}
	return all
}

func (a *attachments) close() {
	for _, server := range a.servers {
		server.Close()
	}
	if a.eks != nil {
		a.eks.close()
	}
}
