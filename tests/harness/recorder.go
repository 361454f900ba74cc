// Package harness runs Pulumi programs against mocks that record every
// registration, so that tests look at the whole record after the program ended.
package harness

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/mlops-iac/mlops/internal/guard"
)

// Resource is one recorded registration.
type Resource struct {
	// Type is the type token, for example "aws:ec2/vpc:Vpc".
	Type string
	// Name is the Pulumi name.
	Name string
	// ParentType and ParentName identify the parent; both empty for the stack.
	ParentType, ParentName string
	// Custom is false for component resources.
	Custom bool
	// Inputs as registered; secrets and unknowns keep their wrappers.
	Inputs resource.PropertyMap
	// Provider is the provider reference, empty for the default provider.
	Provider string
	// Protect, RetainOnDelete, DeletedWith, IgnoreChanges and DependsOn as registered.
	Protect, RetainOnDelete bool
	DeletedWith             string
	IgnoreChanges           []string
	DependsOn               []string
	// Aliases are the names it had before.
	Aliases []string
	// Guard is the registration as the guard rules see it. It keeps the values
	// a preview does not know, which Inputs lack. Zero for a resource that is read.
	Guard guard.Resource
}

// Prop returns the input at a dotted path such as "tags.Name" or
// "ingress.0.fromPort", without secret and output wrappers, and nil when it is
// not there. Unknown values come back as resource.Computed.
func (r Resource) Prop(path string) any {
	value := resource.NewObjectProperty(r.Inputs)
	for step := range strings.SplitSeq(path, ".") {
		value = child(unwrap(value), step)
	}
	return plain(value)
}

// IsSecret says whether the top-level input key is marked secret.
func (r Resource) IsSecret(key string) bool {
	value := r.Inputs[resource.PropertyKey(key)]
	return value.IsSecret() || (value.IsOutput() && value.OutputValue().Secret)
}

// Recorder is a pulumi.MockResourceMonitor that may be used from many goroutines.
type Recorder struct {
	mu        sync.Mutex
	preview   bool
	resources []Resource
	invokes   []string
	outputs   map[string]OutputFunc
	state     map[string]OutputFunc
	calls     map[string]resource.PropertyMap
}

// OutputFunc returns the outputs a provider would add to the inputs of one resource.
type OutputFunc func(name string, inputs resource.PropertyMap) resource.PropertyMap

// NewResource implements pulumi.MockResourceMonitor.
func (r *Recorder) NewResource(args pulumi.MockResourceArgs) (string, resource.PropertyMap, error) {
	recorded, err := record(args)
	if err != nil {
		return "", nil, err
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.resources = append(r.resources, recorded)

	computed := defaultOutputs(args.TypeToken, args.Name, args.Inputs)
	if extra := r.outputs[args.TypeToken]; extra != nil {
		maps.Copy(computed, extra(args.Name, args.Inputs))
	}
	outputs, id := args.Inputs.Copy(), args.Name+"-id"
	if r.preview {
		hide(computed)
		id = ""
	}
	maps.Copy(outputs, computed)
	if left := r.state[args.TypeToken]; left != nil {
		maps.Copy(outputs, left(args.Name, args.Inputs))
	}
	return id, outputs, nil
}

func record(args pulumi.MockResourceArgs) (Resource, error) {
	recorded := Resource{
		Type: args.TypeToken, Name: args.Name, Custom: args.Custom,
		Inputs: args.Inputs.Copy(), Provider: args.Provider,
	}
	rpc := args.RegisterRPC
	if rpc == nil {
		return recorded, nil
	}
	recorded.ParentType, recorded.ParentName = splitURN(rpc.GetParent())
	recorded.Protect, recorded.RetainOnDelete = rpc.GetProtect(), rpc.GetRetainOnDelete()
	recorded.DeletedWith, recorded.IgnoreChanges = rpc.GetDeletedWith(), rpc.GetIgnoreChanges()
	recorded.DependsOn = rpc.GetDependencies()
	for _, alias := range rpc.GetAliases() {
		recorded.Aliases = append(recorded.Aliases, alias.GetSpec().GetName())
	}
	for _, urn := range rpc.GetAliasURNs() {
		_, name := splitURN(urn)
		recorded.Aliases = append(recorded.Aliases, name)
	}
	var err error
	recorded.Guard, err = guard.FromRegistration(rpc)
	return recorded, err
}

// hide makes every value unknown, as a provider's preview does.
func hide(values resource.PropertyMap) {
	for key := range values {
		values[key] = resource.MakeComputed(resource.NewStringProperty(""))
	}
}

// Call implements pulumi.MockResourceMonitor. A call nobody prepared is an
// error, because the program must not look anything up.
func (r *Recorder) Call(args pulumi.MockCallArgs) (resource.PropertyMap, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.invokes = append(r.invokes, args.Token)
	if result, prepared := r.calls[args.Token]; prepared {
		return result, nil
	}
	return nil, fmt.Errorf("unexpected invoke %s: the program must be a pure function of its settings", args.Token)
}

// Resources returns every registration sorted by type and name.
func (r *Recorder) Resources() []Resource {
	r.mu.Lock()
	defer r.mu.Unlock()
	sorted := slices.Clone(r.resources)
	slices.SortStableFunc(sorted, func(a, b Resource) int {
		return strings.Compare(a.Type+"\x00"+a.Name, b.Type+"\x00"+b.Name)
	})
	return sorted
}

// OfType returns the registrations of one type, sorted by name.
func (r *Recorder) OfType(token string) []Resource {
	var found []Resource
	for _, candidate := range r.Resources() {
		if candidate.Type == token {
			found = append(found, candidate)
		}
	}
	return found
}

// GuardResources returns every registration as guard.Evaluate takes it.
func (r *Recorder) GuardResources() []guard.Resource {
	var checked []guard.Resource
	for _, recorded := range r.Resources() {
		if recorded.Guard.Type != "" {
			checked = append(checked, recorded.Guard)
		}
	}
	return checked
}

// Invokes returns the tokens of every invoke the program made.
func (r *Recorder) Invokes() []string {
	r.mu.Lock()
	defer r.mu.Unlock()
	return slices.Clone(r.invokes)
}

func splitURN(urn string) (typeToken, name string) {
	parsed := resource.URN(urn)
	if !parsed.IsValid() || parsed.Type() == resource.RootStackType {
		return "", ""
	}
	return string(parsed.Type()), parsed.Name()
}
