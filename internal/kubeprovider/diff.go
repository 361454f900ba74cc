package kubeprovider

import (
	"context"
	"reflect"
	"slices"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
)

// comparison is one request for a difference.
type comparison struct {
	target    target
	olds      resource.PropertyMap
	news      resource.PropertyMap
	live      *unstructured.Unstructured // nil when the object is gone
	place     location
	untouched []string // property paths of ignoreChanges
}

// Diff implements pulumirpc.ResourceProviderServer. It compares the live object
// with a dry run of applying the new inputs, so it sees drift and does not see
// what others own. What the API server refuses to change is a replacement.
func (p *provider) Diff(ctx context.Context, req *pulumirpc.DiffRequest) (*pulumirpc.DiffResponse, error) {
	t, err := targetOf(req.GetUrn())
	if err != nil {
		return nil, err
	}
	if t.isRelease() {
		return p.releases.diff(req)
	}
	cmp := comparison{target: t, untouched: req.GetIgnoreChanges()}
	if cmp.olds, err = decode("old inputs", req.GetOldInputs()); err != nil {
		return nil, err
	}
	if cmp.news, err = decode("inputs", req.GetNews()); err != nil {
		return nil, err
	}
	c, ctx, done, err := p.configured(ctx)
	if err != nil {
		return nil, err
	}
	defer done()
	if cmp.live, cmp.place, err = c.find(ctx, t, cmp.olds, req.GetId()); err != nil {
		return nil, describe(err, "reading", t, cmp.news)
	}
	if moved := moves(c, cmp.place, plain(cmp.news)); len(moved) > 0 {
		return diffResponse(moved, false), nil
	}
	if cmp.live == nil {
		return cmp.vanished(), nil
	}
	response, err := cmp.changed(ctx, c)
	if err != nil {
		return nil, describe(err, "comparing", t, cmp.news)
	}
	return response, nil
}

// find reads the object of an id; nil when it, or its kind, is gone.
func (c *cluster) find(ctx context.Context, t target, olds resource.PropertyMap, id string) (*unstructured.Unstructured, location, error) {
	l, err := c.locateID(t.gvk, id)
	if meta.IsNoMatchError(err) {
		metadata, _ := plain(olds)["metadata"].(map[string]any)
		l.name, _ = metadata["name"].(string)
		l.namespace, _ = metadata["namespace"].(string)
		return nil, l, nil
	}
	if err != nil {
		return nil, l, err
	}
	live, err := c.get(ctx, l)
	if apierrors.IsNotFound(err) {
		return nil, l, nil
	}
	return live, l, err
}

// moves lists the parts of an object's identity that change: another name or
// namespace is another object.
func moves(c *cluster, place location, news map[string]any) []change {
	metadata, known := news["metadata"].(map[string]any)
	if !known {
		return []change{{path: []any{"metadata"}, kind: pulumirpc.PropertyDiff_UPDATE, replace: true}}
	}
	namespace, given := metadata["namespace"]
	if !given && place.namespace != "" {
		namespace = c.namespace
	}
	var changes []change
	if metadata["name"] != any(place.name) {
		changes = append(changes, change{path: []any{"metadata", "name"}, kind: pulumirpc.PropertyDiff_UPDATE, replace: true})
	}
	if place.namespace != "" && namespace != any(place.namespace) {
		changes = append(changes, change{path: []any{"metadata", "namespace"}, kind: pulumirpc.PropertyDiff_UPDATE, replace: true})
	}
	return changes
}

// vanished is the difference to an object that is gone: all of it is to be made
// again, unless it is a Job that was to remove itself.
func (cmp *comparison) vanished() *pulumirpc.DiffResponse {
	olds, news := plain(cmp.olds), plain(cmp.news)
	if removesItself(cmp.target, news) && reflect.DeepEqual(olds, news) {
		return diffResponse(nil, false)
	}
	var changes []change
	for _, key := range sortedKeys(news) {
		if key != "apiVersion" && key != "kind" {
			changes = append(changes, change{path: []any{key}, kind: pulumirpc.PropertyDiff_ADD})
		}
	}
	return diffResponse(changes, false)
}

