package conformance_test

import (
	"context"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"k8s.io/apimachinery/pkg/api/equality"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/mlops-iac/mlops/tests/conformance/rig"
)

// applied puts every object of the stack onto the cluster, strictly, and shows
// that doing so again changes nothing.
func (p platform) applied(t *testing.T) {
	require.NotEmpty(t, p.Objects)
	versions := map[string]string{}
	for _, o := range p.Objects {
		live := p.MustApply(t, o)
		versions[rig.Describe(o)] = live.GetResourceVersion()
	}
	for _, o := range p.Objects {
		resource, err := p.Resource(o)
		require.NoError(t, err)
		before, err := resource.Get(context.Background(), o.GetName(), metav1.GetOptions{})
		require.NoError(t, err)
		after := p.MustApply(t, o)
		assert.Equal(t, before.GetGeneration(), after.GetGeneration(), "%s changed when it was applied again", rig.Describe(o))
		assert.True(t, equality.Semantic.DeepEqual(before.Object["spec"], after.Object["spec"]), rig.Describe(o))
	}
}
