package charts

import (
	"cmp"
	"fmt"
	"slices"
	"sync"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource/plugin"
	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
	"google.golang.org/protobuf/types/known/structpb"
)

// planned is the status of a release that is recorded and not installed.
const planned = "planned"

// Release is a Helm release that was recorded; nothing of it was fetched or
// installed.
type Release struct {
	// Name is the name of the release in the cluster, Namespace where it would be.
	Name, Namespace string
	// Chart is the name of the chart, Version its version.
	Chart, Version string
}

func (r Release) id() string { return r.Namespace + "/" + r.Name }

// outputs are the inputs and the status; what an installation would tell is left out.
func (r Release) outputs(inputs resource.PropertyMap) resource.PropertyMap {
	outputs := inputs.Copy()
	outputs["status"] = resource.NewObjectProperty(resource.PropertyMap{
		"status": resource.NewStringProperty(planned), "name": resource.NewStringProperty(r.Name),
		"namespace": resource.NewStringProperty(r.Namespace),
	})
	outputs["resourceNames"] = resource.NewObjectProperty(resource.PropertyMap{})
	return outputs
}

// difference compares inputs: there is nothing in the cluster to compare with.
func difference(before, after resource.PropertyMap) *pulumirpc.DiffResponse {
	response := &pulumirpc.DiffResponse{Changes: pulumirpc.DiffResponse_DIFF_NONE}
	changes := before.Diff(after)
	if changes == nil {
		return response
	}
	response.Changes = pulumirpc.DiffResponse_DIFF_SOME
	for _, key := range changes.ChangedKeys() {
		response.Diffs = append(response.Diffs, string(key))
		if key == "name" || key == "namespace" {
			response.Replaces = append(response.Replaces, string(key))
		}
	}
	slices.Sort(response.Diffs)
	slices.Sort(response.Replaces)
	return response
}

// record holds releases by URN.
type record struct {
	mu       sync.Mutex
	releases map[string]Release
}

func newRecord() *record { return &record{releases: map[string]Release{}} }

func (r *record) list() []Release {
	r.mu.Lock()
	defer r.mu.Unlock()
	all := make([]Release, 0, len(r.releases))
	for _, release := range r.releases {
		all = append(all, release)
	}
	slices.SortFunc(all, func(a, b Release) int {
		return cmp.Or(cmp.Compare(a.Namespace, b.Namespace), cmp.Compare(a.Name, b.Name))
	})
	return all
}

func (r *record) add(urn string, inputs resource.PropertyMap) Release {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.releases[urn] = Release{
		Name: text(inputs, "name"), Namespace: text(inputs, "namespace"), Chart: text(inputs, "chart"), Version: text(inputs, "version"),
	}
	return r.releases[urn]
}

// remove forgets a release, unless its replacement has been recorded since.
func (r *record) remove(urn, id string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.releases[urn].id() == id {
		delete(r.releases, urn)
	}
}

// text is a plain text among properties; empty where it is unknown or missing.
func text(properties resource.PropertyMap, key resource.PropertyKey) string {
	value := properties[key]
	if value.IsSecret() {
		value = value.SecretValue().Element
	}
	if !value.IsString() {
		return ""
	}
	return value.StringValue()
}

func decode(properties *structpb.Struct) (resource.PropertyMap, error) {
	decoded, err := plugin.UnmarshalProperties(properties, plugin.MarshalOptions{KeepUnknowns: true, KeepSecrets: true, SkipNulls: true})
	if err != nil {
		return nil, fmt.Errorf("reading properties of a Kubernetes resource: %w", err)
	}
	return decoded, nil
}

func encode(properties resource.PropertyMap) (*structpb.Struct, error) {
	encoded, err := plugin.MarshalProperties(properties, plugin.MarshalOptions{KeepUnknowns: true, KeepSecrets: true, SkipNulls: true})
	if err != nil {
		return nil, fmt.Errorf("writing properties of a Helm release: %w", err)
	}
	return encoded, nil
}
