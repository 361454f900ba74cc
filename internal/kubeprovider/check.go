package kubeprovider

import (
	"context"
	"fmt"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
)

// Check implements pulumirpc.ResourceProviderServer. It fills in apiVersion,
// kind, a missing name and a missing namespace, and asks the API server for a
// strict dry run of the result. The package comment says what stays unchecked.
func (p *provider) Check(ctx context.Context, req *pulumirpc.CheckRequest) (*pulumirpc.CheckResponse, error) {
	t, err := targetOf(req.GetUrn())
	if err != nil {
		return nil, err
	}
	if t.isRelease() {
		return p.releases.check(t, req)
	}
	c, ctx, done, err := p.configured(ctx)
	if err != nil {
		return nil, err
	}
	defer done()
	olds, err := decode("old inputs", req.GetOlds())
	if err != nil {
		return nil, err
	}
	given, err := decode("inputs", req.GetNews())
	if err != nil {
		return nil, err
	}
	inputs, failures, err := c.complete(t, req, olds, given)
	if err != nil {
		return nil, err
	}
	if len(failures) == 0 {
		if failures, err = c.validate(ctx, plain(inputs)); err != nil {
			return nil, describe(err, "checking", t, inputs)
		}
	}
	for _, failure := range failures {
		failure.Reason = hide(failure.GetReason(), inputs)
	}
	encoded, err := encode("inputs", inputs)
	return &pulumirpc.CheckResponse{Inputs: encoded, Failures: failures}, err
}

// complete fills in what the program may leave out.
func (c *cluster) complete(t target, req *pulumirpc.CheckRequest, olds, given resource.PropertyMap) (resource.PropertyMap, []*pulumirpc.CheckFailure, error) {
	inputs := given.Copy()
	apiVersion, kind := t.gvk.ToAPIVersionAndKind()
	var failures []*pulumirpc.CheckFailure
	for key, value := range map[resource.PropertyKey]string{"apiVersion": apiVersion, "kind": kind} {
		if present, ok := inputs[key]; ok && present.IsString() && present.StringValue() != value {
			failures = append(failures, failure(string(key), fmt.Sprintf("must be %q, as the type says", value)))
		}
		inputs[key] = resource.NewStringProperty(value)
	}
	inputs, err := nameInputs(req, t.name, olds, inputs)
	if err != nil {
		failures = append(failures, failure("metadata.name", err.Error()))
		return given, failures, nil
	}
	object := plain(inputs)
	failures = append(failures, annotationFailures(object)...)
	if metadata, _ := object["metadata"].(map[string]any); metadata["generateName"] != nil {
		failures = append(failures, failure("metadata.generateName", "is not covered: leave it out and a name is chosen that stays the same"))
	}
	mapping, err := c.mapping(t.gvk)
	switch {
	case meta.IsNoMatchError(err) && builtIn(t.gvk.Group):
		return inputs, append(failures, failure("apiVersion", fmt.Sprintf("the cluster does not serve %s", kindName(t.gvk)))), nil
	case meta.IsNoMatchError(err): // its definition may come in the same run
		return inputs, failures, nil
	case err != nil:
		return nil, nil, unavailable(err)
	}
	inputs, misplaced := placeInputs(inputs, namespaced(mapping), c.namespace)
	return inputs, append(failures, misplaced...), nil
}

// placeInputs fills in the namespace.
func placeInputs(inputs resource.PropertyMap, namespaced bool, namespace string) (resource.PropertyMap, []*pulumirpc.CheckFailure) {
	metadata, known := metadataOf(inputs)
	_, given := metadata["namespace"]
	switch {
	case !known, namespaced && given, !namespaced && !given:
		return inputs, nil
	case given:
		return inputs, []*pulumirpc.CheckFailure{failure("metadata.namespace", "must be left out: this kind does not live in a namespace")}
	}
	metadata["namespace"] = resource.NewStringProperty(namespace)
	return withMetadata(inputs, metadata), nil
}

