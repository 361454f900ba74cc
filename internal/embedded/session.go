package embedded

import (
	"context"
	"fmt"
	"os/exec"
	"path/filepath"
	"strings"

	"github.com/mlops-iac/mlops/internal/child"
	"github.com/mlops-iac/mlops/internal/controlplane"
	"github.com/mlops-iac/mlops/internal/kubeprovider"
	"github.com/mlops-iac/mlops/internal/offline"
	"github.com/mlops-iac/mlops/internal/offline/toolset"
	"github.com/mlops-iac/mlops/internal/platform"
	"github.com/mlops-iac/mlops/internal/preview"
	"github.com/mlops-iac/mlops/internal/settings"
)

// session is the engine, opened on an instance, with the provider it uses.
type session struct {
	provider   *kubeprovider.Server
	deployment *offline.Deployment
}

func (i Instance) openSession(ctx context.Context, live record, cli toolset.Pulumi, input preview.StackInput) (*session, error) {
	server, about, err := startProvider(ctx)
	if err != nil {
		return nil, err
	}
	program := platform.New(platform.Options{
		Cluster: &platform.ClusterAccess{Kubeconfig: live.Kubeconfig, Context: controlplane.Context},
	})
	deployment, err := offline.OpenDeployment(ctx, cli, i.path("pulumi"), offline.Job{
		Project: preview.Project, Stack: input.Name, StackFile: input.File, Placeholder: settings.Placeholder, Program: program,
	}, offline.Attached{Provider: about, Port: server.Port()})
	if err != nil {
		server.Close()
		return nil, err
	}
	return &session{provider: server, deployment: deployment}, nil
}

func (s *session) close() { s.provider.Close() }

// startProvider serves the Kubernetes provider: the real plugin behind a front
// where one is installed, else our thin one.
func startProvider(ctx context.Context) (*kubeprovider.Server, offline.Provider, error) {
	about := offline.Provider{Package: offline.KubernetesPackage}
	if folder, found := toolset.RealPlugin(offline.KubernetesPackage); found {
		plugin := exec.Command(filepath.Join(folder, "pulumi-resource-"+offline.KubernetesPackage))
		child.EndWithParent(plugin)
		server, err := kubeprovider.Front(ctx, plugin)
		about.Real, about.Detail = true, "plugin in "+folder
		return server, about, err
	}
	server, err := kubeprovider.Serve(offline.KubernetesVersion)
	about.Detail = "a thin provider of this repository, by server-side apply; the plugin pulumi-resource-kubernetes is not installed"
	return server, about, err
}

// describe names the provider in a sentence.
func (s *session) describe() string {
	about := s.deployment.Providers()[0]
	if about.Real {
		return "the real Kubernetes provider takes part (" + about.Detail + ")"
	}
	return "in place of the Kubernetes provider: " + about.Detail
}

// notes say what is not real about the deployment.
func (s *session) notes() []string {
	notes := []string{
		"The API server, its admission, the controllers and the scheduler are real. Nodes are simulated: no container runs,",
		"volumes hold nothing, and no NetworkPolicy is enforced on packets.",
	}
	releases := s.provider.Releases()
	if len(releases) == 0 {
		return notes
	}
	names := make([]string, len(releases))
	for n, r := range releases {
		names[n] = strings.TrimSpace(fmt.Sprintf("%s %s", r.Chart, r.Version))
	}
	return append(notes, "Helm charts are not fetched; recorded as planned: "+strings.Join(names, ", ")+".",
		"The CustomResourceDefinitions that our own objects need were installed from their Go module.")
}
