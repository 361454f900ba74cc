package deployed

import (
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/auto/optup"
	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
	"github.com/stretchr/testify/require"

	"github.com/mlops-iac/mlops/internal/platform"
	"github.com/mlops-iac/mlops/internal/workbench/engine"
	"github.com/mlops-iac/mlops/internal/workbench/engine/fakeprovider"
	"github.com/mlops-iac/mlops/internal/workbench/preview"
	"github.com/mlops-iac/mlops/internal/workbench/providerproxy"
	"github.com/mlops-iac/mlops/internal/workbench/toolset"
	validnodegroup "github.com/mlops-iac/mlops/tests/harness/valid/nodegroup"
	validregistry "github.com/mlops-iac/mlops/tests/harness/valid/registry"
)

// Stack is a stack on AWS in a private folder.
type Stack struct {
	name, folder string
	cli          toolset.Pulumi
	providers    []*provider
	attached     []engine.Attached
}

// Run is one run of the program.
type Run struct {
	// File is the content of the stack file.
	File string
	// AllowChange is that of the program.
	AllowChange string
	// Targets are the URNs of the only resources to update; none for all.
	Targets []string
}

// Open starts the clouds of a stack, in a folder that is there already or not.
func Open(t *testing.T, checkout, name string) *Stack {
	t.Helper()
	// The state is written once at the end of a run, and not after each of hundreds of steps.
	t.Setenv("PULUMI_EXPERIMENTAL", "true")
	t.Setenv("PULUMI_SKIP_CHECKPOINTS", "true")
	s := &Stack{name: name, folder: t.TempDir()}
	set, err := toolset.New(checkout, t.Logf)
	require.NoError(t, err)
	s.cli, err = set.Pulumi(t.Context())
	require.NoError(t, err)
	eks, err := set.EKS(t.Context())
	require.NoError(t, err)
	attached, end, err := engine.ServeEKS(context.WithoutCancel(t.Context()), eks, s.folder)
	require.NoError(t, err)
	t.Cleanup(end)
	s.attached = append(s.attached, attached)
	for _, fake := range engine.FakeProviders("aws", "amazonaws.com") {
		s.serve(t, fake)
	}
	return s
}

// serve starts a cloud. That of AWS has every image that is asked for, and no nodes that run.
func (s *Stack) serve(t *testing.T, fake engine.FakeProvider) {
	t.Helper()
	lookups := append(fake.Lookups,
		fakeprovider.Lookup{Token: validregistry.ImageLookup, Reason: "an update asks for the images of tenants", Answer: map[string]any{}},
		fakeprovider.Lookup{Token: validnodegroup.ClustersLookup, Reason: "an update asks how many nodes run", Answer: map[string]any{"names": []any{}}},
	)
	p := &provider{Provider: fakeprovider.New(fake.Package, fake.Version, lookups)}
	var server pulumirpc.ResourceProviderServer = p
	listening, err := providerproxy.Listen(server)
	require.NoError(t, err)
	t.Cleanup(listening.Close)
	s.providers = append(s.providers, p)
	s.attached = append(s.attached, engine.Attached{Provider: engine.Provider{Package: fake.Package}, Port: listening.Port()})
}

// Up deploys the stack, and returns what was done in the clouds beside the plan.
func (s *Stack) Up(t *testing.T, run Run) (engine.Plan, []Call, error) {
	t.Helper()
	var options []engine.UpOption
	if len(run.Targets) > 0 {
		options = append(options, optup.Target(run.Targets))
	}
	plan, err := s.deployment(t, run).Up(t.Context(), nil, options...)
	return plan, s.taken(), err
}

// Preview plans what Up would do.
func (s *Stack) Preview(t *testing.T, run Run) (engine.Plan, []Call, error) {
	t.Helper()
	plan, err := s.deployment(t, run).Preview(t.Context())
	return plan, s.taken(), err
}

func (s *Stack) deployment(t *testing.T, run Run) *engine.Deployment {
	t.Helper()
	deployment, err := engine.OpenDeployment(t.Context(), s.cli, s.folder, engine.Job{
		Project: preview.Project, Stack: s.name, StackFile: []byte(run.File),
		Program: platform.New(platform.Options{AllowChange: run.AllowChange}),
	}, s.attached...)
	require.NoError(t, err)
	return deployment
}

func (s *Stack) taken() []Call {
	var calls []Call
	for _, p := range s.providers {
		calls = append(calls, p.taken()...)
	}
	return calls
}

// stateFile is where the engine keeps the state.
func (s *Stack) stateFile() string {
	return filepath.Join(s.folder, "state", ".pulumi", "stacks", preview.Project, s.name+".json")
}

// State returns the state as the engine has written it.
func (s *Stack) State(t *testing.T) []byte {
	t.Helper()
	state, err := os.ReadFile(s.stateFile())
	require.NoError(t, err)
	return state
}

// SetState gives the stack the state of another one.
func (s *Stack) SetState(t *testing.T, state []byte) {
	t.Helper()
	require.NoError(t, os.MkdirAll(filepath.Dir(s.stateFile()), 0o700))
	require.NoError(t, os.WriteFile(s.stateFile(), state, 0o600))
}

// Forget takes a resource out of the state as if it had never been there.
func (s *Stack) Forget(t *testing.T, urn string) {
	t.Helper()
	var state map[string]any
	require.NoError(t, json.Unmarshal(s.State(t), &state))
	without, err := json.Marshal(forget(state, urn))
	require.NoError(t, err)
	s.SetState(t, without)
}

// forget returns a tree without the resource of a URN, and without mentions of it.
func forget(tree any, urn string) any {
	switch node := tree.(type) {
	case map[string]any:
		for key, value := range node {
			node[key] = forget(value, urn)
		}
	case []any:
		kept := []any{}
		for _, value := range node {
			resource, _ := value.(map[string]any)
			if value != urn && resource["urn"] != urn {
				kept = append(kept, forget(value, urn))
			}
		}
		return kept
	}
	return tree
}
