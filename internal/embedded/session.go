package embedded

import (
	"context"
	"fmt"
	"io/fs"
	"os/exec"
	"path/filepath"
	"strings"

	"github.com/mlops-iac/mlops/internal/child"
	"github.com/mlops-iac/mlops/internal/controlplane"
	"github.com/mlops-iac/mlops/internal/kubeprovider"
	"github.com/mlops-iac/mlops/internal/offline"
	"github.com/mlops-iac/mlops/internal/platform"
	"github.com/mlops-iac/mlops/internal/preview"
	"github.com/mlops-iac/mlops/internal/settings"
	"github.com/mlops-iac/mlops/internal/toolset"
)

// Session is the engine with a stack and the Kubernetes provider it uses.
type Session struct {
	// Deployment is the stack in the engine.
	Deployment *offline.Deployment

	provider *kubeprovider.Server
}

// SessionOptions say what is deployed, and where.
type SessionOptions struct {
	// CLI is the engine.
	CLI toolset.Pulumi
	// Folder holds the engine's project, state and home.
	Folder string
	// Cluster is where to.
	Cluster platform.ClusterAccess
	// Stack is what to deploy.
	Stack preview.StackInput
	// Definitions are the tenants; nil for those of the repository.
	Definitions fs.FS
}

// OpenSession starts the provider and opens the stack. The caller closes it.
func OpenSession(ctx context.Context, options SessionOptions) (*Session, error) {
	server, about, err := startProvider(ctx)
	if err != nil {
		return nil, err
	}
	deployment, err := offline.OpenDeployment(ctx, options.CLI, options.Folder, offline.Job{
		Project: preview.Project, Stack: options.Stack.Name, StackFile: options.Stack.File, Placeholder: settings.Placeholder,
		Program: platform.New(platform.Options{Cluster: &options.Cluster, Definitions: options.Definitions}),
	}, offline.Attached{Provider: about, Port: server.Port()})
	if err != nil {
		server.Close()
		return nil, err
	}
	return &Session{provider: server, Deployment: deployment}, nil
}

// Close ends the provider. What is deployed stays.
func (s *Session) Close() { s.provider.Close() }

func (i Instance) openSession(ctx context.Context, live record, cli toolset.Pulumi, stack preview.StackInput) (*Session, error) {
	return OpenSession(ctx, SessionOptions{
		CLI: cli, Folder: i.path("pulumi"), Stack: stack,
		Cluster: platform.ClusterAccess{Kubeconfig: live.Kubeconfig, Context: controlplane.Context},
	})
}

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
func (s *Session) describe() string {
	about := s.Deployment.Providers()[0]
	if about.Real {
		return "the real Kubernetes provider takes part (" + about.Detail + ")"
	}
	return "in place of the Kubernetes provider: " + about.Detail
}

// notes say what is not real about the deployment.
func (s *Session) notes() []string {
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
