// Package cloud is a fake of AWS that keeps what it made, so that the real engine
// changes and destroys a stack with state. It knows of AWS what its tests are about:
// which change replaces, what refuses to be deleted, and how many nodes run. What it
// answers is what the documentation says of AWS, not what AWS says.
package cloud

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"sync"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource/plugin"
	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
	"google.golang.org/protobuf/types/known/emptypb"
	"google.golang.org/protobuf/types/known/structpb"

	"github.com/mlops-iac/mlops/internal/workbench/engine"
	"github.com/mlops-iac/mlops/internal/workbench/engine/fakeprovider"
	"github.com/mlops-iac/mlops/internal/workbench/providerproxy"
)

// version is what the cloud says its provider is.
const version = "6.83.4"

// Thing is a resource in the cloud.
type Thing struct {
	// Type and Name are those of the program.
	Type, Name string
	// Properties are its inputs and what the cloud added.
	Properties resource.PropertyMap
}

// Cloud is the fake. Its zero value is not of use; New makes one.
type Cloud struct {
	*fakeprovider.Provider

	server *providerproxy.Server

	mu        sync.Mutex
	made      int
	things    map[string]Thing
	snapshots []string
	objects   bool
	nodes     map[string]int // of node groups, by id
	changes   []string
}

// New starts an empty cloud. Close ends it.
func New() (*Cloud, error) {
	c := &Cloud{Provider: fakeprovider.New("aws", version, nil), things: map[string]Thing{}, nodes: map[string]int{}}
	var err error
	c.server, err = providerproxy.Listen(c)
	return c, err
}

// Close ends the provider.
func (c *Cloud) Close() { c.server.Close() }

// Attached is how an engine finds the cloud.
func (c *Cloud) Attached() engine.Attached {
	return engine.Attached{Provider: engine.Provider{Package: "aws", Detail: "keeps what it made"}, Port: c.server.Port()}
}

// FillBuckets puts an object into every bucket, those to come included.
func (c *Cloud) FillBuckets() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.objects = true
}

// EmptyBuckets takes all objects away.
func (c *Cloud) EmptyBuckets() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.objects = false
}

// Snapshots are the names of all final snapshots, in the order they were taken.
func (c *Cloud) Snapshots() []string {
	c.mu.Lock()
	defer c.mu.Unlock()
	return slices.Clone(c.snapshots)
}

// Left are the things of a type that exist, by name.
func (c *Cloud) Left(token string) map[string]Thing {
	c.mu.Lock()
	defer c.mu.Unlock()
	left := map[string]Thing{}
	for _, thing := range c.things {
		if thing.Type == token {
			left[thing.Name] = thing
		}
	}
	return left
}

// Changes are what was done to things since the last call, each as "update NAME",
// "create NAME" or "delete NAME", sorted.
func (c *Cloud) Changes() []string {
	c.mu.Lock()
	defer c.mu.Unlock()
	changes := c.changes
	c.changes = nil
	slices.Sort(changes)
	return changes
}

// Diff implements pulumirpc.ResourceProviderServer.
func (c *Cloud) Diff(_ context.Context, req *pulumirpc.DiffRequest) (*pulumirpc.DiffResponse, error) {
	was, is, err := both(req.GetOldInputs(), req.GetNews())
	if err != nil {
		return nil, err
	}
	answer := &pulumirpc.DiffResponse{Changes: pulumirpc.DiffResponse_DIFF_NONE}
	for _, key := range ChangedKeys(was, is) {
		answer.Changes = pulumirpc.DiffResponse_DIFF_SOME
		answer.Diffs = append(answer.Diffs, key)
		if slices.Contains(behaviours()[req.GetType()].replaces, key) {
			answer.Replaces, answer.DeleteBeforeReplace = append(answer.Replaces, key), true
		}
	}
	return answer, nil
}

// Create implements pulumirpc.ResourceProviderServer.
func (c *Cloud) Create(_ context.Context, req *pulumirpc.CreateRequest) (*pulumirpc.CreateResponse, error) {
	if req.GetPreview() {
		return &pulumirpc.CreateResponse{Properties: req.GetProperties()}, nil
	}
	in, err := properties(req.GetProperties())
	if err != nil {
		return nil, err
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.made++
	id := fmt.Sprintf("%s-%07x", req.GetName(), c.made)
	thing := Thing{Type: req.GetType(), Name: req.GetName(), Properties: in}
	if err := c.finish(id, thing); err != nil {
		return nil, err
	}
	c.things[id] = thing
	c.changes = append(c.changes, "create "+thing.Name)
	out, err := marshal(thing.Properties)
	return &pulumirpc.CreateResponse{Id: id, Properties: out}, err
}

// Update implements pulumirpc.ResourceProviderServer.
func (c *Cloud) Update(_ context.Context, req *pulumirpc.UpdateRequest) (*pulumirpc.UpdateResponse, error) {
	if req.GetPreview() {
		return &pulumirpc.UpdateResponse{Properties: req.GetNews()}, nil
	}
	was, is, err := both(req.GetOldInputs(), req.GetNews())
	if err != nil {
		return nil, err
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	thing := c.things[req.GetId()]
	if update := behaviours()[thing.Type].update; update != nil {
		if err := update(c, req.GetId(), ChangedKeys(was, is), is); err != nil {
			return nil, err
		}
	}
	maps.Copy(thing.Properties, is)
	c.changes = append(c.changes, "update "+thing.Name)
	out, err := marshal(thing.Properties)
	return &pulumirpc.UpdateResponse{Properties: out}, err
}

// Delete implements pulumirpc.ResourceProviderServer.
func (c *Cloud) Delete(_ context.Context, req *pulumirpc.DeleteRequest) (*emptypb.Empty, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	thing := c.things[req.GetId()]
	if remove := behaviours()[thing.Type].remove; remove != nil {
		if err := remove(c, thing); err != nil {
			return nil, err
		}
	}
	delete(c.things, req.GetId())
	c.changes = append(c.changes, "delete "+thing.Name)
	return &emptypb.Empty{}, nil
}

func both(before, after *structpb.Struct) (was, is resource.PropertyMap, err error) {
	if was, err = properties(before); err != nil {
		return nil, nil, err
	}
	is, err = properties(after)
	return was, is, err
}

// ChangedKeys are the top-level inputs that differ, sorted.
func ChangedKeys(was, is resource.PropertyMap) []string {
	var keys []string
	all := maps.Clone(was)
	maps.Copy(all, is)
	for key := range all {
		if !was[key].DeepEquals(is[key]) {
			keys = append(keys, string(key))
		}
	}
	slices.Sort(keys)
	return keys
}

func properties(s *structpb.Struct) (resource.PropertyMap, error) {
	return plugin.UnmarshalProperties(s, plugin.MarshalOptions{KeepUnknowns: true, SkipInternalKeys: true})
}

func marshal(m resource.PropertyMap) (*structpb.Struct, error) {
	return plugin.MarshalProperties(m, plugin.MarshalOptions{KeepUnknowns: true})
}
