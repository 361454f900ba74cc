package conformance_test

import (
	"context"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"k8s.io/apimachinery/pkg/api/equality"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"

	"github.com/mlops-iac/mlops/tests/suites/conformance/harness"
)

// applied puts every object of the stack onto the cluster, strictly, and shows
// that doing so again changes nothing.
func (p platform) applied(t *testing.T) {
	var others, autoscalers []*unstructured.Unstructured
	for _, o := range p.Objects {
		if o.GetKind() == "HorizontalPodAutoscaler" {
			autoscalers = append(autoscalers, o)
		} else {
			others = append(others, o)
		}
	}
	// Autoscalers come last: whether the program leaves them what is theirs is for
	// the check of scaling alone.
	p.applyTwice(t, others)
	p.applyTwice(t, autoscalers)
}

func (p platform) applyTwice(t *testing.T, objects []*unstructured.Unstructured) {
	t.Helper()
	require.NotEmpty(t, objects)
	for _, o := range objects {
		p.MustApply(t, o)
	}
	for _, o := range objects {
		resource, err := p.Resource(o)
		require.NoError(t, err)
		before, err := resource.Get(context.Background(), o.GetName(), metav1.GetOptions{})
		require.NoError(t, err)
		after := p.MustApply(t, o)
		assert.Equal(t, before.GetGeneration(), after.GetGeneration(), "%s changed when it was applied again", harness.Describe(o))
		for _, one := range []*unstructured.Unstructured{before, after} {
			unstructured.RemoveNestedField(one.Object, "spec", "volumeName") // a claim may be bound in between
		}
		assert.True(t, equality.Semantic.DeepEqual(before.Object["spec"], after.Object["spec"]), harness.Describe(o))
	}
}