// removesItself says whether the object is a Job that Kubernetes deletes some
// time after it has finished.
func removesItself(t target, object map[string]any) bool {
	spec, _ := object["spec"].(map[string]any)
	_, expires := spec["ttlSecondsAfterFinished"]
	return t.gvk.Group == "batch" && t.gvk.Kind == "Job" && expires
}

func (cmp *comparison) changed(ctx context.Context, c *cluster) (*pulumirpc.DiffResponse, error) {
	wanted := plain(cmp.news)
	applied := keepUntouched(fillObject(wanted, cmp.live.Object), cmp.live.Object, cmp.untouched)
	planned, err := c.apply(ctx, cmp.place, applied, true)
	if rejected(err) {
		metadata, _ := wanted["metadata"].(map[string]any)
		return diffResponse(cmp.immutable(applied, err), !isAutonamed(metadata)), nil
	}
	if err != nil {
		return nil, err
	}
	changes := differences(significant(cmp.live), significant(planned))
	changes = append(changes, unknownPlaces(nil, wanted)...)
	changes = append(changes, ownership(cmp.live, planned)...)
	return diffResponse(unique(changes), false), nil
}

// immutable lists the changes the API server refused, as replacements, and the
// others beside them.
func (cmp *comparison) immutable(wanted map[string]any, refused error) []change {
	changes := uncovered(nil, significant(cmp.live), wanted)
	var places [][]any
	for _, found := range failuresOf(refused) {
		place, err := resource.ParsePropertyPath(found.GetProperty())
		if err != nil || len(place) == 0 {
			place = resource.PropertyPath{"metadata", "name"} // the answer names no field: the object as a whole
		}
		places = append(places, place)
	}
	for _, place := range places {
		covered := false
		for i := range changes {
			if within(changes[i].path, place) {
				changes[i].replace, covered = true, true
			}
		}
		if !covered {
			changes = append(changes, change{path: place, kind: pulumirpc.PropertyDiff_UPDATE, replace: true})
		}
	}
	return unique(changes)
}

// significant is the object without what the API server keeps for itself.
func significant(object *unstructured.Unstructured) map[string]any {
	kept := object.DeepCopy().Object
	delete(kept, "status")
	if metadata, ok := kept["metadata"].(map[string]any); ok {
		for _, field := range []string{"managedFields", "resourceVersion", "generation", "creationTimestamp", "uid", "selfLink"} {
			delete(metadata, field)
		}
	}
	return kept
}

// ownership compares which fields the program owns before and after. A field
// that another manager also sets keeps its value when the program lets go of
// it, and must be let go of all the same. An object that was never applied from
// here, such as one to import, has no difference in ownership.
func ownership(live, planned *unstructured.Unstructured) []change {
	before, after := owned(live), owned(planned)
	if before == nil || reflect.DeepEqual(before, after) {
		return nil
	}
	return []change{{path: []any{"metadata", "managedFields"}, kind: pulumirpc.PropertyDiff_UPDATE}}
}

func owned(object *unstructured.Unstructured) map[string]any {
	metadata, _ := object.Object["metadata"].(map[string]any)
	entries, _ := metadata["managedFields"].([]any)
	for _, entry := range entries {
		fields, _ := entry.(map[string]any)
		if fields["manager"] != fieldManager || fields["operation"] != string(metav1.ManagedFieldsOperationApply) {
			continue
		}
		set, _ := fields["fieldsV1"].(map[string]any)
		return set
	}
	return nil
}

// unique drops a change of the same place, and one below a place already listed.
func unique(changes []change) []change {
	var kept []change
	for _, c := range changes {
		if !slices.ContainsFunc(kept, func(other change) bool { return slices.Equal(c.path, other.path) }) {
			kept = append(kept, c)
		}
	}
	return kept
}

// keepUntouched gives the places of ignoreChanges the values of the live object.
func keepUntouched(object, live map[string]any, places []string) map[string]any {
	values := resource.NewObjectProperty(properties(object))
	from := resource.NewObjectProperty(properties(live))
	touched := false
	for _, text := range places {
		path, err := resource.ParsePropertyPath(text)
		if err != nil || slices.Contains(path, any("*")) {
			continue // the engine has put the old inputs there
		}
		if value, ok := path.Get(from); ok {
			touched = path.Set(values, value) || touched
			continue
		}
		touched = path.Delete(values) || touched
	}
	if !touched {
		return object
	}
	return plain(values.ObjectValue())
}
