package kubeprovider

import (
	"context"
	"slices"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
)

// Read implements pulumirpc.ResourceProviderServer: the live object, for a
// refresh or an import. An empty id says that it is gone.
func (p *provider) Read(ctx context.Context, req *pulumirpc.ReadRequest) (*pulumirpc.ReadResponse, error) {
	t, err := targetOf(req.GetUrn())
	if err != nil {
		return nil, err
	}
	if t.isRelease() {
		return unchanged(req), nil
	}
	c, ctx, done, err := p.configured(ctx)
	if err != nil {
		return nil, err
	}
	defer done()
	inputs, err := decode("inputs", req.GetInputs())
	if err != nil {
		return nil, err
	}
	live, l, err := c.find(ctx, t, inputs, req.GetId())
	switch {
	case err != nil:
		return nil, describe(err, "reading", t, inputs)
	case live == nil && removesItself(t, plain(inputs)):
		return unchanged(req), nil
	case live == nil:
		return &pulumirpc.ReadResponse{}, nil
	}
	current, err := c.currentInputs(ctx, l, inputs, live)
	if err != nil {
		return nil, describe(err, "reading", t, inputs)
	}
	outputs, err := outputsOf(t, inputs, live)
	if err != nil {
		return nil, err
	}
	encoded, err := encode("inputs", protect(t.gvk.GroupKind(), inputs, properties(current)))
	return &pulumirpc.ReadResponse{Id: l.id(), Properties: outputs, Inputs: encoded}, err
}

// currentInputs is what the inputs would have to be to make the live object.
// Without previous inputs that is all of the object.
func (c *cluster) currentInputs(ctx context.Context, l location, inputs resource.PropertyMap, live *unstructured.Unstructured) (map[string]any, error) {
	object := plain(inputs)
	if len(object) == 0 {
		return significant(live), nil
	}
	planned, err := c.apply(ctx, l, object, true)
	if rejected(err) || apierrors.IsForbidden(err) {
		return object, nil // Diff tells what cannot be changed back
	}
	if err != nil {
		return nil, err
	}
	// From the end, so that what leaves a list does not move what is still to come.
	for _, drift := range slices.Backward(differences(significant(planned), significant(live))) {
		values := resource.NewObjectProperty(properties(object))
		path := resource.PropertyPath(drift.path)
		if drift.kind == pulumirpc.PropertyDiff_DELETE {
			path.Delete(values)
		} else if _, given := path.Get(values); given {
			path.Set(values, property(drift.after))
		}
		object = plain(values.ObjectValue())
	}
	return object, nil
}
