package kubeprovider

import (
	"context"
	"errors"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/types/known/structpb"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
)

// Create implements pulumirpc.ResourceProviderServer. It applies the object and
// waits until it is ready; one that exists already, for instance from a run
// that was interrupted, is taken over. A preview changes nothing.
func (p *provider) Create(ctx context.Context, req *pulumirpc.CreateRequest) (*pulumirpc.CreateResponse, error) {
	t, err := targetOf(req.GetUrn())
	if err != nil {
		return nil, err
	}
	if t.isRelease() {
		return p.releases.create(req)
	}
	if req.GetPreview() {
		return &pulumirpc.CreateResponse{Properties: req.GetProperties()}, nil
	}
	c, ctx, done, err := p.configured(ctx)
	if err != nil {
		return nil, err
	}
	defer done()
	inputs, err := decode("inputs", req.GetProperties())
	if err != nil {
		return nil, err
	}
	object := plain(inputs)
	l, err := c.locate(&unstructured.Unstructured{Object: object})
	if err != nil {
		return nil, describe(err, "creating", t, inputs)
	}
	outputs, err := c.write(ctx, t, l, inputs, object, req.GetTimeout())
	if err != nil {
		return nil, err
	}
	return &pulumirpc.CreateResponse{Id: l.id(), Properties: outputs}, nil
}

// Update implements pulumirpc.ResourceProviderServer. An object that vanished
// is made again. A preview changes nothing.
func (p *provider) Update(ctx context.Context, req *pulumirpc.UpdateRequest) (*pulumirpc.UpdateResponse, error) {
	t, err := targetOf(req.GetUrn())
	if err != nil {
		return nil, err
	}
	if t.isRelease() {
		return p.releases.update(req)
	}
	c, ctx, done, err := p.configured(ctx)
	if err != nil {
		return nil, err
	}
	defer done()
	inputs, err := decode("inputs", req.GetNews())
	if err != nil {
		return nil, err
	}
	live, l, err := c.find(ctx, t, inputs, req.GetId())
	if err != nil {
		return nil, describe(err, "reading", t, inputs)
	}
	object := plain(inputs)
	if live != nil {
		object = keepUntouched(object, live.Object, req.GetIgnoreChanges())
	}
	if req.GetPreview() {
		return c.previewUpdate(ctx, t, l, inputs, object, live)
	}
	if l.mapping == nil {
		if l.mapping, err = c.mapping(t.gvk); err != nil {
			return nil, describe(err, "updating", t, inputs)
		}
	}
	outputs, err := c.write(ctx, t, l, inputs, object, req.GetTimeout())
	if err != nil {
		return nil, err
	}
	return &pulumirpc.UpdateResponse{Properties: outputs}, nil
}

// previewUpdate returns what the object will be, as far as it can be known.
func (c *cluster) previewUpdate(ctx context.Context, t target, l location, inputs resource.PropertyMap, object map[string]any, live *unstructured.Unstructured) (*pulumirpc.UpdateResponse, error) {
	planned := object
	if live != nil && !hasUnknown(object) {
		applied, err := c.apply(ctx, l, object, true)
		if err != nil {
			return nil, describe(err, "previewing", t, inputs)
		}
		planned = outputObject(applied)
	}
	outputs, err := encode("outputs", protect(t.gvk.GroupKind(), inputs, properties(planned)))
	return &pulumirpc.UpdateResponse{Properties: outputs}, err
}

// write applies the object and waits for it.
func (c *cluster) write(ctx context.Context, t target, l location, inputs resource.PropertyMap, object map[string]any, timeout float64) (*structpb.Struct, error) {
	applied, err := c.apply(ctx, l, object, false)
	if err != nil {
		return nil, describe(err, "applying", t, inputs)
	}
	ready, waitErr := c.await(ctx, l, applied, timeoutOf(timeout, applied))
	outputs, err := outputsOf(t, inputs, ready)
	if err != nil {
		return nil, err
	}
	if waitErr != nil {
		return nil, unready(l, outputs, waitErr, inputs)
	}
	return outputs, nil
}

func outputsOf(t target, inputs resource.PropertyMap, object *unstructured.Unstructured) (*structpb.Struct, error) {
	return encode("outputs", protect(t.gvk.GroupKind(), inputs, properties(outputObject(object))))
}

// outputObject drops the bookkeeping of field owners: it is long, changes with
// every write, and the API server keeps it.
func outputObject(object *unstructured.Unstructured) map[string]any {
	kept := object.DeepCopy()
	unstructured.RemoveNestedField(kept.Object, "metadata", "managedFields")
	return kept.Object
}

// unready reports an object that was written and did not become ready, in the
// form that makes the engine keep it in its state.
func unready(l location, outputs *structpb.Struct, cause error, inputs resource.PropertyMap) error {
	reasons := []string{hide(cause.Error(), inputs)}
	var waited *waitError
	if errors.As(cause, &waited) {
		for _, detail := range waited.details {
			reasons = append(reasons, hide(detail, inputs))
		}
	}
	formed, err := status.New(codes.Unknown, reasons[0]).WithDetails(&pulumirpc.ErrorResourceInitFailed{
		Id: l.id(), Properties: outputs, Reasons: reasons,
	})
	if err != nil {
		return status.Error(codes.Unknown, reasons[0])
	}
	return formed.Err()
}
