package local

import (
	"context"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"

	"github.com/mlops-iac/mlops/components/addons/metricsserver"
	"github.com/mlops-iac/mlops/internal/platform"
	"github.com/mlops-iac/mlops/internal/settings"
	"github.com/mlops-iac/mlops/internal/workbench/charts"
	"github.com/mlops-iac/mlops/internal/workbench/engine"
	"github.com/mlops-iac/mlops/internal/workbench/localcluster"
	"github.com/mlops-iac/mlops/internal/workbench/preview"
	"github.com/mlops-iac/mlops/internal/workbench/process"
	"github.com/mlops-iac/mlops/internal/workbench/toolset"
)

// Session is the engine with a stack and the Kubernetes provider it uses.
type Session struct {
	// Deployment is the stack in the engine.
	Deployment *engine.Deployment

	provider *charts.Server
}

// SessionOptions say what is deployed, and where.
type SessionOptions struct {
	// CLI is the engine, Provider the Kubernetes provider.
	CLI      toolset.Pulumi
	Provider toolset.KubernetesProvider
	// Folder holds the engine's project, state and home.
	Folder string
	// Cluster is where to.
	Cluster platform.ClusterAccess
	// Stack is the stack to deploy.
	Stack preview.StackInput
	// Definitions are the tenants; nil for those of the repository.
	Definitions fs.FS
	// Charts says which charts are installed; nil for none.
	Charts charts.Available
	// AllowChange is that of the program.
	AllowChange string
}

// OpenSession starts the provider and opens the stack. The caller closes it.
func OpenSession(ctx context.Context, options SessionOptions) (*Session, error) {
	plugin := exec.Command(options.Provider.Program)
	plugin.Env = providerEnvironment(os.Environ(), options.Folder)
	process.EndWithParent(plugin)
	available := options.Charts
	if available == nil {
		available = charts.None
	}
	server, err := charts.Serve(ctx, plugin, available)
	if err != nil {
		return nil, err
	}
	about := engine.Provider{Package: engine.KubernetesPackage, Real: true, Detail: options.Provider.Origin}
	deployment, err := engine.OpenDeployment(ctx, options.CLI, options.Folder, engine.Job{
		Project: preview.Project, Stack: options.Stack.Name, StackFile: options.Stack.File, Placeholder: settings.Placeholder,
		Program: platform.New(platform.Options{
			Cluster: &options.Cluster, Definitions: options.Definitions, AllowChange: options.AllowChange,
		}),
	}, engine.Attached{Provider: about, Port: server.Port()})
	if err != nil {
		server.Close()
		return nil, err
	}
	return &Session{provider: server, Deployment: deployment}, nil
}

// providerEnvironment is what the provider runs with: what is around it without
// settings and clusters of the user. Helm writes into the folder only.
func providerEnvironment(around []string, folder string) []string {
	env := slices.DeleteFunc(slices.Clone(around), func(entry string) bool {
		return strings.HasPrefix(entry, "PULUMI_K8S_") || strings.HasPrefix(entry, "HELM_") || strings.HasPrefix(entry, "KUBECONFIG=")
	})
	helm := filepath.Join(folder, "helm")
	return append(env, "KUBECONFIG="+os.DevNull, "HELM_CACHE_HOME="+helm, "HELM_CONFIG_HOME="+helm, "HELM_DATA_HOME="+helm,
		"PULUMI_K8S_HELM_REPOSITORY_CACHE="+filepath.Join(helm, "repository"),
		// For providers before 4.29, which do not read enablePatchForce of the program.
		"PULUMI_K8S_ENABLE_PATCH_FORCE=true")
}

// Close ends the provider. What is deployed stays.
func (s *Session) Close() { s.provider.Close() }

func (i Instance) openSession(ctx context.Context, live record, tools tools, stack preview.StackInput) (*Session, error) {
	return OpenSession(ctx, SessionOptions{
		CLI: tools.cli, Provider: tools.provider, Folder: i.path("pulumi"), Stack: stack, Charts: live.Nodes.charts(),
		Cluster:     platform.ClusterAccess{Kubeconfig: live.Kubeconfig, Context: localcluster.Context},
		AllowChange: os.Getenv(settings.AllowVariable),
	})
}

// charts says which charts are installed. Real nodes pull no image, so that none
// of a chart could start. A metrics-server the control plane has already.
func (k NodeKind) charts() charts.Available {
	if k == NodesReal {
		return charts.None
	}
	return func(ctx context.Context, chart charts.Chart) bool {
		return chart.Name != metricsserver.Record.Chart && charts.Reachable(ctx, chart)
	}
}

// notes say what is not real about the deployment.
func (s *Session) notes(kind NodeKind) []string {
	notes := []string{
		"The API server, its admission, the controllers and the scheduler are real. Nodes are simulated: no container runs,",
		"volumes hold nothing, and no NetworkPolicy is enforced on packets.",
	}
	if kind == NodesReal {
		notes = []string{
			"Control plane, nodes, containers, volumes and network policies are real. Images were made on this machine: the inference",
			"service from the checkout, MinIO from its Go module, PostgreSQL from Debian's packages; where Fluent Bit's registry does",
			"not answer, a program that collects nothing takes its place. Pods reach nothing outside.",
		}
	}
	releases := s.provider.Releases()
	if len(releases) == 0 {
		return notes
	}
	names := make([]string, len(releases))
	for n, r := range releases {
		names[n] = strings.TrimSpace(fmt.Sprintf("%s %s", r.Chart, r.Version))
	}
	return append(notes, "Helm charts that were not installed; recorded as planned: "+strings.Join(names, ", ")+".",
		"The CustomResourceDefinitions that our own objects need were installed from their Go module.")
}
