package e2e_test

import (
	"context"
	"errors"
	"testing"

	"github.com/minio/minio-go/v7"
	"github.com/stretchr/testify/require"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/client-go/dynamic"
)

// cluster changes objects of a platform and changes them back.
type cluster struct {
	platform

	objects *dynamic.DynamicClient
}

func (p platform) cluster(t *testing.T) cluster {
	t.Helper()
	client, err := dynamic.NewForConfig(p.config)
	require.NoError(t, err)
	return cluster{platform: p, objects: client}
}

// object is one in the cluster, and what it holds where it is to be made.
type object struct {
	kind            schema.GroupVersionResource
	namespace, name string
	content         map[string]any
}

func (c cluster) at(o object) dynamic.ResourceInterface {
	if o.namespace == "" {
		return c.objects.Resource(o.kind)
	}
	return c.objects.Resource(o.kind).Namespace(o.namespace)
}

// edited changes an object.
func edited(o object, change func(content map[string]any)) cause {
	return func(ctx context.Context, in cluster) (func(context.Context) error, error) {
		before, err := in.at(o).Get(ctx, o.name, metav1.GetOptions{})
		if err != nil {
			return nil, err
		}
		after := before.DeepCopy()
		change(after.Object)
		if _, err := in.at(o).Update(ctx, after, metav1.UpdateOptions{}); err != nil {
			return nil, err
		}
		return func(ctx context.Context) error {
			now, err := in.at(o).Get(ctx, o.name, metav1.GetOptions{})
			if err != nil {
				return err
			}
			mended := before.DeepCopy()
			mended.SetResourceVersion(now.GetResourceVersion())
			_, err = in.at(o).Update(ctx, mended, metav1.UpdateOptions{})
			return err
		}, nil
	}
}

// made makes an object that should not be there.
func made(o object) cause {
	return func(ctx context.Context, in cluster) (func(context.Context) error, error) {
		kinds := map[schema.GroupVersionResource]string{networkPolicies: "NetworkPolicy", roleBindings: "RoleBinding"}
		made := &unstructured.Unstructured{Object: o.content}
		made.SetGroupVersionKind(o.kind.GroupVersion().WithKind(kinds[o.kind]))
		made.SetName(o.name)
		_, err := in.at(o).Create(ctx, made, metav1.CreateOptions{})
		return func(ctx context.Context) error { return in.at(o).Delete(ctx, o.name, metav1.DeleteOptions{}) }, err
	}
}

// gone deletes every object of a kind in a namespace.
func gone(kind schema.GroupVersionResource, namespace string) cause {
	return func(ctx context.Context, in cluster) (func(context.Context) error, error) {
		at := in.at(object{kind: kind, namespace: namespace})
		list, err := at.List(ctx, metav1.ListOptions{})
		if err != nil {
			return nil, err
		}
		mend := func(ctx context.Context) error {
			var errs []error
			for _, item := range list.Items {
				item.SetResourceVersion("")
				item.SetUID("")
				_, err := at.Create(ctx, &item, metav1.CreateOptions{})
				errs = append(errs, err)
			}
			return errors.Join(errs...)
		}
		return mend, at.DeleteCollection(ctx, metav1.DeleteOptions{}, metav1.ListOptions{})
	}
}

// administrator is a client of the object store that may do everything.
func (c cluster) administrator(ctx context.Context) (*minio.Client, error) {
	root, err := c.client.CoreV1().Secrets("object-store").Get(ctx, "minio-root", metav1.GetOptions{})
	if err != nil {
		return nil, err
	}
	tenant, err := c.client.CoreV1().Secrets("tenant-a").Get(ctx, "credentials", metav1.GetOptions{})
	if err != nil {
		return nil, err
	}
	return c.storeAs(string(tenant.Data["AWS_ENDPOINT_URL_S3"]), root.Data["ca.crt"], "root", string(root.Data["password"]))
}

// inner is a map inside of others.
func inner(of map[string]any, path ...string) map[string]any {
	for _, name := range path {
		of, _ = of[name].(map[string]any)
	}
	return of
}

// first is the first map of a list.
func first(of map[string]any, path ...string) map[string]any {
	list, _ := inner(of, path[:len(path)-1]...)[path[len(path)-1]].([]any)
	found, _ := list[0].(map[string]any)
	return found
}

// set sets a value inside of maps.
func set(of map[string]any, value any, path ...string) {
	inner(of, path[:len(path)-1]...)[path[len(path)-1]] = value
}