// validate asks the API server whether it would accept the object.
func (c *cluster) validate(ctx context.Context, object map[string]any) ([]*pulumirpc.CheckFailure, error) {
	if hasUnknown(object) {
		return c.validateShape(ctx, fillObject(object, nil))
	}
	l, err := c.locate(&unstructured.Unstructured{Object: object})
	if meta.IsNoMatchError(err) {
		return nil, nil
	}
	if err != nil {
		return nil, unavailable(err)
	}
	if c.homeless(ctx, l) {
		return c.validateNew(ctx, l, object, nil)
	}
	_, err = c.apply(ctx, l, object, true)
	switch {
	case err == nil:
		return nil, nil
	case missingNamespace(err), rejected(err), mistyped(err):
		return c.validateNew(ctx, l, object, err)
	case admissible(err):
		return failuresOf(err), nil
	default:
		return nil, err
	}
}

// homeless says whether the namespace of an object is known not to exist. To
// find that out by applying takes the API server 50 ms, in which it waits for the
// namespace to appear; a plan of hundreds of new objects would wait for each.
func (c *cluster) homeless(ctx context.Context, l location) bool {
	if l.namespace == "" {
		return false
	}
	if _, seen := c.namespaces.Load(l.namespace); seen {
		return false
	}
	_, err := c.client.Resource(namespaces).Get(ctx, l.namespace, metav1.GetOptions{})
	if err == nil {
		c.namespaces.Store(l.namespace, true)
	}
	return apierrors.IsNotFound(err)
}

// validateNew asks about the object as if it were new, in a namespace that
// always exists. So a missing namespace is no fault, and neither is a change
// that the existing object cannot take: Diff replaces it.
func (c *cluster) validateNew(ctx context.Context, l location, object map[string]any, first error) ([]*pulumirpc.CheckFailure, error) {
	err := c.tryCreate(ctx, c.neutral(l, object), object)
	switch {
	case accepted(err) && mistyped(first): // apply knows more types than create asks for
		return failuresOf(first), nil
	case accepted(err):
		return nil, nil
	case admissible(err):
		return failuresOf(err), nil
	default:
		return nil, err
	}
}

// validateShape looks only for fields that do not exist, occur twice or have
// another type: the values around an unknown one prove nothing.
func (c *cluster) validateShape(ctx context.Context, object map[string]any) ([]*pulumirpc.CheckFailure, error) {
	l, err := c.locate(&unstructured.Unstructured{Object: object})
	if meta.IsNoMatchError(err) {
		return nil, nil
	}
	if err != nil {
		return nil, unavailable(err)
	}
	neutral := c.neutral(l, object)
	if l.name == "" {
		metadata := map[string]any{}
		if given, ok := object["metadata"].(map[string]any); ok {
			metadata = given
		}
		metadata["generateName"] = "unknown-"
		object["metadata"] = metadata
	}
	err = c.tryCreate(ctx, neutral, object)
	if accepted(err) || !malformed(err) {
		return nil, connectionError(err)
	}
	return failuresOf(err), nil
}

// neutral moves the object to the namespace "default", where its namespace
// does not exist or its own rules would get in the way.
func (c *cluster) neutral(l location, object map[string]any) location {
	moved := l
	if l.namespace == "" {
		return moved
	}
	moved.namespace = neutralNamespace
	metadata := map[string]any{}
	if given, ok := object["metadata"].(map[string]any); ok {
		for key, value := range given {
			metadata[key] = value
		}
	}
	metadata["namespace"] = neutralNamespace
	object["metadata"] = metadata
	return moved
}

// neutralNamespace is the namespace that every cluster has.
const neutralNamespace = "default"

func failure(property, reason string) *pulumirpc.CheckFailure {
	return &pulumirpc.CheckFailure{Property: property, Reason: reason}
}
