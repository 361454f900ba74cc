package kubeprovider

import (
	"cmp"
	"slices"
	"sync"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
	"google.golang.org/protobuf/types/known/structpb"
)

// planned is the status of a release that is recorded and not installed.
const planned = "planned"

// Release is a Helm release that was recorded as planned; nothing of it was
// fetched or installed.
type Release struct {
	// Name is the name of the release in the cluster.
	Name string
	// Namespace is where it would be installed.
	Namespace string
	// Chart is the name of the chart in its repository.
	Chart string
	// Version is the exact version of the chart; empty when the program names none.
	Version string
}

func (r Release) id() string { return r.Namespace + "/" + r.Name }

// releaseLog records releases by URN.
type releaseLog struct {
	mu       sync.Mutex
	recorded map[string]Release
}

func newReleaseLog() *releaseLog { return &releaseLog{recorded: map[string]Release{}} }

func (l *releaseLog) list() []Release {
	l.mu.Lock()
	defer l.mu.Unlock()
	all := make([]Release, 0, len(l.recorded))
	for _, release := range l.recorded {
		all = append(all, release)
	}
	slices.SortFunc(all, func(a, b Release) int {
		return cmp.Or(cmp.Compare(a.Namespace, b.Namespace), cmp.Compare(a.Name, b.Name))
	})
	return all
}

func (l *releaseLog) record(urn string, inputs resource.PropertyMap) Release {
	values := plain(inputs)
	var release Release
	for key, field := range map[string]*string{
		"name": &release.Name, "namespace": &release.Namespace, "chart": &release.Chart, "version": &release.Version,
	} {
		*field, _ = values[key].(string)
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	l.recorded[urn] = release
	return release
}

// remove forgets a release, unless its replacement has been recorded since.
func (l *releaseLog) remove(urn, id string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if release, ok := l.recorded[urn]; ok && release.id() == id {
		delete(l.recorded, urn)
	}
}

// check fills in a missing name and namespace. It records the release too: one
// that did not change is never created or updated.
func (l *releaseLog) check(t target, req *pulumirpc.CheckRequest) (*pulumirpc.CheckResponse, error) {
	olds, err := decode("old inputs", req.GetOlds())
	if err != nil {
		return nil, err
	}
	given, err := decode("inputs", req.GetNews())
	if err != nil {
		return nil, err
	}
	inputs := given.Copy()
	var failures []*pulumirpc.CheckFailure
	if _, ok := inputs["chart"]; !ok {
		failures = append(failures, failure("chart", "is missing"))
	}
	if _, ok := inputs["namespace"]; !ok {
		inputs["namespace"] = resource.NewStringProperty(neutralNamespace)
	}
	if _, named := inputs["name"]; !named {
		name, _ := plain(olds)["name"].(string)
		if name == "" {
			if name, err = newName(req, t.name); err != nil {
				failures = append(failures, failure("name", err.Error()))
			}
		}
		inputs["name"] = resource.NewStringProperty(name)
	}
	l.record(req.GetUrn(), inputs)
	encoded, err := encode("inputs", inputs)
	return &pulumirpc.CheckResponse{Inputs: encoded, Failures: failures}, err
}

func (l *releaseLog) create(req *pulumirpc.CreateRequest) (*pulumirpc.CreateResponse, error) {
	inputs, err := decode("inputs", req.GetProperties())
	if err != nil {
		return nil, err
	}
	release := l.record(req.GetUrn(), inputs)
	outputs, err := release.outputs(inputs)
	if err != nil {
		return nil, err
	}
	if req.GetPreview() {
		return &pulumirpc.CreateResponse{Properties: outputs}, nil
	}
	return &pulumirpc.CreateResponse{Id: release.id(), Properties: outputs}, nil
}

func (l *releaseLog) update(req *pulumirpc.UpdateRequest) (*pulumirpc.UpdateResponse, error) {
	inputs, err := decode("inputs", req.GetNews())
	if err != nil {
		return nil, err
	}
	outputs, err := l.record(req.GetUrn(), inputs).outputs(inputs)
	return &pulumirpc.UpdateResponse{Properties: outputs}, err
}

// outputs are the inputs and the status; what an installation would tell is
// left out.
func (r Release) outputs(inputs resource.PropertyMap) (*structpb.Struct, error) {
	result := inputs.Copy()
	status := resource.PropertyMap{"status": resource.NewStringProperty(planned)}
	for _, key := range []resource.PropertyKey{"name", "namespace", "chart", "version"} {
		if value, ok := inputs[key]; ok {
			status[key] = value
		}
	}
	result["status"] = resource.NewObjectProperty(status)
	result["resourceNames"] = resource.NewObjectProperty(resource.PropertyMap{})
	return encode("outputs", result)
}

// diff compares inputs: there is nothing in the cluster to compare with.
func (l *releaseLog) diff(req *pulumirpc.DiffRequest) (*pulumirpc.DiffResponse, error) {
	olds, err := decode("old inputs", req.GetOldInputs())
	if err != nil {
		return nil, err
	}
	news, err := decode("inputs", req.GetNews())
	if err != nil {
		return nil, err
	}
	after := plain(news)
	// An unknown value is both unknown and missing; that is one change.
	changes := unique(append(unknownPlaces(nil, after), differences(plain(olds), fillObject(after, nil))...))
	for i := range changes {
		key := changes[i].path[0]
		changes[i].replace = key == "name" || key == "namespace"
	}
	return diffResponse(changes, false), nil
}

// unchanged is the answer of a Read that has nothing to look at.
func unchanged(req *pulumirpc.ReadRequest) *pulumirpc.ReadResponse {
	return &pulumirpc.ReadResponse{Id: req.GetId(), Properties: req.GetProperties(), Inputs: req.GetInputs()}
}
