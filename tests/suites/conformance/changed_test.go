package conformance_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"

	"github.com/mlops-iac/mlops/components/tenant"
	"github.com/mlops-iac/mlops/internal/workbench/engine"
	"github.com/mlops-iac/mlops/tests/suites/conformance/harness"
)

// kubectl is a person who changes what the platform has deployed.
var kubectl = metav1.PatchOptions{FieldManager: "kubectl-edit"}

// TestChangedByOthers shows that what the program says holds, whoever else has said
// something: in the order in which a platform lives.
//
// Proves C10 by the real server: what exists, what others have changed and what was rolled
// back becomes what the program says.
func TestChangedByOthers(t *testing.T) {
	t.Parallel()
	l := newLife(t)
	_, err := l.Client.CoreV1().Namespaces().Create(t.Context(), &corev1.Namespace{
		ObjectMeta: metav1.ObjectMeta{Name: "tenant-a", Labels: map[string]string{tenant.TenantLabel: "someone", "example.com/team": "kept"}},
	}, metav1.CreateOptions{FieldManager: kubectl.FieldManager})
	require.NoError(t, err)
	first, err := l.up(t, nil)
	require.NoError(t, err, "%v", first.Errors())

	t.Run("a namespace that was there is taken over", func(t *testing.T) {
		namespace, err := l.Client.CoreV1().Namespaces().Get(t.Context(), "tenant-a", metav1.GetOptions{})
		require.NoError(t, err)
		assert.Equal(t, "tenant-a", namespace.Labels[tenant.TenantLabel])
		assert.Equal(t, "kept", namespace.Labels["example.com/team"], "what the program does not say is left alone")
	})
	t.Run("a refresh undoes drift", func(t *testing.T) { l.undoesDrift(t) })
	t.Run("a new image follows a rollout that was undone", func(t *testing.T) { l.followsUndo(t) })
}

func (l life) undoesDrift(t *testing.T) {
	before := l.Snapshot(t)
	_, err := l.Client.AutoscalingV2().HorizontalPodAutoscalers("tenant-a").Patch(t.Context(), tenant.InferenceName,
		types.MergePatchType, []byte(`{"spec": {"maxReplicas": 9}}`), kubectl)
	require.NoError(t, err)
	policies, err := l.Client.NetworkingV1().NetworkPolicies("tenant-a").List(t.Context(), metav1.ListOptions{})
	require.NoError(t, err)
	require.NotEmpty(t, policies.Items)
	require.NoError(t, l.Client.NetworkingV1().NetworkPolicies("tenant-a").Delete(t.Context(), policies.Items[0].Name, metav1.DeleteOptions{}))
	require.Len(t, harness.Differences(before, l.Snapshot(t)), 2)

	plain, err := l.up(t, nil)
	require.NoError(t, err, "%v", plain.Errors())
	assert.Empty(t, ops(plain), "the engine compares with what it remembers")
	mended, err := l.up(t, nil, engine.Refresh())
	require.NoError(t, err, "%v", mended.Errors())
	assert.Empty(t, harness.Differences(before, l.Snapshot(t)))
}

func (l life) followsUndo(t *testing.T) {
	deployment := l.Client.AppsV1().Deployments("tenant-c")
	withTag := func(tag string) string {
		t.Helper()
		definition := strings.Replace(fmt.Sprintf(harness.Newcomer, "tenant-c"), "tag: 1.0.0", "tag: "+tag, 1)
		plan, err := l.up(t, map[string]string{"tenant-c": definition})
		require.NoError(t, err, "%v", plan.Errors())
		live, err := deployment.Get(t.Context(), tenant.InferenceName, metav1.GetOptions{})
		require.NoError(t, err)
		return live.Spec.Template.Spec.Containers[0].Image
	}
	old := withTag("1.0.0")
	require.Equal(t, strings.Replace(old, "1.0.0", "2.0.0", 1), withTag("2.0.0"))
	patch := fmt.Sprintf(`{"spec": {"template": {"spec": {"containers": [{"name": %q, "image": %q}]}}}}`, tenant.InferenceName, old)
	_, err := deployment.Patch(t.Context(), tenant.InferenceName, types.StrategicMergePatchType, []byte(patch),
		metav1.PatchOptions{FieldManager: "kubectl-rollout"})
	require.NoError(t, err)
	assert.Equal(t, strings.Replace(old, "1.0.0", "3.0.0", 1), withTag("3.0.0"))
}
