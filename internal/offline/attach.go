package offline

import (
	"context"
	"os"
	"strconv"
	"strings"

	"github.com/mlops-iac/mlops/internal/offline/standin"
	"github.com/mlops-iac/mlops/internal/toolset"
)

// attachments are the providers the engine is pointed at.
type attachments struct {
	servers   []*standin.Server
	eks       *eksProcess
	ports     map[string]int
	providers []Provider
	folders   []string
}

func attach(ctx context.Context, job Job, w *workspace) (*attachments, error) {
	a := &attachments{ports: map[string]int{}}
	for _, wanted := range job.StandIns {
		if folder, found := toolset.RealPlugin(wanted.Package); found && !wanted.Only {
			a.folders = append(a.folders, folder)
			a.providers = append(a.providers, Provider{Package: wanted.Package, Real: true, Detail: "plugin in " + folder})
			continue
		}
		provider := standin.New(wanted.Package, wanted.Version, wanted.Answers)
		provider.Use(wanted.Namer)
		server, err := standin.Serve(provider)
		if err != nil {
			a.close()
			return nil, err
		}
		a.servers = append(a.servers, server)
		a.ports[wanted.Package] = server.Port()
		a.providers = append(a.providers, Provider{Package: wanted.Package, Detail: "plans what is registered, computes nothing"})
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

func (a *attachments) debugProviders() string {
	pairs := make([]string, 0, len(a.ports))
	for name, port := range a.ports {
		pairs = append(pairs, name+":"+strconv.Itoa(port))
	}
	return strings.Join(pairs, ",")
}

func (a *attachments) path() string {
	return strings.Join(append(a.folders, os.Getenv("PATH")), string(os.PathListSeparator))
}

// received lists what the stand-ins were asked to plan.
func (a *attachments) received() []standin.Planned {
	var all []standin.Planned
	for _, server := range a.servers {
		all = append(all, server.Planned()...)
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
