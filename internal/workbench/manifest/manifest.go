// Package manifest applies Kubernetes objects that are written as YAML.
package manifest

import (
	"bytes"
	"context"
	"fmt"

	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/client-go/dynamic"
	"sigs.k8s.io/yaml"
)

// fieldManager owns what is applied here.
const fieldManager = "mlops-embedded"

// Read reads objects from documents with a line of three dashes between them.
func Read(text []byte) ([]*unstructured.Unstructured, error) {
	var objects []*unstructured.Unstructured
	for _, document := range bytes.Split(text, []byte("\n---\n")) {
		object := &unstructured.Unstructured{}
		if err := yaml.Unmarshal(document, &object.Object); err != nil {
			return nil, fmt.Errorf("reading an object: %w", err)
		}
		objects = append(objects, object)
	}
	return objects, nil
}

// Apply makes objects what they should be, in their order. Their kinds must have
// regular plurals.
func Apply(ctx context.Context, client dynamic.Interface, objects ...*unstructured.Unstructured) error {
	for _, object := range objects {
		resource, _ := meta.UnsafeGuessKindToResource(object.GroupVersionKind())
		var target dynamic.ResourceInterface = client.Resource(resource)
		if object.GetNamespace() != "" {
			target = client.Resource(resource).Namespace(object.GetNamespace())
		}
		if _, err := target.Apply(ctx, object.GetName(), object, metav1.ApplyOptions{FieldManager: fieldManager, Force: true}); err != nil {
			return fmt.Errorf("applying %s %s: %w", object.GetKind(), object.GetName(), err)
		}
	}
	return nil
}
