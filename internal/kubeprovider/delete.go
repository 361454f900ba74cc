package kubeprovider

import (
	"context"
	"fmt"
	"strings"
	"time"

	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
	"google.golang.org/protobuf/types/known/emptypb"
	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
)

// Delete implements pulumirpc.ResourceProviderServer: it deletes the object and
// waits until it is gone, also with the annotation pulumi.com/skipAwait, since
// what follows may take its name. One that is gone already is a success.
func (p *provider) Delete(ctx context.Context, req *pulumirpc.DeleteRequest) (*emptypb.Empty, error) {
	t, err := targetOf(req.GetUrn())
	if err != nil {
		return nil, err
	}
	if t.isRelease() {
		p.releases.remove(req.GetUrn(), req.GetId())
		return &emptypb.Empty{}, nil
	}
	c, ctx, done, err := p.configured(ctx)
	if err != nil {
		return nil, err
	}
	defer done()
	inputs, err := decode("old inputs", req.GetOldInputs())
	if err != nil {
		return nil, err
	}
	live, l, err := c.find(ctx, t, inputs, req.GetId())
	if err != nil {
		return nil, describe(err, "deleting", t, inputs)
	}
	if live == nil {
		return &emptypb.Empty{}, nil
	}
	if err := c.remove(ctx, l, live, timeoutOf(req.GetTimeout(), live)); err != nil {
		return nil, describe(err, "deleting", t, inputs)
	}
	return &emptypb.Empty{}, nil
}

func (c *cluster) remove(ctx context.Context, l location, live *unstructured.Unstructured, timeout time.Duration) error {
	policy, known := propagation(live.GetAnnotations()[deletionPropagation])
	if !known {
		policy = metav1.DeletePropagationForeground
	}
	err := c.at(l).Delete(ctx, l.name, metav1.DeleteOptions{PropagationPolicy: &policy})
	if apierrors.IsNotFound(err) {
		return nil
	}
	if err != nil {
		return err
	}
	last := live
	err = poll(ctx, timeout, func(ctx context.Context) (bool, error) {
		found, err := c.get(ctx, l)
		if apierrors.IsNotFound(err) {
			return true, nil
		}
		if passing(err) {
			return false, nil
		}
		if err != nil {
			return false, err
		}
		last = found
		return found.GetUID() != live.GetUID(), nil
	})
	if err == nil {
		return nil
	}
	return fmt.Errorf("it is still there: %w%s", err, remaining(last))
}

// remaining says what holds an object back that is being deleted.
func remaining(object *unstructured.Unstructured) string {
	var held []string
	if finalizers := object.GetFinalizers(); len(finalizers) > 0 {
		held = append(held, "its finalizers are "+strings.Join(finalizers, ", "))
	}
	var namespace corev1.Namespace
	if object.GetKind() == "Namespace" && decodeInto(object, &namespace) == nil {
		for _, condition := range namespace.Status.Conditions {
			if condition.Status == corev1.ConditionTrue && condition.Message != "" {
				held = append(held, condition.Message)
			}
		}
	}
	if len(held) == 0 {
		return ""
	}
	return ": " + strings.Join(held, "; ")
}
