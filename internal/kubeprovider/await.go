package kubeprovider

import (
	"context"
	"errors"
	"fmt"
	"time"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"
)

// defaultTimeout is how long an object may take to become ready or to go, as in
// the real provider.
const defaultTimeout = 10 * time.Minute

const pollInterval = 500 * time.Millisecond

// verdict is what an object says about itself. The zero value says: not yet.
type verdict struct {
	ready  bool
	failed bool   // it will not become ready by waiting
	reason string // why it is not ready
}

// waitError is a wait that ended without a ready object.
type waitError struct {
	cause   error
	details []string // of the pods and events behind the object
}

func (e *waitError) Error() string { return e.cause.Error() }
func (e *waitError) Unwrap() error { return e.cause }

// await waits until the object is ready, and returns it as it was last seen.
func (c *cluster) await(ctx context.Context, l location, object *unstructured.Unstructured, timeout time.Duration) (*unstructured.Unstructured, error) {
	judge := c.judgeOf(l, object)
	if judge == nil || skipsAwait(object) {
		return object, nil
	}
	last, state := object, verdict{}
	err := poll(ctx, timeout, func(ctx context.Context) (bool, error) {
		found, err := c.get(ctx, l)
		if apierrors.IsNotFound(err) && removesItself(target{gvk: object.GroupVersionKind()}, object.Object) {
			return true, nil
		}
		if passing(err) {
			state = waitingFor("the cluster does not answer: %v", err)
			return false, nil
		}
		if err != nil {
			return false, err
		}
		last = found
		state, err = judge(ctx, found)
		if err == nil && state.failed {
			err = errors.New("it failed")
		}
		return state.ready, err
	})
	if err == nil {
		return last, nil
	}
	if state.reason != "" {
		err = fmt.Errorf("%w: %s", err, state.reason)
	}
	return last, &waitError{
		cause:   fmt.Errorf("%s %s is not ready: %w", object.GetKind(), l.id(), err),
		details: c.details(last),
	}
}

// poll asks at once and then in intervals until done, an error, the timeout or
// the end of the run. A question that is under way is not cut short by the
// timeout: its error would hide the state of the object.
func poll(ctx context.Context, timeout time.Duration, ask func(context.Context) (done bool, err error)) error {
	late := time.NewTimer(timeout)
	defer late.Stop()
	next := time.NewTicker(pollInterval)
	defer next.Stop()
	for {
		done, err := ask(ctx)
		switch {
		case ctx.Err() != nil:
			return context.Cause(ctx)
		case done || err != nil:
			return err
		}
		select {
		case <-ctx.Done():
			return context.Cause(ctx)
		case <-late.C:
			return fmt.Errorf("gave up after %s", timeout)
		case <-next.C:
		}
	}
}

// judgeOf returns what tells whether an object of the kind is ready; nil for a
// kind that is ready once it is accepted.
func (c *cluster) judgeOf(l location, object *unstructured.Unstructured) func(context.Context, *unstructured.Unstructured) (verdict, error) {
	kind := l.mapping.GroupVersionKind.GroupKind()
	switch kind.String() {
	case "PersistentVolumeClaim":
		return c.judgeClaim
	case "CustomResourceDefinition.apiextensions.k8s.io":
		return c.judgeDefinition
	}
	judge, ok := judges[kind.String()]
	if !ok {
		return nil
	}
	return func(_ context.Context, found *unstructured.Unstructured) (verdict, error) {
		state, err := judge(found)
		if err != nil {
			return verdict{}, fmt.Errorf("reading the status of %s %s: %w", object.GetKind(), l.id(), err)
		}
		return state, nil
	}
}

// judges holds the kinds whose own status tells, by kind and group.
var judges = map[string]func(*unstructured.Unstructured) (verdict, error){
	"Deployment.apps":  judgeDeployment,
	"StatefulSet.apps": judgeStatefulSet,
	"DaemonSet.apps":   judgeDaemonSet,
	"Job.batch":        judgeJob,
	"Pod":              judgePod,
	"Service":          judgeService,
	"Namespace":        judgeNamespace,
}

func decodeInto(object *unstructured.Unstructured, into any) error {
	return runtime.DefaultUnstructuredConverter.FromUnstructured(object.Object, into)
}

func waitingFor(format string, args ...any) verdict {
	return verdict{reason: fmt.Sprintf(format, args...)}
}
